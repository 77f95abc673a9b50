"""Calendars keep their promises."""

from __future__ import annotations

import numpy as np
import pytest

from envs.calendar import PLANS, CalendarPlan, Calendars, plan_of
from simulators.noise import Draws, Ints

N = 1000


@pytest.fixture(scope="module")
def n_skills() -> Ints:
    return np.random.default_rng(1).integers(4, 129, N)


@pytest.fixture(scope="module")
def calendars(n_skills: Ints) -> Calendars:
    calendars = Calendars(N, CalendarPlan())
    calendars.begin(np.arange(N), n_skills, Draws([np.random.default_rng(row) for row in range(N)]))
    return calendars


def test_exercises_sessions_and_lengths_are_in_range(calendars: Calendars, n_skills: Ints) -> None:
    total, planned = calendars.lengths.sum(axis=1), calendars.lengths > 0
    assert (total.min(), total.max()) == (20, 150)
    free = (total > 20) & (total < 150)
    assert np.all(total[free] >= 0.8 * n_skills[free] - 0.5)
    assert np.all(total[free] <= 6 * n_skills[free] + 0.5)
    assert planned.sum(axis=1).min() == 2
    assert planned.sum(axis=1).max() == 12
    assert calendars.lengths[planned].min() >= 5
    assert calendars.lengths[planned].max() <= 20
    assert not np.any(np.diff(planned.astype(int), axis=1) > 0)


def test_sessions_follow_each_other_and_the_test_follows_them(calendars: Calendars) -> None:
    gaps = np.diff(calendars.starts, axis=1)
    assert not calendars.starts[:, 0].any()
    assert gaps.min() > 0.05
    assert gaps.max() <= 10
    last = calendars.starts[np.arange(N), (calendars.lengths > 0).sum(axis=1) - 1]
    delay = calendars.test_at - last
    assert delay[calendars.rolling] == pytest.approx(30.0)
    dated = delay[~calendars.rolling]
    assert (dated.min(), dated.max()) == pytest.approx((0.5, 30.0), rel=0.05)
    assert 0.2 < calendars.rolling.mean() < 0.4


def test_a_missed_session_is_skipped_and_the_last_has_no_next(calendars: Calendars) -> None:
    calendars.lengths[0] = [10, 10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    calendars.miss[0, :4] = (0.9, 0.2, 0.9, 0.9)
    row, first = np.array([0]), np.array([0])
    assert calendars.next_session(row, first, np.array([0.1])) == 1
    assert calendars.next_session(row, first, np.array([0.5])) == 2
    assert calendars.next_session(row, first, np.array([0.95])) == calendars.max_sessions
    assert calendars.next_session(row, np.array([2]), np.array([0.1])) == calendars.max_sessions


def test_later_counts_what_is_planned_after_each_session(calendars: Calendars) -> None:
    for session in range(calendars.max_sessions):
        assert np.array_equal(calendars.later[1:, session], calendars.lengths[1:, session + 1 :].sum(axis=1))


@pytest.mark.parametrize("name", PLANS)
def test_every_plan_keeps_what_it_promises(name: str, n_skills: Ints) -> None:
    plan = plan_of(name)
    calendars = Calendars(N, plan)
    calendars.begin(np.arange(N), n_skills, Draws([np.random.default_rng(row) for row in range(N)]))
    total, planned = calendars.lengths.sum(axis=1), calendars.lengths > 0
    assert (total.min(), total.max()) == pytest.approx(plan.exercises, rel=0.01)
    assert not np.any(np.diff(planned.astype(int), axis=1) > 0)
    n_sessions = planned.sum(axis=1)
    assert n_sessions.max() <= calendars.max_sessions
    if plan.exercises[1] > 20:
        assert np.all(total / n_sessions >= plan.session[0] * 0.7)
        assert np.all(total / n_sessions <= plan.session[1] * 1.3)
    gaps = np.diff(calendars.starts, axis=1)
    assert np.median(gaps) == pytest.approx(np.sqrt(plan.gap_days[0] * plan.gap_days[1]), rel=0.2)
    assert calendars.test_at.max() <= plan.max_days
    assert np.all(calendars.test_at > calendars.starts[np.arange(N), n_sessions - 1])


def test_a_plan_reaches_from_one_exercise_to_two_thousand_and_from_seconds_to_weeks() -> None:
    plan = CalendarPlan(exercises=(1, 2000), per_skill=None, gap_days=(1 / 86_400, 60.0))
    calendars = Calendars(N, plan)
    calendars.begin(np.arange(N), np.full(N, 5), Draws([np.random.default_rng(row) for row in range(N)]))
    total = calendars.lengths.sum(axis=1)
    assert total.min() <= 2
    assert total.max() >= 1950
    assert calendars.lengths[:, 0].min() >= 1


def test_everything_wrong_with_a_plan_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="exercises") as caught:
        CalendarPlan(
            exercises=(0, 3000), per_skill=(2.0, 1.0), session=(0.0, 9.0), gap_days=(float("nan"), 1.0), rolling=1.5
        )
    told = str(caught.value)
    for name, value in (("exercises", "(0, 3000)"), ("per_skill", "(2.0, 1.0)"), ("session", "(0.0, 9.0)")):
        assert f"{name} must be (low, high)" in told
        assert value in told
    assert "gap_days" in told
    assert "rolling must lie in [0, 1], got 1.5" in told
    assert "delay_days" not in told
    with pytest.raises(ValueError, match=r"unknown plan 'never'; there are usual, varied, short"):
        plan_of("never")
