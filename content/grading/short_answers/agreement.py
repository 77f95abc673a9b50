"""How well two judges agree: macro-F1, Pearson's r, RMSE, quadratic weighted kappa, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

N_RESAMPLES = 1_000
INTERVAL = 0.95

Statistic = Callable[[NDArray[np.float64], NDArray[np.float64]], float]


@dataclass(frozen=True)
class Measured:
    """A value with its interval of 95 % by the percentile bootstrap over groups, and how many answers it rests on."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def macro_f1(truth: ArrayLike, given: ArrayLike) -> float:
    """Mean over labels of 2 TP / (2 TP + FP + FN), over labels that occur on either side."""
    one, other = np.asarray(truth), np.asarray(given)
    labels = np.union1d(one, other)
    shares = [2 * np.sum((one == k) & (other == k)) / (np.sum(one == k) + np.sum(other == k)) for k in labels]
    return float(np.mean(shares))


def share_equal(truth: ArrayLike, given: ArrayLike) -> float:
    """Share of answers on which both say the same."""
    return float(np.mean(np.asarray(truth) == np.asarray(given)))


def pearson(truth: ArrayLike, given: ArrayLike) -> float:
    """Pearson's correlation, 0 where one side does not vary."""
    one, other = np.asarray(truth, np.float64), np.asarray(given, np.float64)
    if not one.std() or not other.std():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def rmse(truth: ArrayLike, given: ArrayLike) -> float:
    """Root of the mean squared difference."""
    return float(np.sqrt(np.mean((np.asarray(truth, np.float64) - np.asarray(given, np.float64)) ** 2)))


def quadratic_kappa(truth: ArrayLike, given: ArrayLike) -> float:
    """Cohen's kappa with quadratic weights (1968): 1 - sum w O / sum w E with w = (i - j)^2, on whole levels.

    1 where both say the same throughout, also if only one level occurs.
    """
    one, other = np.asarray(truth, np.int64), np.asarray(given, np.int64)
    observed = np.mean((one - other).astype(np.float64) ** 2)
    expected = np.mean((one[:, None] - other[None, :]).astype(np.float64) ** 2)
    return float(1.0 - observed / expected) if expected else 1.0


def measured(
    statistic: Statistic, truth: ArrayLike, given: ArrayLike, groups: Sequence[str], rng: np.random.Generator
) -> Measured:
    """A statistic with its interval; whole groups (questions, say) are drawn, since their answers depend on each other.

    Args:
        statistic: of truth and what was given.
        truth, given: [answer].
        groups: name of each answer's group.
        rng: draws the groups.
    """
    one, other = np.asarray(truth, np.float64), np.asarray(given, np.float64)
    _, number = np.unique(np.asarray(groups), return_inverse=True)
    rows = [np.flatnonzero(number == k) for k in range(number.max() + 1)]
    values = []
    for _ in range(N_RESAMPLES):
        drawn = np.concatenate([rows[k] for k in rng.integers(len(rows), size=len(rows))])
        values.append(statistic(one[drawn], other[drawn]))
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Measured(statistic(one, other), float(low), float(high), len(one))
