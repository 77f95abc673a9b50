"""Conditional likelihood: its sums by enumeration, its maximum, and answers without a common scale."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.calibration.conditional import fit_conditional_rasch, without_pairs
from content.calibration.responses import CalibrationError, Responses

CHANCES = st.lists(st.floats(0.01, 0.99), min_size=2, max_size=5)


@settings(max_examples=30, deadline=None)
@given(CHANCES)
def test_sums_without_a_pair_equal_those_by_enumeration(chances: list[float]) -> None:
    n, found = len(chances), without_pairs(np.asarray(chances))
    for a, b in product(range(n), repeat=2):
        rest = [chances[k] for k in range(n) if k not in (a, b)]
        expected = np.zeros(n + 1)
        for pattern in product((0, 1), repeat=len(rest)):
            expected[sum(pattern)] += np.prod([p if x else 1.0 - p for x, p in zip(pattern, rest, strict=True)])
        assert found[a, b] == pytest.approx(expected)


def test_two_items_are_apart_by_the_log_of_the_odds_between_them() -> None:
    table = [[1, 0]] * 30 + [[0, 1]] * 10 + [[1, 1]] * 7 + [[0, 0]] * 3
    found = fit_conditional_rasch(Responses.from_matrix(table))
    assert found.difficulty[1] - found.difficulty[0] == pytest.approx(np.log(3.0))
    assert 2 * found.difficulty_error[0] == pytest.approx(np.sqrt(1 / 30 + 1 / 10))
    assert found.log_likelihood == pytest.approx(30 * np.log(0.75) + 10 * np.log(0.25))
    assert found.n_learners == 40
    assert found.converged


def test_an_item_that_only_the_perfect_got_right_is_set_aside() -> None:
    table = [[1, 0, 0], [0, 1, 0], [1, 1, 1]]
    reason = "all 2 answers are wrong, of learners with right and wrong answers"
    assert fit_conditional_rasch(Responses.from_matrix(table)).set_aside == {"item-3": reason}


def test_what_gives_no_scale_is_refused_by_name() -> None:
    with pytest.raises(CalibrationError, match="every learner has all right or all wrong"):
        fit_conditional_rasch(Responses.from_matrix([[1, 1], [0, 0]]))
    nan = np.nan
    apart = [[1, 0, nan, nan], [0, 1, nan, nan], [nan, nan, 1, 0], [nan, nan, 0, 1]]
    with pytest.raises(CalibrationError, match="item 'item-3' has no scale in common with 'item-1'"):
        fit_conditional_rasch(Responses.from_matrix(apart))
    long = np.tile([[0.0], [1.0]], (1, 151))
    long[:, 0] = [1.0, 0.0]
    with pytest.raises(
        CalibrationError, match="a learner answered 151 items; conditional likelihood takes at most 150"
    ):
        fit_conditional_rasch(Responses.from_matrix(long))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_difficulties_sum_to_zero_and_order_items_of_a_form_by_their_right_answers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = (rng.random((80, 5)) < rng.uniform(0.2, 0.8, 5)).astype(float)
    found = fit_conditional_rasch(Responses.from_matrix(table))
    mixed = table[(table.sum(axis=1) > 0) & (table.sum(axis=1) < 5)]
    assert found.difficulty.sum() == pytest.approx(0.0, abs=1e-9)
    assert (np.argsort(found.difficulty, kind="stable") == np.argsort(-mixed.sum(axis=0), kind="stable")).all() or len(
        np.unique(mixed.sum(axis=0))
    ) < 5
