"""What cannot be taught is refused with everything that is wrong; what is only odd is taught without a NaN."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from content.course import Course
from envs.calendar import MINUTE, CalendarPlan
from envs.courses import CourseBatch
from envs.settings import Settings
from envs.spaces import observation_space
from envs.tutoring import TutoringEnv
from envs.tutoring_vector import TutoringVectorEnv
from simulators.families import FAMILIES
from simulators.population import EngagementPopulation, Population
from simulators.spread import LogNormal

NAN = float("nan")


def course(n_skills: int = 3, n_bands: int = 2, **changed: Any) -> Course:
    """A course without prerequisites in which everything is available and of middling difficulty."""
    shape = (n_skills, n_bands)
    plain = Course(
        skill_ids=("",) * n_skills,
        prerequisites=np.zeros((n_skills, n_skills), dtype=np.bool_),
        difficulty=np.zeros(shape, dtype=np.float32),
        guess=np.zeros(shape, dtype=np.float32),
        available=np.ones(shape, dtype=np.bool_),
    )
    return replace(plain, **changed)


def test_everything_wrong_with_the_settings_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="unknown family 'wizard'") as caught:
        TutoringEnv("wizard", skills=(9, 3), n_bands=0, max_skills=1, max_steps=-2, groups="elves")
    for told in ("skills must be", "(9, 3)", "n_bands", "got 0", "max_skills", "got 1", "max_steps", "-2", "'elves'"):
        assert told in str(caught.value)


def test_everything_wrong_with_a_course_is_told_at_once() -> None:
    difficulty = np.zeros((3, 2), dtype=np.float32)
    difficulty[2, 1] = NAN
    broken = course(
        difficulty=difficulty,
        guess=np.full((3, 2), 1.0, dtype=np.float32),
        available=np.zeros((3, 2), dtype=np.bool_),
        prerequisites=np.roll(np.eye(3, dtype=np.bool_), 1, axis=0),
    )
    with pytest.raises(ValueError, match=r"difficulty must be finite, got nan at \[2, 1\]") as caught:
        Settings(course=broken)
    for told in ("guess must lie in [0, 1), got 1.0 at [0, 0]", "nothing in the course is available", "cycle"):
        assert told in str(caught.value)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (course(0), "1 to 2000 skills, got 0"),
        (course(2, 0), "at least one band, got 0"),
        (course(guess=np.full((3, 2), NAN, dtype=np.float32)), r"guess must lie in \[0, 1\), got nan"),
        (course(prerequisites=np.eye(3, dtype=np.bool_)), "cycle"),
        (course(prerequisites=np.zeros((2, 2), dtype=np.bool_)), r"shape \(3, 3\), got \(2, 2\)"),
    ],
)
def test_a_course_that_cannot_be_taught_is_refused(broken: Course, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        TutoringVectorEnv(2, course=broken)


def test_parameters_that_are_no_numbers_are_refused_by_name() -> None:
    population = Population(engagement=EngagementPopulation(hint=LogNormal(0.25, 0.5, 0.01, 0.8)), families={})
    object.__setattr__(population.engagement.hint, "sigma", NAN)
    with pytest.raises(
        ValueError, match=r"unknown family 'wizard'.*; population.engagement.hint.sigma is not a number"
    ):
        Settings("wizard", population=population)


@pytest.mark.parametrize("goal", [[NAN, 1.0, 1.0], [0.0, 0.0, 0.0], [-1.0, 1.0, 1.0], [1.0, 1.0]])
def test_goals_that_weigh_nothing_are_refused(goal: list[float]) -> None:
    with pytest.raises(ValueError, match="goal must be 3 weights"):
        CourseBatch.empty(1, 3, 2).set_row(0, course(), np.asarray(goal))


def test_actions_that_are_no_integers_are_refused() -> None:
    env = TutoringVectorEnv(2, skills=(3, 3))
    env.reset(seed=0)
    with pytest.raises(ValueError, match="actions must be integers, got float64"):
        env.step(np.array([NAN, 0.0]))


ODD: dict[str, dict[str, Any]] = {
    "one skill": {"course": course(1, 1)},
    "hopeless and trivial": {
        "course": course(difficulty=np.array([[-30, 30], [30, 30], [-30, -30]], dtype=np.float32)),
    },
    "almost all guessed": {"course": course(guess=np.full((3, 2), 0.99, dtype=np.float32))},
    "one exercise available": {"course": course(available=np.arange(6).reshape(3, 2) == 3)},
    "a chain": {"course": course(6, 3, prerequisites=np.eye(6, k=-1, dtype=np.bool_))},
    "padded": {"skills": (1, 2), "max_skills": 9},
    "a test within the hour": {
        "skills": (2, 3),
        "plan": CalendarPlan(gap_days=(MINUTE, MINUTE), delay_days=(MINUTE, 30 * MINUTE), rolling=0.0),
    },
    "weeks apart": {"skills": (2, 3), "plan": CalendarPlan((10, 10), None, (1.0, 1.0), gap_days=(50.0, 60.0))},
    "other people": {"skills": (2, 3), "groups": "diverse"},
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_odd_is_taught_without_a_nan(family: str, odd: str) -> None:
    env = TutoringVectorEnv(4, family, autoreset_mode="SameStep", **ODD[odd])
    observation, _ = env.reset(seed=0)
    rng, space = np.random.default_rng(0), observation_space(env.core.settings)
    days = np.zeros(4)
    for _ in range(25):
        assert observation["mask"].any(axis=1).all()
        observation, reward, terminated, truncated, _ = env.step(
            (rng.random(observation["mask"].shape) * observation["mask"]).argmax(axis=1)
        )
        assert np.isfinite(reward).all()
        for row in range(4):
            assert {name: values[row] for name, values in observation.items()} in space
        over = terminated | truncated
        assert np.all(env.days[~over] > days[~over])
        days = env.days.copy()
        assert np.all(env.core.calendars.test_at > days)
    for values in env.core.hidden().values():
        assert np.isfinite(values).all()


def test_an_episode_ends_when_the_day_of_the_test_has_come() -> None:
    plan = CalendarPlan((40, 40), None, gap_days=(MINUTE, MINUTE), delay_days=(MINUTE, MINUTE), rolling=0.0)
    env = TutoringEnv(skills=(3, 3), plan=plan)
    observation, _ = env.reset(seed=0)
    over, n_exercises = False, 0
    while not over:
        observation, _, over, truncated, _ = env.step(int(observation["mask"].argmax()))
        assert not truncated
        n_exercises += 1
    assert n_exercises < 40
    assert observation["clock"][1] == 0.0
