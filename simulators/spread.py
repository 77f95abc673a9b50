"""Spreads: the distributions from which the parameters of learners are drawn.

Positive parameters are log-normal, clipped to a stated range; those of either sign are normal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulators.noise import Draws, Reals


@dataclass(frozen=True)
class LogNormal:
    """exp(N(ln median, sigma^2)), clipped to [low, high]; sigma = 0 makes everybody alike."""

    median: float
    sigma: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (0 < self.low <= self.median <= self.high) or self.sigma < 0:
            raise ValueError(f"need 0 < low <= median <= high and sigma >= 0, got {self}")

    def draw(self, draws: Draws, *shape: int) -> Reals:
        """(R, *shape) values."""
        return np.clip(self.median * np.exp(self.sigma * draws.normal(*shape)), self.low, self.high)


@dataclass(frozen=True)
class Normal:
    """N(mean, sd^2); sd = 0 makes everybody alike."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.mean) and 0 <= self.sd < np.inf):
            raise ValueError(f"need a finite mean and a finite sd >= 0, got {self}")

    def draw(self, draws: Draws, *shape: int) -> Reals:
        """(R, *shape) values."""
        return self.mean + self.sd * draws.normal(*shape)


def draw_each(spreads: Sequence[LogNormal], draws: Draws) -> Reals:
    """(len(spreads), R) one value of each distribution for every row."""
    median, sigma, low, high = np.asarray([(s.median, s.sigma, s.low, s.high) for s in spreads]).T[:, :, None]
    values: Reals = np.clip(median * np.exp(sigma * draws.normal(len(spreads)).T), low, high)
    return values
