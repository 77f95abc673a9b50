"""Which skill leads to which: depth and descent of prerequisite graphs, and links that many learners share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl.arithmetic import Array

SPARSE = 50  # a matrix with fewer than one link in so many places is summed link by link


class SharedLinks:
    """A matrix (K, K) in the place of one (L, K, K) whose L are all alike: `np.matvec` and rows of it are as of that.

    One product then serves all learners, where `np.matvec` would read the matrix anew for each of them.
    """

    def __init__(self, matrix: Array) -> None:
        self.matrix = matrix
        row, self._column = np.nonzero(matrix)
        self._weight = matrix[row, self._column]
        self._filled, self._first = np.unique(row, return_index=True)
        self._sparse = len(row) * SPARSE < matrix.size

    def __getitem__(self, rows: Any) -> Any:
        """The same for some of the learners; or, by learner and skill, that row of the matrix."""
        return self.matrix[rows[1]] if isinstance(rows, tuple) else self

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        """`np.matvec(links, values)`."""
        if ufunc is not np.matvec or method != "__call__" or inputs[0] is not self or settings:
            return NotImplemented
        return self.sums(inputs[1])

    def sums(self, values: Array) -> Array:
        """(n, K) what is linked to each skill, of `values` (n, K), summed."""
        if not self._sparse:
            dense: Array = values @ self.matrix.T
            return dense
        sums = np.zeros(values.shape)
        if self._filled.size:
            linked = values.take(self._column, axis=1) * self._weight
            sums[:, self._filled] = np.add.reduceat(linked, self._first, axis=1)
        return sums


def depth_of(prerequisites: NDArray[np.bool_]) -> Array:
    """(L, K) length of the longest chain of prerequisites of each skill, over the longest of its course, in [0, 1].

    Raises:
        ValueError: a cycle.
    """
    n_learners, n_skills = prerequisites.shape[:2]
    row, skill, needed = np.nonzero(prerequisites)
    above, below = row * n_skills + skill, row * n_skills + needed
    depth = np.zeros(n_learners * n_skills)
    for _ in range(n_skills + 1):
        rising = depth[below] + 1.0 > depth[above]
        if not rising.any():
            lengths: Array = depth.reshape(n_learners, n_skills)
            deepest: Array = np.maximum(lengths.max(axis=1, keepdims=True), 1.0)
            return lengths / deepest
        np.maximum.at(depth, above[rising], depth[below[rising]] + 1.0)
    raise ValueError("prerequisites hold a cycle; an acyclic graph is needed")


def descent_of(prerequisites: NDArray[np.bool_]) -> Array:
    """(L, K, K) 1 / distance from a skill to those it helps to unlock, 0 to all others; graphs without cycles."""
    n_skills = prerequisites.shape[1]
    row, needed, skill = np.nonzero(prerequisites.transpose(0, 2, 1))  # by what is needed: its dependents lie together
    start = np.searchsorted(row * n_skills + needed, np.arange(prerequisites.shape[0] * n_skills + 1))
    descent = np.zeros(prerequisites.size)
    last = np.empty(prerequisites.size, dtype=np.intp)
    source, reached, distance = row * n_skills + needed, skill, 1
    while source.size:
        pairs = source * n_skills + reached
        pairs = pairs[descent[pairs] == 0.0]
        descent[pairs] = 1.0 / distance
        place = np.arange(pairs.size)
        last[pairs] = place
        pairs = pairs[last[pairs] == place]  # each once
        source, reached = np.divmod(pairs, n_skills)
        node = source - source % n_skills + reached
        first, counts = start[node], start[node + 1] - start[node]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        source, reached = np.repeat(source, counts), skill[np.repeat(first, counts) + within]
        distance += 1
    return descent.reshape(prerequisites.shape)
