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

    Attributes:
        training: (R, T) share of a replicate that each training seed makes up.
        learners: (R, S * n) the same of each learner.
    """

    def __init__(
        self, n_training: int, n_seeds: int, n_learners: int, n_replicates: int, rng: np.random.Generator
    ) -> None:
        self.shape = (n_training, n_seeds, n_learners)
        training = rng.integers(n_training, size=(n_replicates, n_training))
        seeds = rng.integers(n_seeds, size=(n_replicates, n_seeds))
        learners = rng.integers(n_learners, size=(n_replicates, n_seeds, n_learners))
        self.training = _shares(training, n_training)
        self.learners = _shares(
            (seeds[:, :, None] * n_learners + learners).reshape(n_replicates, -1), n_seeds * n_learners
        )

    def means(self, values: NDArray[np.generic]) -> Array:
        """Means (R,) of `values` (T, S, n), or (1, S, n) for a teacher that was not trained.

        A last axis of several figures, (T, S, n, M), gives (R, M).
        """
        n_training, n_seeds, n_learners = self.shape
        if values.shape[:3] not in {(n_training, n_seeds, n_learners), (1, n_seeds, n_learners)}:
            raise ValueError(f"values must have shape {self.shape} or (1, ...), not {values.shape}")
        known = np.asarray(values, dtype=np.float64)
        flat = known.reshape(known.shape[0], n_seeds * n_learners, -1)
        by_training = np.stack([self.learners @ run for run in flat])
        shares = np.ones((len(self.learners), 1)) if known.shape[0] == 1 else self.training
        y: Array = np.einsum("rt,trm->rm", shares, by_training)
        return y if known.ndim == 4 else np.ascontiguousarray(y[:, 0])


def _shares(drawn: NDArray[np.int64], n: int) -> Array:
    """(R, n) how often each of n was drawn in each replicate, over the number of draws; `drawn` (R, D)."""
    n_replicates, n_draws = drawn.shape
    flat = (np.arange(n_replicates)[:, None] * n + drawn).ravel()
    y: Array = np.bincount(flat, minlength=n_replicates * n).reshape(n_replicates, n) / n_draws
    return y


def spread(value: float, replicates: Array) -> Interval:
    """The percentile interval of replicates (R,) around a value; those that are NaN, for want of anybody, are left out.

    Raises:
        ValueError: all are.
    """
    known = replicates[~np.isnan(replicates)]
    if not known.size:
        raise ValueError(f"there is no replicate to tell how far {value} may be off")
    low, high = np.quantile(known, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Interval(value=value, low=float(low), high=float(high))
