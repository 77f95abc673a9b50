"""DASH as a generalised power law: the published equation by hand, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from math import exp

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import MEMORY, Family
from simulators.learner import Exercise, Persons
from simulators.memory.dash import DashLearners, DashPopulation
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

YES, NO = np.array([True]), np.array([False])
ONE, CHANCE = np.array([0]), np.array([0.5])
FAMILY = Family(MEMORY, DashLearners, DashPopulation)


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> DashLearners:
    """Practised nothing, slips never; alpha 1.5, item 1, r = 2, f = .5; bands of difficulty 0 and 1."""
    population = DashPopulation(
        wins=(0.5, 0.4, 0.3, 0.2, 0.1),
        tries=(-0.2, -0.1, 0.0, 0.1, 0.2),
        known_share=(0.0, 0.0),
        ability=Normal(1.5, 0.0),
        item=Normal(1.0, 0.0),
        scale=2.0,
        power=sure(0.5),
        forgetting=sure(1.0),
        slip=sure(1e-12),
    )
    model = DashLearners(1, 2, population)
    model.begin(ONE, chain(1, difficulty=(0.0, 1.0)), draws(1), Persons.usual(1))
    return model


def test_recall_is_the_published_equation(learner: DashLearners, exercise: Callable[..., Exercise]) -> None:
    assert learner.attempt(exercise(now=5), CHANCE) == 0.0
    learner.learn(exercise(now=0), YES, NO, CHANCE)
    learner.learn(exercise(now=5), NO, NO, CHANCE)
    # at 9 days: week (0 wins, 1 try), 30 days and all (1, 2): 0 ln 2 + .3 ln 2 + .3 ln 3 = .537528
    # m = sigmoid(1.5 - 1 + .537528), (1 + 2 * 4)^-.5 = 1 / 3
    expected = 1 / (1 + exp(-1.037528)) / 3
    assert learner.attempt(exercise(now=9), CHANCE) == pytest.approx(expected, abs=1e-6)
    assert learner.attempt(exercise(band=1, now=9), CHANCE) == pytest.approx(1 / (1 + exp(-0.037528)) / 3, abs=1e-6)
    assert learner.success_probability(ONE, np.array([9.0]))[0, :, 0] == pytest.approx([expected, 0.0], abs=1e-6)


def test_a_forgetful_learner_lives_through_more_days(learner: DashLearners, exercise: Callable[..., Exercise]) -> None:
    learner.learn(exercise(now=0), YES, NO, CHANCE)
    usual = learner.attempt(exercise(now=8), CHANCE)
    learner.traits["forgetting"][:] = 4.0
    assert learner.attempt(exercise(now=2), CHANCE) == pytest.approx(usual, abs=1e-12)


KNOBS = [
    ("ability", Normal(-0.5, 0.0), Normal(1.5, 0.0), "right", +1),
    ("item", Normal(0.0, 0.0), Normal(2.0, 0.0), "right", -1),
    ("scale", 0.2, 5.0, "right", -1),
    ("power", sure(0.05), sure(0.5), "right", -1),
    ("wins", (0.1,) * 5, (0.8,) * 5, "right", +1),
    ("tries", (0.1,) * 5, (0.8,) * 5, "wrong", +1),
    ("forgetting", sure(0.4), sure(2.5), "right: late", -1),
    ("slip", sure(0.01), sure(0.15), "right", -1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("known_practices", sure(3.0), sure(30.0), "untaught", +1),
    ("known_age_days", sure(2.0), sure(100.0), "untaught", -1),
    ("hint_lift", 0.1, 0.9, "hinted", +1),
    ("hint_share", 0.1, 1.0, "aided", +1),
]


@pytest.mark.parametrize("knob", KNOBS, ids=[knob[0] for knob in KNOBS])
def test_every_knob_does_what_it_says(turns: Callable[..., float], knob: tuple[str, object, object, str, int]) -> None:
    assert turns(FAMILY, DashPopulation(), knob) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {knob[0] for knob in KNOBS} == {field.name for field in fields(DashPopulation)}
