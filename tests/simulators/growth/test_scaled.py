"""Prerequisite-scaled growth: the published step by hand, its own knobs by their direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.growth.logistic import LogisticPopulation
from simulators.growth.scaled import ScaledLearners, ScaledPopulation
from simulators.learner import Exercise, Persons
from simulators.noise import Draws
from simulators.spread import LogNormal

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
MakeExercise = Callable[..., Exercise]
ONE = np.array([0])
YES, NO = np.array([True]), np.array([False])


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def published(courses: CourseBatch, draws: Draws) -> ScaledLearners:
    """The constants of the paper's simulator: rate 1/2, steepness 1, ceiling 5."""
    model = ScaledLearners(1, 3, ScaledPopulation(ceiling=5.0, mastered=5.0, steepness=1.0))
    model.begin(ONE, courses, draws, Persons.usual(1))
    model.state["rate"][:] = 0.5
    return model


@pytest.mark.parametrize("correct", [YES, NO])
def test_the_step_is_the_published_one(
    chain: Chain, draws: MakeDraws, exercise: MakeExercise, correct: np.ndarray
) -> None:
    model = published(chain(1, n_skills=3), draws(1))
    model.state["ability"][0] = (4.0, 2.0, 1.0)
    model.learn(exercise(skill=0), correct, NO, np.zeros(1))
    assert model.state["ability"][0] == pytest.approx([4.5, 2.0, 1.0])  # no prerequisite: half of what is missing
    model.learn(exercise(skill=1), correct, NO, np.zeros(1))
    # (5 - 2) / 2 exp(-(5 - 4.5)) = 1.5 * .606531
    assert model.state["ability"][0] == pytest.approx([4.5, 2.909796, 1.0], abs=1e-6)


def test_every_prerequisite_slows_down(chain: Chain, draws: MakeDraws, exercise: MakeExercise) -> None:
    courses = chain(1, n_skills=3)
    courses.set_row(0, replace(courses.row(0), prerequisites=np.array([[0, 0, 0], [0, 0, 0], [1, 1, 0]], np.bool_)))
    model = published(courses, draws(1))
    model.state["ability"][0] = (4.0, 3.0, 1.0)
    model.learn(exercise(skill=2), YES, NO, np.zeros(1))
    # (5 - 1) / 2 exp(-1 - 2) = 2 * .049787
    assert model.state["ability"][0, 2] == pytest.approx(1.099574, abs=1e-6)


def test_a_mastered_prerequisite_no_longer_matters_and_a_ceiling_holds(
    chain: Chain, draws: MakeDraws, exercise: MakeExercise
) -> None:
    model = ScaledLearners(1, 2, ScaledPopulation(ceiling=3.0, mastered=1.0))
    model.begin(ONE, chain(1), draws(1), Persons.usual(1))
    model.state["rate"][:] = 0.5
    for prerequisite in (1.0, 2.5):
        model.state["ability"][0] = (prerequisite, 0.0)
        model.learn(exercise(skill=1), YES, NO, np.zeros(1))
        assert model.state["ability"][0, 1] == pytest.approx(1.5)
    model.state["ability"][0] = (4.0, 0.0)
    model.learn(exercise(), YES, NO, np.zeros(1))
    assert model.state["ability"][0, 0] == 4.0


def test_steepness_zero_ignores_prerequisites(chain: Chain, draws: MakeDraws, exercise: MakeExercise) -> None:
    model = ScaledLearners(1, 2, ScaledPopulation(ceiling=3.0, steepness=0.0))
    model.begin(ONE, chain(1), draws(1), Persons.usual(1))
    model.state["rate"][:], model.state["ability"][:] = 0.5, -3.0
    model.learn(exercise(skill=1), YES, YES, np.zeros(1))
    assert model.state["ability"][0, 1] == pytest.approx(-3.0 + 0.5 * 0.7 * 6.0)


KNOBS = [
    ("rate", sure(0.05), sure(0.3), "right", +1),
    ("between_skills", 0.05, 0.8, "right: spread", +1),
    ("ceiling", 2.0, 5.0, "at last", +1),
    ("mastered", 0.0, 2.0, "unready", -1),
    ("steepness", 0.2, 2.0, "unready", -1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    check_knob: Callable[..., None], knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less, more = (replace(ScaledPopulation(), **{knob: value}) for value in (low, high))
    check_knob(ScaledLearners, less, more, seen_in, direction)


def test_no_knob_is_untested() -> None:
    own = {field.name for field in fields(ScaledPopulation)} - {field.name for field in fields(LogisticPopulation)}
    assert {row[0] for row in KNOBS} == own
