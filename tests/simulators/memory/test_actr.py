"""ACT-R memory: activation by hand and trace by trace, the spacing effect, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from math import exp, log

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import MEMORY, Family
from simulators.learner import Exercise, Persons
from simulators.memory.actr import ActrLearners, ActrPopulation, age_seconds
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

YES, NO = np.array([True]), np.array([False])
ONE, CHANCE = np.array([0]), np.array([0.5])
FAMILY = Family(MEMORY, ActrLearners, ActrPopulation)
C, A, TAU, S, H = 0.217, 0.177, -0.704, 0.255, 0.025
MINUTE = 1.0 / 1440.0


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> ActrLearners:
    """The published parameters; practised nothing, slips never; bands of difficulty 0 and 1."""
    population = ActrPopulation(
        intercept=sure(A),
        threshold=Normal(TAU, 0.0),
        skill=Normal(0.0, 0.0),
        known_share=(0.0, 0.0),
        slip=sure(1e-12),
    )
    model = ActrLearners(1, 2, population)
    model.begin(ONE, chain(1, difficulty=(0.0, 1.0)), draws(1), Persons.usual(1))
    return model


def age(days: float) -> float:
    seconds = days * 86_400
    return max(min(seconds, 3_600) + H * max(seconds - 3_600, 0), 1.0)


def test_activation_by_hand_within_an_hour(learner: ActrLearners, exercise: Callable[..., Exercise]) -> None:
    assert learner.attempt(exercise(now=0), CHANCE) == pytest.approx(0.0, abs=1e-9)
    learner.learn(exercise(now=0), NO, NO, CHANCE)
    learner.learn(exercise(now=2 * MINUTE), YES, NO, CHANCE)
    # first d = .177; 120^-.177 = e^m = .428534, second d = .217 * .428534 + .177 = .269992
    # at 10 minutes: 600^-.177 + 480^-.269992 = .322305 + .188837 = .511142, m = -.671108
    expected = 1 / (1 + exp((TAU + 0.671108) / S))
    assert learner.attempt(exercise(now=10 * MINUTE), CHANCE) == pytest.approx(expected, abs=1e-6)
    harder = 1 / (1 + exp((TAU + 0.2 + 0.671108) / S))
    assert learner.attempt(exercise(band=1, now=10 * MINUTE), CHANCE) == pytest.approx(harder, abs=1e-6)


def test_the_first_hour_counts_in_full_and_the_rest_for_its_share() -> None:
    counted = age_seconds(np.array([0.0, MINUTE, 60 * MINUTE, 1.0]), H)
    assert counted == pytest.approx([1.0, 60.0, 3_600.0, 3_600 + 0.025 * 82_800])


def test_recall_is_what_adding_trace_by_trace_gives(learner: ActrLearners, exercise: Callable[..., Exercise]) -> None:
    rng, traces, now = np.random.default_rng(0), ([], []), 0.0
    for _ in range(150):
        now += float(rng.choice([0.0, 0.001, 0.02, 0.5, 3.0]))
        skill, hinted = int(rng.integers(2)), bool(rng.random() < 0.3)
        before = sum(salience * age(now - at) ** -decay for at, decay, salience in traces[skill])
        learner.learn(exercise(skill=skill, now=now), YES, np.array([hinted]), CHANCE)
        traces[skill].append((now, C * before + A, 0.7 if hinted else 1.0))
        for later in (0.0, 0.3, 45.0):
            sums = [sum(b * age(now + later - at) ** -d for at, d, b in of) for of in traces]
            expected = [1 / (1 + exp((TAU - log(total)) / S)) if total else 0.0 for total in sums]
            told = learner.success_probability(ONE, np.array([now + later]))[0, :, 0]
            assert told == pytest.approx(expected, abs=1e-9)
            assert learner.attempt(exercise(skill=1, now=now + later), CHANCE) == pytest.approx(expected[1], abs=1e-9)


def test_spaced_practice_lasts_longer_than_massed(learner: ActrLearners, exercise: Callable[..., Exercise]) -> None:
    for turn in range(6):
        learner.learn(exercise(skill=0, now=9 + turn * MINUTE / 2), YES, NO, CHANCE)
    for turn in range(6):
        learner.learn(exercise(skill=1, now=10.0 + turn * 2), YES, NO, CHANCE)
    soon, late = np.array([9 + 3 * MINUTE]), np.array([60.0])
    assert learner.score_at(ONE, soon)[0, 0] > 0.95
    massed, spaced = learner.score_at(ONE, late)[0]
    assert spaced > massed + 0.1


KNOBS = [
    ("scale", 0.05, 0.8, "massed", -1),
    ("intercept", sure(0.1), sure(0.3), "right", -1),
    ("threshold", Normal(-1.2, 0.0), Normal(-0.2, 0.0), "right", -1),
    ("skill", Normal(0.0, 0.05), Normal(0.0, 1.0), "skills", +1),
    ("noise", 0.1, 1.0, "learners", -1),  # the less, the more it matters on which side of the threshold one is
    ("between", 0.01, 0.5, "right", -1),
    ("slope", 0.05, 1.0, "right: hard", -1),
    ("slip", sure(0.01), sure(0.15), "right", -1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("known_practices", sure(3.0), sure(30.0), "untaught", +1),
    ("known_age_days", sure(2.0), sure(100.0), "untaught", -1),
    ("hint_lift", 0.1, 0.9, "hinted", +1),
    ("hint_share", 0.1, 1.0, "aided", +1),
]


@pytest.mark.parametrize("knob", KNOBS, ids=[knob[0] for knob in KNOBS])
def test_every_knob_does_what_it_says(turns: Callable[..., float], knob: tuple[str, object, object, str, int]) -> None:
    assert turns(FAMILY, ActrPopulation(), knob) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {knob[0] for knob in KNOBS} == {field.name for field in fields(ActrPopulation)}


def test_an_attempt_before_it_does_not_change_what_practice_leaves(
    chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]
) -> None:
    models, rows = [], np.arange(5)
    for attempts in (False, True):
        model = ActrLearners(5, 2, ActrPopulation())
        model.begin(rows, chain(5, difficulty=(0.0, 1.0)), draws(5), Persons.usual(5))
        for turn in range(12):
            skill, now = (rows + turn) % 2, np.full(5, 0.4 * (turn // 3))
            if attempts:
                model.attempt(Exercise(rows, skill, rows * 0, now), rows * 0.5)
            some = rows[turn % 4 :]  # the others guess in haste
            yes = np.ones(len(some), np.bool_)
            model.learn(Exercise(some, skill[some], some * 0, now[some]), yes, ~yes, some * 0.5)
        models.append(model)
    later = np.full(5, 20.0)
    assert models[0].score_at(rows, later) == pytest.approx(models[1].score_at(rows, later), abs=1e-12)
