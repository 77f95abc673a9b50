"""Item response theory with growth: the closed form of the drift, its own knobs by their direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.growth.irt import IrtLearners, IrtPopulation
from simulators.growth.logistic import LogisticPopulation
from simulators.learner import Exercise, Persons
from simulators.noise import Draws
from simulators.spread import LogNormal

ONE = np.array([0])
YES, NO = np.array([True]), np.array([False])


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> IrtLearners:
    """Ability -1, rate .6, discrimination 2, no slip; the ceiling is 3."""
    model = IrtLearners(1, 2, IrtPopulation(ceiling=3.0))
    model.begin(ONE, chain(1, difficulty=(0.5,)), draws(1), Persons.usual(1))
    model.state["ability"][:], model.state["rate"][:] = -1.0, 0.6
    model.traits["discrimination"][:], model.traits["slip"][:] = 2.0, 0.0
    return model


def test_success_is_the_two_parameter_curve(learner: IrtLearners, exercise: Callable[..., Exercise]) -> None:
    # sigmoid(2 (-1 - .5)) = .047426
    assert learner.attempt(exercise(), np.zeros(1)) == pytest.approx(0.047426, abs=1e-6)


@pytest.mark.parametrize("correct", [YES, NO])
def test_ability_nears_its_ceiling_geometrically(
    learner: IrtLearners, exercise: Callable[..., Exercise], correct: np.ndarray
) -> None:
    # theta_n = ceiling - (ceiling - theta_0) (1 - rate / ceiling)^n = 3 - 4 * .8^5 = 1.68928
    for _ in range(5):
        learner.learn(exercise(), correct, NO, np.zeros(1))
    assert learner.state["ability"][0] == pytest.approx([1.68928, -1.0])


def test_a_hint_leaves_a_share_and_a_ceiling_holds(learner: IrtLearners, exercise: Callable[..., Exercise]) -> None:
    learner.learn(exercise(), YES, YES, np.zeros(1))
    assert learner.state["ability"][0, 0] == pytest.approx(-1.0 + 0.7 * 0.8)
    learner.state["ability"][0, 0] = 4.0
    learner.learn(exercise(), YES, NO, np.zeros(1))
    assert learner.state["ability"][0, 0] == 4.0


KNOBS = [
    ("rate", sure(0.2), sure(0.8), "right", +1),
    ("between_skills", 0.05, 0.8, "right: spread", +1),
    ("ceiling", 2.0, 5.0, "at last", +1),
    ("discrimination", sure(0.7), sure(2.0), "spread of success", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    check_knob: Callable[..., None], knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less, more = (replace(IrtPopulation(), **{knob: value}) for value in (low, high))
    check_knob(IrtLearners, less, more, seen_in, direction)


def test_no_knob_is_untested() -> None:
    own = {field.name for field in fields(IrtPopulation)} - {field.name for field in fields(LogisticPopulation)}
    assert {row[0] for row in KNOBS} == own
