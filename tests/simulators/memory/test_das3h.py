"""DAS3H: the published logistic by hand, windows against counting one by one, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from math import exp, log

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import MEMORY, Family
from simulators.learner import Exercise, Persons
from simulators.memory.das3h import Das3hLearners, Das3hPopulation
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

YES, NO = np.array([True]), np.array([False])
ONE, CHANCE = np.array([0]), np.array([0.5])
FAMILY = Family(MEMORY, Das3hLearners, Das3hPopulation)
WINS, TRIES = (0.5, 0.4, 0.3, 0.2, 0.1), (-0.2, -0.1, 0.0, 0.1, 0.2)
HOUR = 1.0 / 24.0


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> Das3hLearners:
    """Practised nothing, slips never; ease -1; bands of difficulty 0 and 1."""
    population = Das3hPopulation(
        wins=WINS,
        tries=TRIES,
        known_share=(0.0, 0.0),
        ability=Normal(-1.5, 0.0),
        ease=Normal(0.5, 0.0),
        pace=sure(2.0),
        forgetting=sure(1.0),
        slip=sure(1e-12),
    )
    model = Das3hLearners(1, 2, population)
    model.begin(ONE, chain(1, difficulty=(0.0, 1.0)), draws(1), Persons.usual(1))
    return model


def by_counting(past: list[tuple[float, bool, float]], at: float) -> float:
    """The published sum over windows, of (day, right, share) one by one."""
    total = 0.0
    for window, win, attempt in zip((HOUR, 1.0, 7.0, 30.0, np.inf), WINS, TRIES, strict=True):
        within = [(right, share) for day, right, share in past if at - day < window]
        total += win * log(1 + sum(share for right, share in within if right))
        total += attempt * log(1 + sum(share for _, share in within))
    return total


def test_recall_is_the_published_logistic(learner: Das3hLearners, exercise: Callable[..., Exercise]) -> None:
    assert learner.attempt(exercise(now=5), CHANCE) == pytest.approx(1 / (1 + exp(1.0)), abs=1e-9)
    learner.learn(exercise(now=0), YES, NO, CHANCE)
    learner.learn(exercise(now=5), NO, NO, CHANCE)
    learner.learn(exercise(now=9.5), YES, NO, CHANCE)
    # at 10 days: hour (0 wins, 0 tries), day (1, 1), week (1, 2), 30 days (2, 3), all (2, 3)
    # .4 ln 2 + .3 ln 2 + .3 ln 3 - .1 ln 2 + 0 ln 3 + .3 ln 4 = 1.161360; logit -1 + 2 * 1.161360
    assert learner.attempt(exercise(now=10), CHANCE) == pytest.approx(1 / (1 + exp(-1.322721)), abs=1e-6)
    assert learner.attempt(exercise(band=1, now=10), CHANCE) == pytest.approx(1 / (1 + exp(-0.322721)), abs=1e-6)


def test_windows_are_what_counting_one_by_one_gives(learner: Das3hLearners, exercise: Callable[..., Exercise]) -> None:
    rng, past, now = np.random.default_rng(0), ([], []), 0.0
    for _ in range(200):
        now += float(rng.choice([0.001, 0.02, 0.5, 3.0, 12.0]))
        skill, right, hinted = int(rng.integers(2)), bool(rng.random() < 0.6), bool(rng.random() < 0.3)
        learner.learn(exercise(skill=skill, now=now), np.array([right]), np.array([hinted]), CHANCE)
        past[skill].append((now, right, 0.7 if hinted else 1.0))
        for later in (0.0, 0.3, 9.0, 45.0):
            at = np.array([now + later])
            expected = [1 / (1 + exp(1.0 - 2.0 * by_counting(of, at[0]))) for of in past]
            assert learner.success_probability(ONE, at)[0, :, 0] == pytest.approx(expected, abs=1e-9)
            assert learner.attempt(exercise(skill=1, now=at[0]), CHANCE) == pytest.approx(expected[1], abs=1e-9)


KNOBS = [
    ("ability", Normal(-2.5, 0.0), Normal(-0.5, 0.0), "start", +1),
    ("ease", Normal(-1.0, 0.1), Normal(-1.0, 1.5), "skills", +1),
    ("pace", sure(0.6), sure(1.6), "right", +1),
    ("wins", (0.1,) * 5, (0.8,) * 5, "right", +1),
    ("tries", (0.1,) * 5, (0.8,) * 5, "wrong", +1),
    ("forgetting", sure(0.4), sure(2.5), "right: late", -1),
    ("slip", sure(0.01), sure(0.15), "right", -1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "untaught", +1),
    ("known_practices", sure(3.0), sure(30.0), "untaught", +1),
    ("known_age_days", sure(2.0), sure(100.0), "untaught", -1),
    ("hint_lift", 0.1, 0.9, "hinted", +1),
    ("hint_share", 0.1, 1.0, "aided", +1),
]


@pytest.mark.parametrize("knob", KNOBS, ids=[knob[0] for knob in KNOBS])
def test_every_knob_does_what_it_says(turns: Callable[..., float], knob: tuple[str, object, object, str, int]) -> None:
    assert turns(FAMILY, Das3hPopulation(), knob) > 1e-3


@pytest.mark.parametrize("window", range(5))
def test_every_window_has_its_weight(window: int, learner: Das3hLearners, exercise: Callable[..., Exercise]) -> None:
    """Practice that just left the next smaller window still counts in this one, for exactly its weights."""
    learner.learn(exercise(now=0), YES, NO, CHANCE)
    inside = (0.0, HOUR, 1.0, 7.0, 30.0)[window]
    logit = -1.0 + 2.0 * log(2.0) * (sum(WINS[window:]) + sum(TRIES[window:]))
    assert learner.attempt(exercise(now=inside), CHANCE) == pytest.approx(1 / (1 + exp(-logit)), abs=1e-9)


def test_no_knob_is_untested() -> None:
    assert {knob[0] for knob in KNOBS} == {field.name for field in fields(Das3hPopulation)}


@pytest.mark.parametrize("weights", [(0.1,) * 4, (0.1, 0.1, 0.1, 0.1, np.nan)])
def test_weights_that_are_not_one_for_each_window_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="tries needs 5 finite weights"):
        Das3hPopulation(tries=weights)
