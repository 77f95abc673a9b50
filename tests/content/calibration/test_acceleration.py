"""Leaps reach the fixed point in fewer steps, and never leave what is finite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calibration.acceleration import find_fixed_point
from content.calibration.responses import Reals


def slow(x: Reals) -> tuple[Reals, float]:
    """Steps towards (1, 2) that keep 99 % and 90 % of the distance."""
    target, kept = np.asarray([1.0, 2.0]), np.asarray([0.99, 0.9])
    return target + kept * (x - target), -float(((x - target) ** 2).sum())


def test_a_slow_iteration_ends_after_a_tenth_of_its_steps() -> None:
    told: list[int] = []
    found = find_fixed_point(slow, np.zeros(2), 1e-6, 1000, lambda n_steps, _: told.append(n_steps))
    assert found.converged
    assert found.at == pytest.approx([1.0, 2.0], abs=1e-3)
    assert found.n_steps == told[-1] < 92  # alone, .99^n < 1e-4 takes 917


@given(st.floats(-10.0, 10.0), st.floats(0.0, 1.0))
def test_equal_steps_do_not_leap_to_infinity(start: float, kept: float) -> None:
    def step(x: Reals) -> tuple[Reals, float]:
        return kept * x + 1.0, 0.0

    found = find_fixed_point(step, np.asarray([start]), 1e-9, 60, lambda *_: None)
    assert np.isfinite(found.at).all()


def test_a_leap_that_is_worse_is_taken_back() -> None:
    def step(x: Reals) -> tuple[Reals, float]:
        return x + 0.1 * (x < 1.0), -float(np.abs(x - 1.0).sum())

    assert find_fixed_point(step, np.zeros(1), 1e-9, 100, lambda *_: None).at[0] == pytest.approx(1.0, abs=0.11)
