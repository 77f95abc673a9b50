"""Tails and intervals by published values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calibration.significance import (
    chi_square_tail,
    correlation_interval,
    discoveries,
    share_interval,
    two_sided,
)


def test_tails_are_those_of_the_tables() -> None:
    assert two_sided([1.959964, -2.575829, 0.0]) == pytest.approx([0.05, 0.01, 1.0], abs=1e-6)
    assert chi_square_tail(np.asarray([3.841459, 6.634897]), 1) == pytest.approx([0.05, 0.01], abs=1e-6)
    assert chi_square_tail(np.asarray([5.991465, 9.210340]), 2) == pytest.approx([0.05, 0.01], abs=1e-6)


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = share_interval(np.asarray([81.0, 0.0, 0.0]), np.asarray([263.0, 20.0, 0.0]))  # Newcombe 1998, table I
    assert low == pytest.approx([0.2553, 0.0, 0.0], abs=1e-4)
    assert high == pytest.approx([0.3662, 0.1611, 1.0], abs=1e-4)


def test_the_interval_of_a_correlation_is_fishers() -> None:
    low, high = correlation_interval(np.asarray([0.5, 0.5]), np.asarray([28.0, 3.0]))
    assert [low[0], high[0]] == pytest.approx(
        [np.tanh(np.arctanh(0.5) - 0.391993), np.tanh(np.arctanh(0.5) + 0.391993)], abs=1e-6
    )
    assert np.isnan([low[1], high[1]]).all()


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert discoveries(np.asarray([*p, np.nan]), 0.05).tolist() == [True] * 4 + [False] * 12  # their section 3


@given(st.lists(st.floats(0.0, 1.0), max_size=30), st.floats(0.0, 1.0))
def test_a_smaller_p_is_believed_whenever_a_larger_one_is(values: list[float], rate: float) -> None:
    p = np.asarray(values)
    believed = discoveries(p, rate)
    if believed.any():
        assert believed[p <= p[believed].max()].all()
