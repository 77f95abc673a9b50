"""Sums by group equal a product with a matrix of zeros and ones, whichever way they are added up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calibration.gathering import RowSums, sums_by


@given(st.integers(1, 9), st.integers(1, 6), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5)), max_size=60))
def test_rows_are_summed_by_group(n_groups: int, n_rows: int, pairs: list[tuple[int, int]]) -> None:
    group = np.asarray([pair[0] % n_groups for pair in pairs], np.int32)
    source = np.asarray([pair[1] % n_rows for pair in pairs], np.int32)
    table = np.arange(n_rows * 3.0).reshape(n_rows, 3)
    matrix = np.zeros((n_groups, n_rows))
    np.add.at(matrix, (group, source), 1.0)
    assert RowSums(group, source, n_groups)(table) == pytest.approx(matrix @ table)
    assert sums_by(group, source, n_groups) == pytest.approx(matrix @ np.arange(n_rows))


def test_a_group_without_rows_sums_to_nothing() -> None:
    assert RowSums(np.asarray([2], np.int32), np.asarray([0], np.int32), 4)(np.ones((1, 2))).tolist() == [
        [0, 0],
        [0, 0],
        [1, 1],
        [0, 0],
    ]
