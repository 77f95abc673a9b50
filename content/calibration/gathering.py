"""Sums by group, of numbers and of rows of a table: the one heavy operation on sparse answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from content.calibration.responses import Ints, Reals


def sums_by(group: NDArray[np.signedinteger], values: ArrayLike, n_groups: int) -> Reals:
    """(groups,) sums of (N,) values by (N,) group."""
    return np.bincount(group, np.asarray(values, np.float64), n_groups).astype(np.float64, copy=False)


class RowSums:
    """result[g] = sum of table[source[n]] over the n with group[n] = g; a sparse 0/1 matrix times a dense table.

    Rows are added one for each group at a time (the k-th of every group that has so many), so that no array is larger
    than the result; where groups are fewer than their members, group by group instead.
    """

    def __init__(self, group: Ints, source: Ints, n_groups: int) -> None:
        """`group` and `source` are (N,)."""
        counts = np.bincount(group, minlength=n_groups)
        self._source = source[np.argsort(group, kind="stable")]
        self._by_size: NDArray[np.intp] = np.argsort(-counts, kind="stable")
        self._start = (np.cumsum(counts) - counts)[self._by_size]
        self._falling = -counts[self._by_size]

    def __call__(self, table: Reals) -> Reals:
        """(rows, Q) to (groups, Q)."""
        n_groups, depth = len(self._by_size), int(-self._falling[0]) if len(self._falling) else 0
        sums = np.zeros((n_groups, table.shape[1]))
        if n_groups <= depth:
            for g, (start, count) in enumerate(zip(self._start, -self._falling, strict=True)):
                sums[g] = table[self._source[start : start + count]].sum(axis=0)
        else:
            taken = np.empty_like(sums)
            for k in range(depth):
                n = int(np.searchsorted(self._falling, -k))
                np.take(table, self._source[self._start[:n] + k], axis=0, out=taken[:n], mode="clip")
                sums[:n] += taken[:n]
        result = np.empty_like(sums)
        result[self._by_size] = sums
        return result
