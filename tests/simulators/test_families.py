"""What holds for every family of student models, whatever its equations: the contract a new one must keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import FAMILIES, KINDS, families_of
from simulators.learner import Exercise
from simulators.learners import Learners
from simulators.noise import Draws
from simulators.population import UNRULY, Population
from simulators.spread import LogNormal

Chain = Callable[..., CourseBatch]
EVERY = tuple(FAMILIES)
BANDS = (-0.5, 0.5)
SURE = LogNormal(0.3, 0.0, 0.3, 0.3)


def alike(n: int, family: str, chain: Chain, seed: int = 3, population: Population | None = None) -> Learners:
    """n copies of one learner of a family, on a chain of three skills in two bands."""
    learners = Learners(n, 3, 2, population or Population(), (family,))
    seeds = Draws([np.random.default_rng(seed) for _ in range(n)])
    learners.begin(np.arange(n), np.zeros(n, np.int64), chain(n, n_skills=3, difficulty=BANDS, guess=0.2), seeds)
    return learners


def apart(n: int, family: str, chain: Chain) -> Learners:
    """n learners of a family."""
    learners = Learners(n, 3, 2, Population(), (family,))
    seeds = Draws([np.random.default_rng([7, row]) for row in range(n)])
    learners.begin(np.arange(n), np.zeros(n, np.int64), chain(n, n_skills=3, difficulty=BANDS, guess=0.2), seeds)
    return learners


def practise(learners: Learners, skill: int, now: float, rng: np.random.Generator, band: int = 0) -> np.ndarray:
    """One exercise for everybody; the scores."""
    n = len(learners.family)
    at = Exercise(np.arange(n), np.full(n, skill), np.full(n, band), np.full(n, now))
    return learners.practise(at, rng.random((n, 6)), rng.standard_normal(n)).score


@pytest.mark.parametrize("family", EVERY)
def test_chances_and_scores_are_probabilities_before_and_after_practice(family: str, chain: Chain) -> None:
    learners, rng, rows = apart(64, family, chain), np.random.default_rng(0), np.arange(64)
    for turn, day in enumerate((0.0, 0.0, 0.0, 0.001, 0.5, 3.0, 3.01, 90.0, 90.0, 700.0)):
        for values in (
            learners.success_probability(rows, np.full(64, day)),
            learners.score_at(rows, np.full(64, day)),
            learners.score_at(rows, np.full(64, day + 365.0)),
        ):
            assert np.isfinite(values).all()
            assert values.min() >= 0.0
            assert values.max() <= 1.0
        assert np.isfinite(learners.expected_gain(rows, np.full(64, day), np.full(64, day + 10.0))).all()
        practise(learners, turn % 3, day, rng, band=turn % 2)


@pytest.mark.parametrize("after", [0, 4])
@pytest.mark.parametrize("family", EVERY)
def test_the_expected_gain_is_what_practice_gives_on_average(family: str, after: int, chain: Chain) -> None:
    n = 4_000
    learners, rng, rows = alike(n, family, chain), np.random.default_rng(0), np.arange(n)
    for turn in range(after):  # the same luck for all, so that they stay alike
        noise = np.tile(np.random.default_rng(turn).random(6), (n, 1))
        at = Exercise(rows, np.full(n, (turn + 1) % 3), np.full(n, 1), np.full(n, 0.2 * turn))
        learners.practise(at, noise, np.zeros(n))
    now, test_at = np.full(n, 1.0), np.full(n, 10.0)
    expected = learners.expected_gain(rows, now, test_at)[0, 1, 1]
    goal = learners._courses.goal
    before = (goal * learners.score_at(rows, test_at)).sum(axis=1)
    practise(learners, 1, 1.0, rng, band=1)
    gains = (goal * learners.score_at(rows, test_at)).sum(axis=1) - before
    assert expected == pytest.approx(gains.mean(), abs=4 * gains.std() / np.sqrt(n) + 1e-9)


UNTAUGHT = replace(
    UNRULY,
    cheaters=1.0,
    cheating=SURE,
    hint_abusers=1.0,
    hint_abuse=SURE,
    worked_example=0.4,
    rapid=SURE,
    start=(0.4, 0.4),
)


@pytest.mark.parametrize("family", EVERY)
def test_the_expected_gain_is_exact_for_those_who_copy_guess_and_abuse_hints(family: str, chain: Chain) -> None:
    n = 4_000
    learners = alike(n, family, chain, population=Population(engagement=UNTAUGHT))
    rows, now, test_at = np.arange(n), np.full(n, 1.0), np.full(n, 10.0)
    expected, goal = learners.expected_gain(rows, now, test_at)[0, 0, 1], learners._courses.goal
    before = (goal * learners.score_at(rows, test_at)).sum(axis=1)
    practise(learners, 0, 1.0, np.random.default_rng(8), band=1)
    gains = (goal * learners.score_at(rows, test_at)).sum(axis=1) - before
    assert expected == pytest.approx(gains.mean(), abs=4 * gains.std() / np.sqrt(n) + 1e-9)


@pytest.mark.parametrize("family", EVERY)
def test_answers_come_as_often_right_as_the_success_probability_says(family: str, chain: Chain) -> None:
    n = 8_000
    learners, rng = alike(n, family, chain), np.random.default_rng(1)
    learners.conduct.rapid[:] = learners._hint[:] = 0.0
    told = learners.success_probability(np.arange(1), np.full(1, 2.0))[0, 2, 1]
    score = practise(learners, 2, 2.0, rng, band=1)
    assert score.mean() == pytest.approx(told, abs=4 * max(score.std(), 0.01) / np.sqrt(n))


@pytest.mark.parametrize("family", EVERY)
def test_scores_kept_up_to_date_are_those_computed_anew(family: str, chain: Chain) -> None:
    learners, rng, rows = apart(32, family, chain), np.random.default_rng(2), np.arange(32)
    test_at, goal = np.full(32, 20.0), learners._courses.goal
    scores = learners.score_at(rows, test_at)
    value = (goal * scores).sum(axis=1)
    for turn in range(6):
        practise(learners, turn % 3, 0.1 * turn, rng)
        value += learners.rescore(rows, np.full(32, turn % 3), test_at, scores)
    assert np.allclose(scores, learners.score_at(rows, test_at), rtol=0, atol=1e-12)
    assert np.allclose(value, (goal * scores).sum(axis=1), rtol=0, atol=1e-12)


@pytest.mark.parametrize("family", EVERY)
def test_learners_do_not_depend_on_their_neighbours(family: str, chain: Chain) -> None:
    many, few = apart(6, family, chain), apart(3, family, chain)
    noise = np.random.default_rng(4).random((8, 6, 6))
    for turn in range(8):
        for learners, n in ((many, 6), (few, 3)):
            at = Exercise(np.arange(n), np.full(n, turn % 3), np.full(n, 0), np.full(n, 0.3 * turn))
            learners.practise(at, noise[turn, :n], np.zeros(n))
    rows, now = np.arange(3), np.full(3, 5.0)
    assert np.allclose(many.success_probability(rows, now), few.success_probability(rows, now), rtol=0, atol=1e-12)


@pytest.mark.parametrize("family", EVERY)
def test_teaching_helps_on_average(family: str, chain: Chain) -> None:
    learners, rng, rows = apart(256, family, chain), np.random.default_rng(5), np.arange(256)
    before = learners.score_at(rows, np.full(256, 8.0)).mean()
    for turn in range(18):
        practise(learners, turn % 3, 0.25 * turn, rng, band=turn // 3 % 2)
    assert learners.score_at(rows, np.full(256, 8.0)).mean() > before + 0.02


@pytest.mark.parametrize("family", EVERY)
def test_looking_one_exercise_ahead_is_about_the_expected_gain(family: str, chain: Chain) -> None:
    learners, rows = apart(64, family, chain), np.arange(64)
    learners.conduct.rapid[:] = learners._hint[:] = 0.0
    now, test_at, once = np.full(64, 1.0), np.full(64, 9.0), np.ones(64, np.int64)
    gain, prospect = learners.expected_gain(rows, now, test_at), learners.prospect(rows, now, test_at, once)
    assert np.abs(gain - prospect).mean() < 0.25 * np.abs(gain).mean() + 1e-4


def test_every_family_is_of_a_known_kind() -> None:
    assert {family.kind for family in FAMILIES.values()} <= set(KINDS)


def test_families_are_named_alone_by_kind_and_by_what_is_left_out() -> None:
    assert families_of("mixed") == EVERY
    assert families_of("markov,strength") == ("strength", "markov")
    assert "markov" in families_of("mastery")
    assert families_of("mixed,-mastery") == tuple(name for name in EVERY if FAMILIES[name].kind != "mastery")
    assert families_of("-strength") == tuple(name for name in EVERY if name != "strength")


@pytest.mark.parametrize("names", ["", "nobody", "markov,-mastery", "markov,,strength"])
def test_a_family_that_does_not_exist_is_named(names: str) -> None:
    with pytest.raises(ValueError, match="famil"):
        families_of(names)


def test_parameters_of_another_family_are_refused() -> None:
    with pytest.raises(ValueError, match="markov needs MarkovPopulation, got StrengthPopulation"):
        Population(families={"markov": FAMILIES["strength"].parameters()})
    with pytest.raises(ValueError, match="nobody"):
        Population(families={"nobody": None})
