"""Half-life regression: the published equation and its bounds by hand, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import MEMORY, Family
from simulators.learner import Exercise, Persons
from simulators.memory.hlr import HlrLearners, HlrPopulation, half_life_days
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

YES, NO = np.array([True]), np.array([False])
ONE, CHANCE = np.array([0]), np.array([0.5])
FAMILY = Family(MEMORY, HlrLearners, HlrPopulation)


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> HlrLearners:
    """Knows nothing, slips never; theta = (1.5, -.5, -.25); bands of difficulty 0 and 1."""
    model = HlrLearners(1, 2, HlrPopulation(slope=0.5))
    model.begin(ONE, chain(1, difficulty=(0.0, 1.0)), draws(1), Persons.usual(1))
    for name in ("right", "wrong", "last"):
        model.state[name][:] = 0.0
    model.state["bias"][:] = -0.25
    model.traits["right_weight"][:], model.traits["wrong_weight"][:], model.traits["slip"][:] = 1.5, -0.5, 0.0
    return model


def test_recall_is_the_published_equation(learner: HlrLearners, exercise: Callable[..., Exercise]) -> None:
    for day, right in ((1.0, NO), (2.0, YES), (3.0, YES), (4.0, YES)):
        learner.learn(exercise(now=day), right, NO, CHANCE)
    # h = 2^(1.5 sqrt(4) - .5 sqrt(2) - .25) = 2^2.042893 = 4.120713 days; 2^(-6 / 4.120713)
    assert learner.attempt(exercise(now=10), CHANCE) == pytest.approx(0.364487, abs=1e-5)
    # a band of difficulty 1 raises it to exp(.5)
    assert learner.attempt(exercise(band=1, now=10), CHANCE) == pytest.approx(0.364487**1.648721, abs=1e-5)
    assert learner.score_at(ONE, np.array([10.0]))[0] == pytest.approx([(0.364487 + 0.189381) / 2, 0.0], abs=1e-5)


def test_half_lives_stay_within_the_published_bounds() -> None:
    assert half_life_days(np.array([-40.0, 0.0, 3.0, 40.0])) == pytest.approx([15 / 1440, 1.0, 8.0, 274.0])


def test_a_hinted_answer_counts_for_its_share(learner: HlrLearners, exercise: Callable[..., Exercise]) -> None:
    learner.learn(exercise(), YES, YES, CHANCE)
    learner.learn(exercise(), NO, YES, CHANCE)
    assert (learner.state["right"][0, 0], learner.state["wrong"][0, 0]) == (0.7, 0.7)


KNOBS = [
    ("right", Normal(1.0, 0.0), Normal(2.5, 0.0), "right", +1),
    ("wrong", Normal(-1.0, 0.0), Normal(0.5, 0.0), "wrong", +1),
    ("bias", Normal(-2.0, 0.0), Normal(0.0, 0.0), "once", +1),
    ("skill", Normal(0.0, 0.1), Normal(0.0, 1.5), "skills", +1),
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
    assert turns(FAMILY, HlrPopulation(), knob) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {knob[0] for knob in KNOBS} == {field.name for field in fields(HlrPopulation)}
