"""Intervals over learners and seeds: everything that was drawn by chance is drawn again."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVEL = 0.95


class Interval(msgspec.Struct, frozen=True, array_like=True):
    """A figure with its bootstrap interval (95 %)."""

    value: float
    low: float
    high: float


class Resamples:
    """Bootstrap replicates of means over training seeds (T), evaluation seeds (S) and learners (n).

    Hierarchical (Davison and Hinkley 1997, section 3.8): a replicate draws T training seeds, S evaluation seeds, and in
    each of these n learners, all with replacement. The draws are the same for every array of the same S and n, so that
    differences and ratios between teachers of the same learners are paired.
    """

    def __init__(
        self, n_training: int, n_seeds: int, n_learners: int, n_replicates: int, rng: np.random.Generator
    ) -> None:
        self.shape = (n_training, n_seeds, n_learners)
        self.training = rng.integers(n_training, size=(n_replicates, n_training))
        self.seeds = rng.integers(n_seeds, size=(n_replicates, n_seeds))
        self.learners = rng.integers(n_learners, size=(n_replicates, n_seeds, n_learners), dtype=np.int32)

    def means(self, values: NDArray[np.generic]) -> Array:
        """Means (R,) of `values` (T, S, n), or (1, S, n) for a teacher that was not trained."""
        n_training, n_seeds, n_learners = self.shape
        if values.shape not in {(n_training, n_seeds, n_learners), (1, n_seeds, n_learners)}:
            raise ValueError(f"values must have shape {self.shape} or (1, ...), not {values.shape}")
        known = np.asarray(values, dtype=np.float64)
        means = np.empty(len(self.seeds))
        for i, (seeds, learners) in enumerate(zip(self.seeds, self.learners, strict=True)):
            drawn = known if known.shape[0] == 1 else known[self.training[i]]
            average = drawn.mean(axis=0)
            means[i] = average[seeds[:, None], learners].mean()
        return means


def spread(value: float, replicates: Array) -> Interval:
    """The percentile interval of replicates (R,) around a value."""
    low, high = np.quantile(replicates, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Interval(value=value, low=float(low), high=float(high))
