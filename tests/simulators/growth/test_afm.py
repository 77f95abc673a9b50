"""The additive factors model: the published sum by hand, its own knobs by their direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.growth.afm import AfmLearners, AfmPopulation
from simulators.growth.logistic import LogisticPopulation
from simulators.learner import Exercise, Persons
from simulators.noise import Draws
from simulators.spread import LogNormal

ONE = np.array([0])


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.mark.parametrize("correct", [True, False])
def test_success_by_hand_whatever_the_answers(
    chain: Callable[..., CourseBatch],
    draws: Callable[[int], Draws],
    exercise: Callable[..., Exercise],
    correct: bool,
) -> None:
    model = AfmLearners(1, 2, AfmPopulation())
    model.begin(ONE, chain(1, difficulty=(0.5,)), draws(1), Persons.usual(1))
    model.state["start"][:], model.state["gamma"][:], model.traits["slip"][:] = -1.0, 0.3, 0.0
    for _ in range(4):
        model.learn(exercise(), np.array([correct]), np.array([False]), np.zeros(1))
    model.learn(exercise(), np.array([correct]), np.array([True]), np.zeros(1))
    # theta = -1 + .3 * 4.7 = .41; sigmoid(.41 - .5) = .477515
    assert model.attempt(exercise(), np.zeros(1)) == pytest.approx(0.477515, abs=1e-6)
    assert model.attempt(exercise(skill=1), np.zeros(1)) == pytest.approx(0.182426, abs=1e-6)


KNOBS = [
    ("rate", sure(0.2), sure(0.8), "right", +1),
    ("between_skills", 0.05, 0.8, "right: spread", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    check_knob: Callable[..., None], knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less, more = (replace(AfmPopulation(), **{knob: value}) for value in (low, high))
    check_knob(AfmLearners, less, more, seen_in, direction)


def test_no_knob_is_untested() -> None:
    own = {field.name for field in fields(AfmPopulation)} - {field.name for field in fields(LogisticPopulation)}
    assert {row[0] for row in KNOBS} == own
