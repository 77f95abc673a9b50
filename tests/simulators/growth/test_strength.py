"""Continuous strength: every formula by hand, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.growth.strength import StrengthLearners, StrengthPopulation, retention
from simulators.learner import Exercise, Persons
from simulators.noise import Draws
from simulators.spread import LogNormal

YES, NO = np.array([True]), np.array([False])
ONE = np.array([0])
CHANCE = np.array([0.5])

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
MakeExercise = Callable[..., Exercise]


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


@pytest.fixture
def learner(chain: Chain, draws: MakeDraws) -> StrengthLearners:
    """Band 0 has difficulty .5, guess .2; skill 1 requires skill 0; the state is set by hand."""
    model = StrengthLearners(1, 2, StrengthPopulation(width=1.5))
    model.begin(ONE, chain(1, difficulty=(0.5,), guess=0.2), draws(1), Persons.usual(1))
    model.base[:], model.strength[:], model.stability[:], model.last[:] = -2.0, 3.0, 2.0, 0.0
    model.rate[:], model.decay[:], model.spacing[:] = 1.0, 0.5, 4.0
    model.discrimination[:], model.slip[:], model.feedback[:] = 1.0, 0.1, 0.6
    return model


def test_retention_is_the_published_power_law() -> None:
    values = retention(np.array([0.0, 6.0, 30.0]), np.array([2.0, 2.0, 2.0]), np.array([0.5, 0.5, 0.5]))
    assert values == pytest.approx([1.0, 0.5, 0.25])  # 4^-.5, 16^-.5


def test_nothing_is_forgotten_where_time_runs_backwards() -> None:
    assert retention(np.array([-6.0, -0.1]), np.array([2.0, 2.0]), np.array([0.5, 0.5])) == pytest.approx([1.0, 1.0])


def test_success_follows_the_four_parameter_curve(learner: StrengthLearners, exercise: MakeExercise) -> None:
    # R = .5, theta = -2 + 1.5 = -.5, P = .2 + .7 sigmoid(-1) = .2 + .7 * .268941
    expected = 0.388259
    assert learner.attempt(exercise(now=6), CHANCE) == pytest.approx(expected, abs=1e-6)
    assert learner.success_probability(ONE, np.array([6.0]))[0, 0, 0] == pytest.approx(expected, abs=1e-6)


def test_a_hint_lifts_the_margin(learner: StrengthLearners, exercise: MakeExercise) -> None:
    # P = .2 + .7 sigmoid(-1 + .8) = .2 + .7 * .450166
    assert learner.hinted(exercise(now=6), CHANCE) == pytest.approx(0.515116, abs=1e-6)


@pytest.mark.parametrize(
    ("correct", "hinted", "strength", "stability"),
    [
        # zone = exp(-(-1 - .405465)^2 / 4.5) = .644704
        (YES, NO, 3.257882, 6.0),  # held 3, + .644704 (1 - 3/5); 2 (1 + 4 * .5)
        (NO, NO, 2.739543, 3.2),  # held 3 (.5 + .7 * .5) = 2.55, + .644704 * .6 (1 - 2.55/5); 2 (1 + 4 * .3 * .5)
        (YES, YES, 3.154729, 4.4),  # + .6 * .257882; 2 (1 + 4 * .6 * .5)
    ],
)
def test_practice_by_hand(
    learner: StrengthLearners,
    exercise: MakeExercise,
    correct: np.ndarray,
    hinted: np.ndarray,
    strength: float,
    stability: float,
) -> None:
    learner.learn(exercise(now=6), correct, hinted, CHANCE)
    assert learner.strength[0, 0] == pytest.approx(strength, abs=1e-6)
    assert learner.stability[0, 0] == pytest.approx(stability)
    assert learner.last[0, 0] == 6
    assert (learner.strength[0, 1], learner.stability[0, 1], learner.last[0, 1]) == (3.0, 2.0, 0.0)


def test_an_unready_skill_teaches_by_its_readiness(learner: StrengthLearners, exercise: MakeExercise) -> None:
    learner.strength[0] = (4.0, 0.0)
    learner.learn(exercise(skill=1, now=6), YES, NO, CHANCE)
    # prerequisite: theta = -2 + 4 * .5 = 0, ready = .05 + .95 * .5 = .525; margin -2.5, zone = exp(-2.905465^2 / 4.5)
    assert learner.strength[0, 1] == pytest.approx(0.525 * 0.153211, abs=1e-6)


def test_the_zone_is_widest_at_the_match(learner: StrengthLearners) -> None:
    margin = np.linspace(-6, 6, 1201)
    zone = learner.zone(margin)
    assert zone.max() == pytest.approx(1.0, abs=1e-4)
    assert 1 / (1 + np.exp(-margin[zone.argmax()])) == pytest.approx(0.6, abs=0.01)


def test_the_test_score_by_hand(learner: StrengthLearners) -> None:
    # at 6 days: theta = -.5, (1 - .1) sigmoid(-1); the guess does not count
    expected = 0.9 * 0.268941
    assert learner.score_at(ONE, np.array([6.0]))[0] == pytest.approx([expected] * 2, abs=1e-6)
    assert learner.skill_score_at(ONE, ONE, np.array([6.0])) == pytest.approx(expected, abs=1e-6)


def test_only_available_bands_are_tested(chain: Chain, draws: MakeDraws) -> None:
    courses = chain(1, difficulty=(-1.0, 0.0, 1.0))
    model = StrengthLearners(1, 2, StrengthPopulation(width=1.5))
    model.begin(ONE, courses, draws(1), Persons.usual(1))
    every = model.score_at(ONE, np.array([1.0]))[0, 0]
    courses.available[0, 0] = (True, False, False)
    assert model.score_at(ONE, np.array([1.0]))[0, 0] > every
    courses.available[0, 0] = False
    assert model.score_at(ONE, np.array([1.0]))[0, 0] == 0


def test_massed_practice_hardly_stabilises(learner: StrengthLearners, exercise: MakeExercise) -> None:
    for minute in range(5):
        learner.learn(exercise(now=minute / 1440), YES, NO, CHANCE)
    massed = learner.stability[0, 0]
    learner.stability[0, 0] = 2.0
    for day in range(1, 6):
        learner.learn(exercise(now=float(day)), YES, NO, CHANCE)
    assert massed < 2.05
    assert learner.stability[0, 0] > 2 * massed


def test_strength_never_passes_its_ceiling_and_stability_stays_in_range(
    learner: StrengthLearners, exercise: MakeExercise
) -> None:
    learner.rate[:] = 50.0
    for day in range(200):
        learner.learn(exercise(now=float(3 * day)), YES, NO, CHANCE)
    assert learner.strength[0, 0] <= 5
    assert 0.2 <= learner.stability[0, 0] <= 365


def test_the_gain_is_the_expectation_over_answers_and_hints(learner: StrengthLearners, exercise: MakeExercise) -> None:
    now, test_at, hint = np.array([6.0]), np.array([24.0]), np.array([0.4])
    gain = learner.score_gain(ONE, now, test_at, hint)[0, 0, 0]
    before = learner.skill_score_at(ONE, ONE, test_at)[0]
    state = [array.copy() for array in (learner.strength, learner.stability, learner.last)]
    plain = learner.attempt(exercise(now=6), CHANCE)
    aided, asks = learner.hinted(exercise(now=6), plain), 0.4 * (1 - plain)
    expected = 0.0
    for hinted, weight, right in ((NO, 1 - asks, plain), (YES, asks, aided)):
        for correct, chance in ((YES, right), (NO, 1 - right)):
            learner.learn(exercise(now=6), correct, hinted, CHANCE)
            expected += float((weight * chance)[0]) * (learner.skill_score_at(ONE, ONE, test_at)[0] - before)
            learner.strength[:], learner.stability[:], learner.last[:] = state
    assert gain == pytest.approx(expected, abs=1e-12)


def test_an_unknown_skill_takes_about_seven_matched_practices(chain: Chain, draws: MakeDraws) -> None:
    n = 200
    model = StrengthLearners(n, 1, StrengthPopulation(known_share=(0.0, 0.0)))
    model.begin(np.arange(n), chain(n, n_skills=1, difficulty=(-1.0, 0.0, 1.0)), draws(n), Persons.usual(n))
    needed, rows = np.full(n, 20), np.arange(n)
    for count in range(20):
        now = np.full(n, count / 1440)
        needed = np.minimum(needed, np.where(model.ability(rows, now)[:, 0] > 0.85, count, 20))
        band = np.abs(model.success_probability(rows, now)[:, 0] - 0.6).argmin(axis=1)
        model.learn(Exercise(rows, np.zeros(n, int), band, now), np.ones(n, bool), np.zeros(n, bool), np.zeros(n))
    assert 5 <= np.median(needed) <= 9


def measure(population: StrengthPopulation, chain: Chain, draws: MakeDraws) -> dict[str, float]:
    """What the knobs can be seen in, for the means over 200 learners."""
    n, zero = 200, np.zeros(200, dtype=np.bool_)
    rows, courses = np.arange(n), chain(n, n_skills=3)
    fresh = StrengthLearners(n, 3, population)
    fresh.begin(rows, courses, draws(n), Persons.usual(n))
    result = {
        "success": fresh.success_probability(rows, np.zeros(n)).mean(),
        "between learners": fresh.base.mean(axis=1).std(),
        "between skills": fresh.base.std(axis=1).mean(),
        "known": (fresh.strength > 0).mean(),
        "later": fresh.score_at(rows, np.full(n, 30.0)).mean(),
        "easy zone": fresh.zone(np.array([2.0]))[0],
        "hard zone": fresh.zone(np.array([-3.0]))[0],
    }
    first, late = (Exercise(rows, zero * 0, zero * 0, np.full(n, day)) for day in (0.0, 5.0))
    result["hinted"] = fresh.hinted(first, zero).mean()
    for name, right, hinted in (("right", ~zero, zero), ("wrong", zero, zero), ("aided", ~zero, ~zero)):
        model = StrengthLearners(n, 3, population)
        model.begin(rows, courses, draws(n), Persons.usual(len(rows)))
        model.learn(first, right, hinted, np.zeros(n))
        result[f"{name}: strength"] = model.strength[:, 0].mean()
        result[f"{name}: later"] = model.score_at(rows, np.full(n, 14.0))[:, 0].mean()
        result[f"{name}: sure"] = model.success_probability(rows, np.full(n, 0.0))[:, 0].mean()
        model.learn(late, right, hinted, np.zeros(n))
        result[f"{name}: late strength"] = model.strength[:, 0].mean()
        result[f"{name}: late stability"] = model.stability[:, 0].mean()
    unready = StrengthLearners(n, 3, population)
    unready.begin(rows, courses, draws(n), Persons.usual(n))
    unready.learn(Exercise(rows, zero * 0 + 2, zero * 0, np.zeros(n)), ~zero, zero, np.zeros(n))
    result["unready"] = unready.strength[:, 2].mean()
    return result


KNOBS = [
    ("rate", sure(0.5), sure(2.0), "right: strength", +1),
    ("decay", sure(0.2), sure(0.8), "right: later", -1),
    ("spacing", sure(1.0), sure(8.0), "right: late stability", +1),
    ("stability_days", sure(0.2), sure(10.0), "right: later", +1),
    ("discrimination", sure(0.8), sure(1.6), "success", -1),  # most skills are unknown, theta < b
    ("slip", sure(0.01), sure(0.15), "success", -1),
    ("feedback", sure(0.2), sure(1.0), "wrong: strength", +1),
    ("base_mean", -3.0, -1.0, "success", +1),
    ("base_learner", 0.1, 1.0, "between learners", +1),
    ("base_skill", 0.1, 1.0, "between skills", +1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("known_strength", sure(1.5), sure(4.5), "later", +1),
    ("known_stability_days", sure(10.0), sure(300.0), "later", +1),
    ("known_age_days", sure(2.0), sure(100.0), "success", -1),
    ("ceiling", 3.8, 8.0, "right: strength", +1),
    ("match", 0.5, 0.85, "easy zone", +1),
    ("width", 0.8, 2.5, "hard zone", +1),
    ("readiness", 0.5, 3.0, "unready", -1),
    ("readiness_floor", 0.0, 0.5, "unready", +1),
    ("hint_lift", 0.2, 2.0, "hinted", +1),
    ("hint_share", 0.1, 1.0, "aided: strength", +1),
    ("failed_growth", 0.0, 1.0, "wrong: late stability", +1),
    ("failed_savings", 0.0, 1.0, "wrong: late strength", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    chain: Chain, draws: MakeDraws, knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less = measure(replace(StrengthPopulation(), **{knob: low}), chain, draws)[seen_in]
    more = measure(replace(StrengthPopulation(), **{knob: high}), chain, draws)[seen_in]
    assert direction * (more - less) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {row[0] for row in KNOBS} == {field.name for field in fields(StrengthPopulation)}


def test_readiness_zero_ignores_prerequisites(chain: Chain, draws: MakeDraws) -> None:
    model = StrengthLearners(1, 2, StrengthPopulation(readiness=0.0, known_share=(0.0, 0.0), base_skill=0.0))
    model.begin(ONE, chain(1), draws(1), Persons.usual(1))
    model.stability[:] = 1.0
    gain = model.score_gain(ONE, np.zeros(1), np.ones(1), np.zeros(1))[0, :, 0]
    assert gain[0] == pytest.approx(gain[1])
