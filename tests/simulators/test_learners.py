"""Whole learners of several families side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import FAMILIES
from simulators.growth.strength import StrengthLearners
from simulators.learner import Exercise, draw_known, mean_available
from simulators.learners import Learners
from simulators.mastery.markov import MarkovLearners
from simulators.noise import CONDUCT, RESPONSE, Draws, NoiseTape
from simulators.population import Population
from simulators.spread import LogNormal, draw_each

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]


def begun(n: int, chain: Chain, draws: MakeDraws, family: np.ndarray) -> tuple[Learners, NoiseTape]:
    learners, tape, random = Learners(n, 3, 2, Population(), tuple(FAMILIES)), NoiseTape(n, 10), draws(n)
    learners.begin(np.arange(n), family, chain(n, n_skills=3, difficulty=(-0.5, 0.5), guess=0.25), random)
    tape.begin(np.arange(n), random)
    return learners, tape


@pytest.mark.parametrize("family", [0, 1])
def test_a_row_is_read_in_its_own_family(chain: Chain, draws: MakeDraws, family: int) -> None:
    learners, _ = begun(2, chain, draws, np.array([family, 1 - family]))
    rows, now = np.array([0]), np.array([2.0])
    model = learners.models[family]
    assert isinstance(model, (StrengthLearners, MarkovLearners)[family])
    assert learners.families[family] == ("strength", "markov")[family]
    assert np.array_equal(learners.success_probability(rows, now), model.success_probability(rows, now))
    assert np.array_equal(learners.score_at(rows, now), model.score_at(rows, now))


def test_practice_touches_only_the_practised(chain: Chain, draws: MakeDraws) -> None:
    learners, tape = begun(6, chain, draws, np.array([0, 1, 0, 1, 0, 1]))
    everyone, test_at = np.arange(6), np.full(6, 20.0)
    before = learners.score_at(everyone, test_at)
    rows = np.array([1, 2, 5])
    exercise = Exercise(rows, np.array([0, 1, 2]), np.array([0, 1, 0]), np.full(3, 1.0))
    learners.practise(exercise, tape.uniforms[rows, 0], tape.seconds[rows, 0])
    after = learners.score_at(everyone, test_at)
    changed = after != before
    changed[rows, [0, 1, 2]] = False
    assert not changed.any()


def test_a_rapid_guess_teaches_nothing_and_is_right_by_luck(chain: Chain, draws: MakeDraws) -> None:
    learners, tape = begun(400, chain, draws, np.zeros(400, dtype=np.int64))
    rows = np.arange(400)
    uniforms = tape.uniforms[:, 0].copy()
    uniforms[:, CONDUCT] = 0.0
    before = learners.score_at(rows, np.full(400, 9.0))
    response = learners.practise(Exercise(rows, rows * 0, rows * 0, np.zeros(400)), uniforms, tape.seconds[:, 0])
    assert np.array_equal(learners.score_at(rows, np.full(400, 9.0)), before)
    assert np.array_equal(response.score, (uniforms[:, RESPONSE] < 0.25).astype(float))
    assert np.median(response.seconds) < 3
    assert not response.hints.any()


def test_candidates_outside_the_mask_gain_nothing(chain: Chain, draws: MakeDraws) -> None:
    learners, _ = begun(2, chain, draws, np.array([0, 1]))
    learners._courses.available[:, 1, 0] = False
    gain = learners.expected_gain(np.arange(2), np.zeros(2), np.ones(2))
    assert not gain[:, 1, 0].any()
    assert gain[:, 1, 1].all()


def test_known_skills_come_with_their_prerequisites_and_early_ones_more_often(chain: Chain, draws: MakeDraws) -> None:
    n = 2000
    known = draw_known(chain(n, n_skills=4), np.arange(n), draws(n), (0.3, 0.7), np.ones(n))
    assert not np.any(known[:, 1:] & ~known[:, :-1])
    assert np.all(np.diff(known.mean(axis=0)) < 0)


def test_a_mean_over_nothing_is_zero() -> None:
    values, available = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[True, False], [False, False]])
    assert mean_available(values, available).tolist() == [1.0, 0.0]


def test_log_normals_have_their_median_and_range(draws: MakeDraws) -> None:
    spread = LogNormal(0.3, 0.4, 0.1, 0.8)
    values = spread.draw(Draws([np.random.default_rng(0)]), 20_000)
    assert np.median(values) == pytest.approx(0.3, rel=0.02)
    assert np.log(values).std() == pytest.approx(0.4, rel=0.1)
    assert (values.min(), values.max()) == (0.1, 0.8)
    assert draw_each((spread, LogNormal(2.0, 0.0, 1.0, 3.0)), draws(3))[1].tolist() == [2.0] * 3


@pytest.mark.parametrize("bad", [(0.0, 0.1, 0.0, 1.0), (2.0, 0.1, 0.1, 1.0), (0.5, -0.1, 0.1, 1.0)])
def test_an_impossible_distribution_is_refused(bad: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="need 0 < low <= median <= high"):
        LogNormal(*bad)
