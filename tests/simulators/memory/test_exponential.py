"""The exponential forgetting curve: the published equation by hand, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import MEMORY, Family
from simulators.learner import Exercise, Persons
from simulators.memory.exponential import ExponentialLearners, ExponentialPopulation
from simulators.noise import Draws
from simulators.spread import LogNormal

YES, NO = np.array([True]), np.array([False])
ONE, CHANCE = np.array([0]), np.array([0.5])
FAMILY = Family(MEMORY, ExponentialLearners, ExponentialPopulation)


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> ExponentialLearners:
    """Knows nothing, slips never; theta is .077 a day as in the source; bands of difficulty 0 and 1."""
    model = ExponentialLearners(1, 2, ExponentialPopulation(slope=0.5))
    model.begin(ONE, chain(1, difficulty=(0.0, 1.0)), draws(1), Persons.usual(1))
    model.state["decay"][:], model.state["practices"][:], model.state["last"][:] = 0.077, 0.0, 0.0
    model.traits["growth"][:], model.traits["slip"][:] = 1.0, 0.0
    return model


def test_recall_is_the_published_curve(learner: ExponentialLearners, exercise: Callable[..., Exercise]) -> None:
    for day in (1.0, 2.0, 3.0):
        learner.learn(exercise(now=day), NO, NO, CHANCE)
    # S = 1 + 3, d = 10: exp(-.077 * 10 / 4) = exp(-.1925)
    assert learner.attempt(exercise(now=13), CHANCE) == pytest.approx(0.824894, abs=1e-6)
    # a band of difficulty 1 raises it to exp(.5): exp(-.1925 * 1.648721)
    assert learner.attempt(exercise(band=1, now=13), CHANCE) == pytest.approx(0.728055, abs=1e-6)
    assert learner.score_at(ONE, np.array([13.0]))[0] == pytest.approx([(0.824894 + 0.728055) / 2, 0.0], abs=1e-6)


def test_a_hinted_practice_counts_for_its_share(
    learner: ExponentialLearners, exercise: Callable[..., Exercise]
) -> None:
    learner.learn(exercise(), YES, YES, CHANCE)
    # S = 1.7: exp(-.77 / 1.7)
    assert learner.attempt(exercise(now=10), CHANCE) == pytest.approx(0.635756, abs=1e-6)


KNOBS = [
    ("decay", sure(0.1), sure(1.0), "right", -1),
    ("forgetting", sure(0.5), sure(2.0), "right", -1),
    ("growth", sure(0.5), sure(2.0), "right", +1),
    ("slope", 0.1, 1.0, "right: hard", -1),
    ("slip", sure(0.01), sure(0.15), "right", -1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("known_practices", sure(3.0), sure(30.0), "untaught", +1),
    ("known_age_days", sure(2.0), sure(100.0), "untaught", -1),
    ("hint_lift", 0.1, 0.9, "hinted", +1),
    ("hint_share", 0.1, 1.0, "aided", +1),
]


@pytest.mark.parametrize("knob", KNOBS, ids=[knob[0] for knob in KNOBS])
def test_every_knob_does_what_it_says(turns: Callable[..., float], knob: tuple[str, object, object, str, int]) -> None:
    assert turns(FAMILY, ExponentialPopulation(), knob) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {knob[0] for knob in KNOBS} == {field.name for field in fields(ExponentialPopulation)}
