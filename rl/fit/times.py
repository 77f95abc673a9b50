"""Response times: van der Linden's (2006) log-normal, fitted to times of which the longest were cut off.

    ln t_ij = b_j - tau_i + e,   e ~ N(0, sigma^2),   tau_i ~ N(0, spread^2)

b_j is the time that an item takes, tau_i the speed of a learner. An answer that a time limit ended says only that it
would have taken longer: such times are replaced by their expectation above the limit, EM by turns with the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rl.fit.logs import TIMEOUT_SECONDS, Log
from rl.fit.progress import Progress
from simulators.noise import Flags, Ints, Reals

ROUNDS = 40
ITEM_VARIANCE = 0.25


@dataclass(frozen=True)
class Timing:
    """The fitted law.

    Attributes:
        intensity: (items,) b_j in ln seconds; the mean where an item was not seen.
        sigma: of one learner around the law.
        spread: of the speeds between learners.
    """

    intensity: Reals
    sigma: float
    spread: float

    def log_likelihood(self, log: Log) -> tuple[float, float]:
        """Mean log-likelihood of a time (density of ln t), by this law and by items without learners.

        The speed of a learner is what the times before tell of it.
        """
        row, ln_seconds, cut = _timed(log)
        residual = ln_seconds - self.intensity[log.item[row]]
        plain = _likelihood(residual, np.zeros(len(row)), math.hypot(self.sigma, self.spread), cut)
        known = residual * ~cut
        count, total = _before(log.learner[row], (~cut).astype(np.float64)), _before(log.learner[row], known)
        precision = 1.0 / self.spread**2 + count / self.sigma**2
        mean = total / self.sigma**2 / precision
        told = _likelihood(residual, mean, np.sqrt(self.sigma**2 + 1.0 / precision), cut)
        return float(told.mean()), float(plain.mean())

    def sampled(self, log: Log, rng: np.random.Generator) -> Reals:
        """(N,) seconds of learners drawn anew, cut off at the limit; NaN where the log has none."""
        row, _, _ = _timed(log)
        speed = self.spread * rng.standard_normal(int(log.learner.max()) + 1)
        noise = self.sigma * rng.standard_normal(len(row))
        seconds = np.full(len(log.skill), np.nan)
        drawn = np.exp(self.intensity[log.item[row]] - speed[log.learner[row]] + noise)
        seconds[row] = np.minimum(drawn, TIMEOUT_SECONDS)
        return seconds


def fit_timing(log: Log, progress: Progress) -> Timing:
    """EM over the cut times and the speeds."""
    row, ln_seconds, cut = _timed(log)
    item, who = log.item[row], np.unique(log.learner[row], return_inverse=True)[1]
    intensity, speed, sigma, spread = np.full(log.n_items, ln_seconds.mean()), np.zeros(who.max() + 1), 0.6, 0.3
    for turn in range(ROUNDS):
        mean = intensity[item] - speed[who]
        filled, extra = _filled(ln_seconds, mean, sigma, cut)
        centre = filled.mean()
        pull = sigma**2 / ITEM_VARIANCE
        counts = np.bincount(item, minlength=log.n_items)
        intensity = (np.bincount(item, filled + speed[who], log.n_items) + pull * centre) / (counts + pull)
        precision = 1.0 / spread**2 + np.bincount(who) / sigma**2
        speed = np.bincount(who, intensity[item] - filled) / sigma**2 / precision
        spread = float(np.sqrt((speed**2 + 1.0 / precision).mean()))
        residual = filled - intensity[item] + speed[who]
        sigma = float(np.sqrt((residual**2 + extra + (1.0 / precision)[who]).mean()))
        progress("response times", turn + 1, ROUNDS, "")
    return Timing(intensity, sigma, spread)


def _timed(log: Log) -> tuple[Ints, Reals, Flags]:
    """Rows with a time, its logarithm (that of the limit where it was cut) and whether it was cut."""
    row = np.flatnonzero(np.isfinite(log.seconds))
    cut = log.seconds[row] >= TIMEOUT_SECONDS
    return row, np.log(np.minimum(log.seconds[row], TIMEOUT_SECONDS)), cut


def _filled(ln_seconds: Reals, mean: Reals, sigma: float, cut: Flags) -> tuple[Reals, Reals]:
    """Times with the cut ones at their expectation, and the variance that is left in these."""
    z = (ln_seconds - mean) / sigma
    hazard = _density(z) / np.maximum(_above(z), 1e-12)
    filled = np.where(cut, mean + sigma * hazard, ln_seconds)
    return filled, np.where(cut, sigma**2 * np.maximum(1.0 + z * hazard - hazard**2, 0.0), 0.0)


def _likelihood(residual: Reals, speed: Reals, sigma: Reals | float, cut: Flags) -> Reals:
    z = (residual - speed) / sigma
    return np.where(cut, np.log(np.maximum(_above(z), 1e-12)), np.log(_density(z) / sigma))


def _density(z: Reals) -> Reals:
    density: Reals = np.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)
    return np.maximum(density, 1e-300)


def _above(z: Reals) -> Reals:
    """Chance that a standard normal is above z."""
    return np.asarray([0.5 * math.erfc(value / math.sqrt(2.0)) for value in z.tolist()])


def _before(group: Ints, value: Reals) -> Reals:
    """(n,) sum of the values of the same group in earlier places; groups lie together."""
    total = np.cumsum(value) - value
    start = np.r_[True, np.diff(group) != 0]
    before: Reals = total - total[start][np.cumsum(start) - 1]
    return before
