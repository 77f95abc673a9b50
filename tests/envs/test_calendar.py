"""Calendars keep their promises."""

from __future__ import annotations

import numpy as np
import pytest

from envs.calendar import MAX_SESSIONS, Calendars
from simulators.noise import Draws, Ints

N = 1000


@pytest.fixture(scope="module")
def n_skills() -> Ints:
    return np.random.default_rng(1).integers(4, 129, N)


@pytest.fixture(scope="module")
def calendars(n_skills: Ints) -> Calendars:
    calendars = Calendars(N)
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
    assert calendars.next_session(row, first, np.array([0.95])) == MAX_SESSIONS
    assert calendars.next_session(row, np.array([2]), np.array([0.1])) == MAX_SESSIONS
    assert calendars.left_after(row, first) == 20
    assert calendars.left_after(row, np.array([2])) == 0
