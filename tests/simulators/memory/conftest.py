"""What the knobs of memory families can be seen in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import Family
from simulators.learner import Exercise, Persons, StudentModel
from simulators.noise import Draws, Flags

N_LEARNERS, N_SKILLS = 120, 3
TEST_DAY = 14.0
Knob = tuple[str, object, object, str, int]


@pytest.fixture
def begin(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> Callable[..., StudentModel]:
    """Makes n new learners of a family on a chain of three skills in two bands, of difficulty 0 and 1."""

    def build(family: Family, population: Any, n: int = N_LEARNERS, persons: Persons | None = None) -> StudentModel:
        model = family.model(n, N_SKILLS, population)
        courses = chain(n, n_skills=N_SKILLS, difficulty=(0.0, 1.0))
        model.begin(np.arange(n), courses, draws(n), Persons.usual(n) if persons is None else persons)
        return model

    return build


def practise(model: StudentModel, skill: int, now: float, correct: bool = True, hinted: bool = False) -> None:
    """The same exercise and answer for all learners."""
    exercise = Exercise(
        np.arange(N_LEARNERS), np.full(N_LEARNERS, skill), np.zeros(N_LEARNERS, np.int64), np.full(N_LEARNERS, now)
    )
    same: Callable[[bool], Flags] = lambda value: np.full(N_LEARNERS, value)  # noqa: E731
    model.learn(exercise, same(correct), same(hinted), np.full(N_LEARNERS, 0.5))


@pytest.fixture
def measure(begin: Callable[..., StudentModel]) -> Callable[..., dict[str, float]]:
    """Means over the learners of what can be seen after some practice, for a family and its parameters."""

    def look(family: Family, population: Any) -> dict[str, float]:
        rows, day = np.arange(N_LEARNERS), lambda at: np.full(N_LEARNERS, at)
        fresh = begin(family, population)
        first = Exercise(rows, rows * 0, rows * 0, day(0.0))
        seen = {
            "untaught": fresh.score_at(rows, day(TEST_DAY)).mean(),
            "start": fresh.success_probability(rows, day(0.0))[:, :, 0].mean(),
            "known": (fresh.score_at(rows, day(0.0)) > 1e-6).mean(),
            "hinted": fresh.hinted(first, day(0.2)).mean(),
        }
        for name, answers in (
            ("once", "r"),
            ("right", "rrrr"),
            ("wrong", "wwww"),
            ("mixed", "wrwr"),
            ("aided", "hhhh"),
        ):
            model = begin(family, population)
            for turn, answer in enumerate(answers):
                practise(model, 0, 1.5 * turn, answer != "w", answer == "h")
            scores, success = model.score_at(rows, day(TEST_DAY)), model.success_probability(rows, day(TEST_DAY))
            seen[name], seen[f"{name}: easy"] = scores[:, 0].mean(), success[:, 0, 0].mean()
            seen[f"{name}: hard"] = success[:, 0, 1].mean()
            for label, at in (("now", 6.0), ("soon", 8.0), ("late", 60.0)):
                seen[f"{name}: {label}"] = model.score_at(rows, day(at))[:, 0].mean()
        massed, every = begin(family, population), begin(family, population)
        for turn in range(4):
            practise(massed, 0, turn / 1440)
            for skill in range(N_SKILLS):
                practise(every, skill, 1.5 * turn)
        scores = every.score_at(rows, day(TEST_DAY))
        seen["massed"] = massed.score_at(rows, day(TEST_DAY))[:, 0].mean()
        seen["learners"], seen["skills"] = scores.mean(axis=1).std(), scores.std(axis=1).mean()
        return seen

    return look


@pytest.fixture
def turns(measure: Callable[..., dict[str, float]]) -> Callable[[Family, Any, Knob], float]:
    """How much further than nothing a knob, turned from low to high, moves what it is seen in its stated direction."""

    def turn(family: Family, default: Any, knob: Knob) -> float:
        name, low, high, seen_in, direction = knob
        less, more = (measure(family, replace(default, **{name: value}))[seen_in] for value in (low, high))
        return direction * (more - less)

    return turn
