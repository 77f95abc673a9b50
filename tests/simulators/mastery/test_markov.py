"""Hidden Markov mastery: every formula by hand, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise, Persons
from simulators.mastery.markov import MarkovLearners, MarkovPopulation
from simulators.noise import Draws
from simulators.spread import LogNormal

YES, NO = np.array([True]), np.array([False])
ONE = np.array([0])
SURVIVAL = 0.367879  # exp(-.1 * 10)

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
MakeExercise = Callable[..., Exercise]


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Chain, draws: MakeDraws) -> MarkovLearners:
    """Bands of difficulty 0 and 1, item guess .2; skill 0 known with hazard .1 a day, skill 1 not."""
    model = MarkovLearners(1, 2, MarkovPopulation())
    model.begin(ONE, chain(1, difficulty=(0.0, 1.0), guess=0.2), draws(1), Persons.usual(1))
    model.known[0], model.hazard[0], model.last[:] = (True, False), (0.1, 0.2), 0.0
    model.rate[:], model.forgetting[:], model.spacing[:], model.slip[:], model.guess[:] = 0.3, 0.2, 4.0, 0.1, 0.05
    return model


def test_success_mixes_knowing_and_guessing(learner: MarkovLearners) -> None:
    probability = learner.success_probability(ONE, np.array([10.0]))[0]
    assert probability[0, 0] == pytest.approx(SURVIVAL * 0.9 + (1 - SURVIVAL) * 0.2, abs=1e-6)
    assert probability[0, 1] == pytest.approx(SURVIVAL * (1 - 0.149182) + (1 - SURVIVAL) * 0.2, abs=1e-6)
    assert probability[1] == pytest.approx([0.2, 0.2])


@pytest.mark.parametrize(("uniform", "still", "success"), [(0.36, True, 0.9), (0.37, False, 0.2)])
def test_forgetting_is_settled_when_looked_at(
    learner: MarkovLearners, exercise: MakeExercise, uniform: float, still: bool, success: float
) -> None:
    assert learner.attempt(exercise(now=10), np.array([uniform])) == pytest.approx(success)
    assert learner.known[0, 0] == still
    assert learner.last[0, 0] == 10
    assert learner.hazard[0, 0] == pytest.approx(0.1 if still else 0.2)


def test_settling_keeps_the_expected_test_score(learner: MarkovLearners, exercise: MakeExercise) -> None:
    test_at = np.array([25.0])
    before = learner.skill_score_at(ONE, ONE, test_at)[0]
    learner.attempt(exercise(now=10), np.array([0.0]))
    assert learner.skill_score_at(ONE, ONE, test_at)[0] * SURVIVAL == pytest.approx(before, abs=1e-6)


def test_a_spaced_success_divides_the_hazard(learner: MarkovLearners, exercise: MakeExercise) -> None:
    learner.attempt(exercise(now=10), np.array([0.0]))
    learner.learn(exercise(now=10), YES, NO, np.array([0.99]))
    assert learner.hazard[0, 0] == pytest.approx(0.1 / (1 + 4 * (1 - SURVIVAL)), abs=1e-7)


def test_an_error_or_a_massed_success_protects_nothing(learner: MarkovLearners, exercise: MakeExercise) -> None:
    learner.attempt(exercise(now=10), np.array([0.0]))
    learner.learn(exercise(now=10), NO, NO, np.array([0.99]))
    learner.attempt(exercise(now=10), np.array([0.0]))
    learner.learn(exercise(now=10), YES, NO, np.array([0.99]))
    assert learner.hazard[0, 0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("known", "band", "hinted", "chance"),
    [
        (True, 0, NO, 0.3),  # the prerequisite was practised just now
        (False, 0, NO, 0.045),  # .3 * .15
        (False, 1, NO, 0.03375),  # .3 * .15 * (1 - .25)
        (True, 0, YES, 0.21),  # .3 * .7
    ],
)
def test_the_chance_to_learn_by_hand(
    learner: MarkovLearners, exercise: MakeExercise, known: bool, band: int, hinted: np.ndarray, chance: float
) -> None:
    learner.known[0, 0] = known
    for uniform, learned in ((chance - 1e-6, True), (chance + 1e-6, False)):
        learner.known[0, 1] = False
        learner.attempt(exercise(skill=1, band=band), np.zeros(1))
        learner.learn(exercise(skill=1, band=band), NO, hinted, np.array([uniform]))
        assert learner.known[0, 1] == learned


def test_a_hint_repairs_a_share_of_the_failures_of_the_unknown(learner: MarkovLearners, exercise: MakeExercise) -> None:
    assert learner.hinted(exercise(skill=1), np.array([0.2])) == pytest.approx(0.44)
    assert learner.hinted(exercise(skill=0), np.array([0.9])) == pytest.approx(0.9)


def test_the_test_score_by_hand(learner: MarkovLearners) -> None:
    expected = SURVIVAL * (0.9 + 1 - 0.149182) / 2
    assert learner.score_at(ONE, np.array([10.0]))[0] == pytest.approx([expected, 0], abs=1e-6)
    assert learner.skill_score_at(ONE, ONE, np.array([10.0])) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("skill", [0, 1])
def test_the_gain_is_the_expectation_over_everything(
    learner: MarkovLearners, exercise: MakeExercise, skill: int
) -> None:
    now, test_at, hint = np.array([10.0]), np.array([25.0]), np.array([0.4])
    gain = learner.score_gain(ONE, now, test_at, hint)[0, skill, 0]
    one, each = np.array([skill]), exercise(skill=skill, now=10)
    before = learner.skill_score_at(ONE, one, test_at)[0]
    state = [array.copy() for array in (learner.known, learner.hazard, learner.last)]
    ready = 0.15 + 0.85 * SURVIVAL if skill else 1.0
    expected = 0.0
    for uniform, kept in ((0.0, SURVIVAL), (0.999, 1 - SURVIVAL)):
        for asked in (False, True):
            for right in (False, True):
                for learned in (False, True):
                    learner.known[:], learner.hazard[:], learner.last[:] = (array.copy() for array in state)
                    plain = learner.attempt(each, np.array([uniform]))
                    asks = 0.4 * (1 - plain)
                    chance = learner.hinted(each, plain) if asked else plain
                    rate = 0.3 * ready * (0.7 if asked else 1.0)
                    weight = kept * (asks if asked else 1 - asks) * (chance if right else 1 - chance)
                    weight = weight * (rate if learned else 1 - rate)
                    learner.learn(each, np.array([right]), np.array([asked]), np.array([0.0 if learned else 0.999]))
                    expected += float(weight[0]) * (learner.skill_score_at(ONE, one, test_at)[0] - before)
    assert gain == pytest.approx(expected, abs=1e-6)


def measure(population: MarkovPopulation, chain: Chain, draws: MakeDraws) -> dict[str, float]:
    """What the knobs can be seen in: means over 1,000 learners."""
    n = 1000
    rows, zero, courses = np.arange(n), np.zeros(n, dtype=np.bool_), chain(n, n_skills=2, difficulty=(0.0, 1.0))
    chance = np.random.default_rng(7).random(n)

    def begun() -> MarkovLearners:
        model = MarkovLearners(n, 2, population)
        model.begin(rows, courses, draws(n), Persons.usual(len(rows)))
        return model

    fresh = begun()
    now = fresh.success_probability(rows, np.zeros(n))
    result = {
        "success": now.mean(),
        "easy less hard": (now[:, :, 0] - now[:, :, 1])[fresh.known].mean(),
        "known": fresh.known.mean(),
        "later": fresh.score_at(rows, np.full(n, 30.0)).mean(),
        "kept until now": fresh.score_at(rows, np.zeros(n)).mean(),
    }
    fresh.known[:] = False
    unknown = Exercise(rows, zero * 0, zero * 0, np.zeros(n))
    result["unknown success"] = fresh.attempt(unknown, chance).mean()
    result["unknown hinted"] = fresh.hinted(unknown, fresh.attempt(unknown, chance)).mean()
    for name, skill, band, hinted in (("first", 0, 0, zero), ("hard", 0, 1, zero), ("aided", 0, 0, ~zero)):
        model = begun()
        model.known[:] = False
        one = Exercise(rows, zero * 0 + skill, zero * 0 + band, np.zeros(n))
        model.attempt(one, chance)
        model.learn(one, ~zero, hinted, chance)
        result[name] = model.known[:, skill].mean()
    model = begun()
    model.known[:] = False
    model.known[:, 0] = True
    model.hazard[:] = model.forgetting[:, None]
    model.last[:] = 0.0
    result["in two weeks"] = model.score_at(rows, np.full(n, 14.0))[:, 0].mean()
    result["unready gain"] = begun_gain(begun(), rows)
    late = Exercise(rows, zero * 0, zero * 0, np.full(n, 5.0))
    model.attempt(late, zero * 0.0)
    model.learn(late, ~zero, zero, np.ones(n))
    result["hazard after review"] = model.hazard[:, 0].mean()
    return result


def begun_gain(model: MarkovLearners, rows: np.ndarray) -> float:
    """The mean gain of a skill whose prerequisite is unknown."""
    model.known[:] = False
    n = len(rows)
    return float(model.score_gain(rows, np.zeros(n), np.ones(n), np.zeros(n))[:, 1].mean())


KNOBS = [
    ("rate", sure(0.1), sure(0.5), "first", +1),
    ("rate_slope", 0.0, 0.6, "hard", -1),
    ("forgetting", sure(0.02), sure(0.3), "in two weeks", -1),
    ("spacing", sure(0.5), sure(10.0), "hazard after review", -1),
    ("slip", sure(0.02), sure(0.2), "success", -1),
    ("slip_slope", 0.0, 1.0, "easy less hard", +1),
    ("guess", sure(0.02), sure(0.2), "unknown success", +1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("known_hazard", sure(0.001), sure(0.05), "later", -1),
    ("known_age_days", sure(2.0), sure(100.0), "kept until now", -1),
    ("unready", 0.05, 1.0, "unready gain", +1),
    ("hint_lift", 0.0, 0.6, "unknown hinted", +1),
    ("hint_share", 0.2, 1.0, "aided", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    chain: Chain, draws: MakeDraws, knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less = measure(replace(MarkovPopulation(), **{knob: low}), chain, draws)[seen_in]
    more = measure(replace(MarkovPopulation(), **{knob: high}), chain, draws)[seen_in]
    assert direction * (more - less) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {row[0] for row in KNOBS} == {field.name for field in fields(MarkovPopulation)}


def test_nothing_is_forgotten_or_gained_where_time_runs_backwards(
    learner: MarkovLearners, exercise: MakeExercise
) -> None:
    learner.last[:] = 5.0
    for day in (5.0, 3.0):
        assert learner.success_probability(ONE, np.array([day]))[0, 0, 0] == pytest.approx(0.9)
        assert learner.attempt(exercise(now=day), np.array([0.999])) == pytest.approx(0.9)
        learner.learn(exercise(now=day), YES, NO, np.array([0.99]))
        assert learner.hazard[0, 0] == pytest.approx(0.1)
        learner.last[:] = 5.0
