"""Chance is every learner's own."""

from __future__ import annotations

import numpy as np
import pytest

from simulators.noise import BLOCK, Draws, NoiseTape


def generators(*seeds: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in seeds]


def test_a_row_draws_the_same_alone_and_in_company() -> None:
    together, alone = Draws(generators(1, 2, 3)), Draws(generators(2))
    for shape in ((), (3,), (BLOCK,), (2, BLOCK), (5,)):
        assert np.array_equal(together.uniform(*shape)[1], alone.uniform(*shape)[0])
        assert np.array_equal(together.normal(*shape)[1], alone.normal(*shape)[0])


def test_no_number_is_handed_out_twice() -> None:
    draws = Draws(generators(5))
    values = np.concatenate([draws.uniform(100)[0] for _ in range(10)])
    assert len(np.unique(values)) == 1000


def test_draws_have_the_distributions_they_promise() -> None:
    draws = Draws(generators(0))
    uniform, normal = draws.uniform(100_000)[0], draws.normal(100_000)[0]
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert uniform.mean() == pytest.approx(0.5, abs=0.005)
    assert (normal.mean(), normal.std()) == pytest.approx((0, 1), abs=0.02)


def test_a_new_tape_leaves_other_rows_alone() -> None:
    tape = NoiseTape(3, 4)
    tape.begin(np.arange(3), Draws(generators(1, 2, 3)))
    before = tape.uniforms.copy()
    tape.begin(np.array([1]), Draws(generators(9)))
    assert np.array_equal(tape.uniforms[[0, 2]], before[[0, 2]])
    assert not np.array_equal(tape.uniforms[1], before[1])
