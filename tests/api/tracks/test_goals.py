"""Goals as weights, and whether they fit their time."""

from __future__ import annotations

import numpy as np
import pytest

from api.tracks.goals import exercises_until, feasibility, goal_weights, horizon_days, with_prerequisites
from content.course import Course


def chain(n: int = 4) -> Course:
    """n skills, each building on the one before; the last serves nothing."""
    prerequisites = np.eye(n, k=-1, dtype=np.bool_)
    available = np.ones((n, 1), dtype=np.bool_)
    available[n - 1] = False
    zeros = np.zeros((n, 1), dtype=np.float32)
    return Course(tuple(f"s{k}" for k in range(n)), prerequisites, zeros, zeros, available)


def test_a_skill_brings_everything_it_builds_on() -> None:
    assert with_prerequisites(chain(), [2]) == {0, 1, 2}


def test_named_skills_weigh_one_and_what_they_build_on_a_quarter() -> None:
    weights = goal_weights(chain(), (2,))
    assert weights is not None
    assert weights.tolist() == pytest.approx([0.25 / 1.5, 0.25 / 1.5, 1 / 1.5, 0.0])


def test_no_skills_mean_all_alike_and_so_does_a_goal_that_nothing_serves() -> None:
    assert goal_weights(chain(), ()) is None
    lonely = Course(
        ("a",),
        np.zeros((1, 1), dtype=np.bool_),
        np.zeros((1, 1), dtype=np.float32),
        np.zeros((1, 1), dtype=np.float32),
        np.zeros((1, 1), dtype=np.bool_),
    )
    assert goal_weights(lonely, (0,)) is None


def test_minutes_are_counted_by_hand() -> None:
    # two unknown skills and one half known: 2.5 * 8 exercises * (22 + 8) s = 600 s = 10 min
    found = feasibility(np.array([0.0, 0.0, 0.5]), np.full(3, 22.0), days=5, minutes_per_day=2.0)
    assert (found.minutes_needed, found.minutes_available, found.minutes_per_day_needed) == (10, 10, 2)
    assert found.feasible is True


def test_what_does_not_fit_is_said() -> None:
    found = feasibility(np.zeros(3), np.full(3, 22.0), days=2, minutes_per_day=1.0)
    assert found.feasible is False
    assert "does not fit" in found.advice
    assert "6 minutes a day" in found.advice


def test_without_a_date_there_is_no_verdict() -> None:
    found = feasibility(np.zeros(1), np.full(1, 22.0), days=None, minutes_per_day=5.0)
    assert (found.feasible, found.minutes_available, found.minutes_per_day_needed) == (None, None, None)
    assert found.minutes_needed == 4


@pytest.mark.parametrize(
    ("n_skills", "days", "minutes_per_day", "advice"),
    [
        (1, None, None, "This takes about 4 minutes."),
        (1, None, 5.0, "This takes about 4 minutes: 1 day at 5 minutes a day."),
        (3, None, 2.5, "This takes about 12 minutes: 5 days at 2.5 minutes a day."),
        (90, None, 12.0, "This takes about 6 hours: about 4 weeks at 12 minutes a day."),
        (360, None, 10.0, "This takes about 24 hours: about 5 months at 10 minutes a day."),
        (360, 90, None, "This takes about 24 hours: 16 minutes a day until then."),
        (360, 2, None, "This takes about 24 hours: 12 hours a day until then."),
        (90, 30, 12.0, "This fits: it takes about 6 hours within about 4 weeks."),
    ],
)
def test_the_advice_is_in_units_that_people_use(
    n_skills: int, days: int | None, minutes_per_day: float | None, advice: str
) -> None:
    # 4 minutes a skill: 8 exercises * (22 + 8) s
    found = feasibility(np.zeros(n_skills), np.full(n_skills, 22.0), days, minutes_per_day)
    assert found.advice == advice


def test_the_horizon_ends_with_the_goals_day_in_the_learners_zone() -> None:
    noon = 1_772_366_400_000  # 2026-03-01T12:00:00Z, 13:00 in Madrid
    assert horizon_days("2026-03-01", noon, "Europe/Madrid") == pytest.approx(11 / 24)
    assert horizon_days("2026-03-03", noon, "UTC") == pytest.approx(2.5)
    assert horizon_days("2026-02-28", noon, "UTC") is None
    assert horizon_days(None, noon, "UTC") is None
    assert horizon_days("9999-12-31", noon, "UTC") == 365.0


def test_exercises_until_a_date_follow_from_the_daily_time() -> None:
    assert exercises_until(10.0, 7.0, 20.0) == 150  # 4,200 s at 28 s each
    assert exercises_until(None, 7.0, 20.0) is None
    assert exercises_until(10.0, None, 20.0) is None
