"""How sure one can be: tail probabilities, intervals, and many tests at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from content.calibration.responses import Flags, Reals

Z_95 = 1.959964


def two_sided(z: ArrayLike) -> Reals:
    """Chance of a standard normal at least as far from 0; NaN stays NaN."""
    distance = np.abs(np.asarray(z, np.float64)) / math.sqrt(2.0)
    return np.asarray([math.erfc(value) for value in distance.ravel()]).reshape(distance.shape)


def chi_square_tail(x: Reals, degrees: int) -> Reals:
    """Chance of a chi-square of 1 or 2 degrees of freedom above `x`."""
    return two_sided(np.sqrt(np.maximum(x, 0.0))) if degrees == 1 else np.asarray(np.exp(-0.5 * np.maximum(x, 0.0)))


def share_interval(count: Reals, n: Reals) -> tuple[Reals, Reals]:
    """95 % interval of a share, low and high; 0 to 1 where n is 0.

    Source: Wilson (1927), Journal of the American Statistical Association 22(158).
    """
    square, n_or_one = Z_95**2, np.maximum(n, 1.0)
    share = count / n_or_one
    centre = (share + square / (2.0 * n_or_one)) / (1.0 + square / n_or_one)
    half = Z_95 * np.sqrt(share * (1.0 - share) / n_or_one + square / (4.0 * n_or_one**2)) / (1.0 + square / n_or_one)
    low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def correlation_interval(r: Reals, n: Reals) -> tuple[Reals, Reals]:
    """95 % interval of a correlation of n pairs, low and high; NaN below 4 pairs.

    Source: Fisher (1921), Metron 1: arctanh r is about normal with variance 1 / (n - 3).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.arctanh(np.clip(r, -1.0, 1.0))
        half = Z_95 / np.sqrt(np.where(n > 3, n - 3.0, np.nan))
        return np.tanh(centre - half), np.tanh(centre + half)


def discoveries(p: Reals, rate: float) -> Flags:
    """Which of many tests to believe, so that at most a share `rate` of those believed is expected to be wrong.

    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1). NaN is never believed, and
    is not counted among the tests.
    """
    flat = p.ravel()
    tested = np.flatnonzero(np.isfinite(flat))
    order = tested[np.argsort(flat[tested], kind="stable")]
    passing = np.flatnonzero(flat[order] <= rate * np.arange(1, len(order) + 1) / max(len(order), 1))
    believed = np.zeros(len(flat), np.bool_)
    if passing.size:
        believed[order[: passing[-1] + 1]] = True
    return believed.reshape(p.shape)
