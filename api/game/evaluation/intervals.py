"""Intervals: of shares, and of means over learners of several seeds."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Z = 1.959964
N_RESAMPLES = 1000


def wilson(hits: float, n: float) -> tuple[float, float, float]:
    """A share with its 95 % interval (Wilson 1927); (nan, 0, 1) of none."""
    if n <= 0:
        return math.nan, 0.0, 1.0
    share, z2 = hits / n, Z * Z / n
    middle = (share + z2 / 2.0) / (1.0 + z2)
    half = Z * math.sqrt(share * (1.0 - share) / n + z2 / (4.0 * n)) / (1.0 + z2)
    return share, max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(
    values: NDArray[np.float64], seeds: NDArray[np.integer], rng: np.random.Generator
) -> tuple[float, float, float]:
    """The mean of `values` (n,) with a 95 % percentile interval, learners drawn anew within seeds drawn anew (n,).

    Raises:
        ValueError: no values.
    """
    if not len(values):
        raise ValueError("an interval needs at least one value")
    groups = [values[seeds == seed] for seed in np.unique(seeds)]
    means = np.empty(N_RESAMPLES)
    for place in range(N_RESAMPLES):
        drawn = [groups[number] for number in rng.integers(0, len(groups), len(groups))]
        total = sum(float(rng.choice(group, len(group)).sum()) for group in drawn)
        means[place] = total / sum(len(group) for group in drawn)
    low, high = np.quantile(means, (0.025, 0.975)).tolist()
    return float(values.mean()), low, high
