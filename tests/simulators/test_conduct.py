"""Guessing, copying and asking for the answer: how often, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.conduct import BOTTOM_OUT_HINTS, COPIED, EARNEST, RAPID, STUDIED, TOLD, Conduct
from simulators.learner import Exercise, Response
from simulators.learners import Learners
from simulators.noise import CONDUCT, Draws
from simulators.population import UNRULY, Population
from simulators.spread import LogNormal

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


BAD = replace(
    UNRULY, cheaters=1.0, cheating=sure(0.2), hint_abusers=1.0, hint_abuse=sure(0.4), worked_example=0.25
)  # fmt: skip


def begun(draws: MakeDraws, rapid: float = 0.1) -> Conduct:
    conduct = Conduct(1, BAD)
    conduct.begin(np.array([0]), draws(1))
    conduct.rapid[:] = rapid
    return conduct


@pytest.mark.parametrize(
    ("uniform", "expected"),
    [
        (0.0, RAPID), (0.049, RAPID), (0.051, COPIED), (0.249, COPIED), (0.251, TOLD), (0.549, TOLD), (0.551, STUDIED),
        (0.649, STUDIED), (0.651, EARNEST), (0.999, EARNEST),
    ],
)  # fmt: skip
def test_one_uniform_settles_the_conduct(draws: MakeDraws, uniform: float, expected: int) -> None:
    conduct = begun(draws)  # at motivation .5: .05 rapid, then .2 copied, .3 told, .1 studied
    assert conduct.of(np.array([0]), np.array([0.5]), np.array([uniform])).tolist() == [expected]


@pytest.mark.parametrize("rapid", [0.0, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("motivation", [0.0, 0.3, 1.0])
def test_the_chance_to_be_taught_is_how_often_one_is(draws: MakeDraws, rapid: float, motivation: float) -> None:
    conduct, n = begun(draws, rapid), 10_000
    rows, level = np.zeros(n, np.int64), np.full(n, motivation)
    seen = conduct.of(rows, level, (np.arange(n) + 0.5) / n)
    taught = np.isin(seen, (EARNEST, STUDIED)).mean()
    assert conduct.taught_chance(rows[:1], level[:1])[0] == pytest.approx(taught, abs=2e-4)


def test_only_the_stated_share_cheats_and_abuses(draws: MakeDraws) -> None:
    n, rows = 3000, np.arange(3000)
    conduct = Conduct(n, replace(UNRULY, cheaters=0.1, hint_abusers=0.3))
    conduct.begin(rows, draws(n))
    assert (conduct.cheating > 0).mean() == pytest.approx(0.1, abs=0.02)
    assert (conduct.hint_abuse > 0).mean() == pytest.approx(0.3, abs=0.03)
    assert np.median(conduct.cheating[conduct.cheating > 0]) == pytest.approx(0.1, rel=0.2)


def answered(chain: Chain, draws: MakeDraws, uniform: float) -> tuple[Response, np.ndarray]:
    """The answers of 200 learners at one uniform, and by how much their test scores changed."""
    n, rows, rng = 200, np.arange(200), np.random.default_rng(0)
    learners = Learners(n, 2, 1, Population(engagement=BAD), ("strength",))
    learners.begin(rows, rows * 0, chain(n, difficulty=(0.5,), guess=0.1), draws(n))
    learners.conduct.rapid[:] = 0.0
    before = learners.score_at(rows, np.full(n, 9.0))
    noise = rng.random((n, 6))
    noise[:, CONDUCT] = uniform
    response = learners.practise(Exercise(rows, rows * 0, rows * 0, np.zeros(n)), noise, rng.standard_normal(n))
    return response, learners.score_at(rows, np.full(n, 9.0)) - before


def test_a_copied_answer_is_right_too_fast_and_teaches_nothing(chain: Chain, draws: MakeDraws) -> None:
    response, change = answered(chain, draws, 0.1)
    assert response.score.all()
    assert not response.hints.any()
    assert np.median(response.seconds) == pytest.approx(4.0, rel=0.1)
    assert not change.any()


def test_an_answer_asked_for_is_right_after_all_hints_and_teaches_nothing(chain: Chain, draws: MakeDraws) -> None:
    response, change = answered(chain, draws, 0.3)
    assert response.score.all()
    assert (response.hints == BOTTOM_OUT_HINTS).all()
    assert np.median(response.seconds) == pytest.approx(8.0, rel=0.1)
    assert not change.any()


def test_a_worked_example_looks_alike_but_teaches_what_an_earnest_exercise_does(chain: Chain, draws: MakeDraws) -> None:
    response, change = answered(chain, draws, 0.55)
    earnest, learned = answered(chain, draws, 0.65)
    assert response.score.all()
    assert not earnest.score.all()
    assert (response.hints == BOTTOM_OUT_HINTS).all()
    assert np.array_equal(change, learned)
    assert change.any()
    assert np.median(response.seconds) > 10.0
