"""Performance factors analysis: the published sum by hand, its own knobs by their direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.growth.logistic import LogisticPopulation
from simulators.growth.pfa import PfaLearners, PfaPopulation
from simulators.learner import Exercise, Persons
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

ONE = np.array([0])


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> PfaLearners:
    """beta = -.5, gamma = .2, rho = .1, no slip and no guess."""
    model = PfaLearners(1, 2, PfaPopulation())
    model.begin(ONE, chain(1), draws(1), Persons.usual(1))
    model.state["start"][:], model.state["gamma"][:], model.state["rho"][:] = -0.5, 0.2, 0.1
    model.traits["slip"][:] = 0.0
    return model


@pytest.mark.parametrize(
    ("answers", "chance"),
    [
        ([], 0.377541),  # m = -.5
        ([False], 0.401312),  # m = -.4
        ([False, True, True, True], 0.549834),  # m = -.5 + .1 + 3 * .2 = .2
    ],
)
def test_success_by_hand(
    learner: PfaLearners, exercise: Callable[..., Exercise], answers: list[bool], chance: float
) -> None:
    for correct in answers:
        learner.learn(exercise(), np.array([correct]), np.array([False]), np.zeros(1))
    assert learner.attempt(exercise(), np.zeros(1)) == pytest.approx(chance, abs=1e-6)
    assert learner.success_probability(ONE, np.zeros(1))[0, 1] == pytest.approx(0.377541, abs=1e-6)


def test_a_hinted_answer_counts_in_part(learner: PfaLearners, exercise: Callable[..., Exercise]) -> None:
    for correct in (True, False):
        learner.learn(exercise(), np.array([correct]), np.array([True]), np.zeros(1))
    assert learner.state["successes"][0, 0] == pytest.approx(0.7)
    assert learner.state["failures"][0, 0] == pytest.approx(0.7)


def test_errors_discourage_where_rho_is_negative(learner: PfaLearners, exercise: Callable[..., Exercise]) -> None:
    learner.state["rho"][:] = -0.3
    before = learner.attempt(exercise(), np.zeros(1))
    learner.learn(exercise(), np.array([False]), np.array([False]), np.zeros(1))
    assert learner.attempt(exercise(), np.zeros(1)) < before


KNOBS = [
    ("success", sure(0.2), sure(0.8), "right", +1),
    ("failure", Normal(-0.1, 0.1), Normal(0.4, 0.1), "wrong", +1),
    ("between_skills", 0.05, 0.8, "right: spread", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    check_knob: Callable[..., None], knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less, more = (replace(PfaPopulation(), **{knob: value}) for value in (low, high))
    check_knob(PfaLearners, less, more, seen_in, direction)


def test_no_knob_is_untested() -> None:
    own = {field.name for field in fields(PfaPopulation)} - {field.name for field in fields(LogisticPopulation)}
    assert {row[0] for row in KNOBS} == own
