"""Which hour and which words bring a learner back to learning: Thompson sampling on a Bayesian linear model.

The reward of a decision is 1 if the learner learned within 24 hours of it (a finished lesson, or ten graded answers),
else 0; clicks count for nothing. With features x of a context and an arm, r = x' theta + noise,
theta ~ N(0, I / PRIOR), noise ~ N(0, NOISE^2), the posterior is normal with

    precision  P = PRIOR I + sum x x' / NOISE^2          mean  m = P^-1 sum x r / NOISE^2

The probability that an arm is the best is estimated by N_DRAWS draws of theta and mixed with a floor, EXPLORE / K for
each of K arms. The arm is then drawn from exactly these probabilities, so that the propensity that is logged is true,
and never below the floor.

Source: S. Agrawal and N. Goyal, Thompson Sampling for Contextual Bandits with Linear Payoffs (2013), Algorithm 1. What
differs: the floor, and that the arm is drawn from the estimated probabilities instead of by a single draw of theta.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PRIOR = 4.0
NOISE = 0.5
"""Standard deviation of a reward of 0 or 1 around its mean, at most."""

EXPLORE = 0.1
N_DRAWS = 256
USUAL = "usual"
"""The slot of the fixed rule: 23.5 hours after the last practice."""

SLOTS: tuple[str, ...] = (USUAL, "h08", "h12", "h16", "h18", "h20")
"""Slots: the usual one, and full hours of the learner's wall clock."""

VARIANTS: tuple[str, ...] = ("ready", "small", "curious", "recall", "short")
N_FEATURES = 1 + 2 * len(SLOTS) + 2 * len(VARIANTS) + 1


class Context(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is known when it is decided.

    Attributes:
        habit: the hour of the day, 0 to 24, around which the learner practises.
        regularity: how closely, 0 (any time) to 1 (always then).
        weekend: whether the local date is a Saturday or Sunday.
        unanswered: reminders since the last practice, 0 to 4.
    """

    habit: float = 12.0
    regularity: float = 0.0
    weekend: bool = False
    unanswered: int = 0


class Arm(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A slot and a variant; `hour` is the hour of the day (0 to 24) that it comes to, `at` the instant (ms)."""

    slot: str
    variant: str
    hour: float
    at: int = 0


class Posterior(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned: the precision matrix by rows, the response, and the number of decisions in them."""

    precision: list[list[float]]
    response: list[float]
    n: int = 0

    @classmethod
    def prior(cls) -> Posterior:
        """Before any decision."""
        return cls(precision=(PRIOR * np.eye(N_FEATURES)).tolist(), response=[0.0] * N_FEATURES)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The arm that was drawn, by its place, and the probability of every arm."""

    index: int
    probabilities: list[float]

    @property
    def propensity(self) -> float:
        """The probability of the arm that was drawn."""
        return self.probabilities[self.index]


def features(context: Context, arm: Arm) -> Array:
    """The features of an arm in a context, shape (N_FEATURES,), each in [-1, 1].

    One; the slot, and again on weekends; the variant, and again by the number unanswered; nearness to the habit.
    """
    x = np.zeros(N_FEATURES)
    slot, variant = SLOTS.index(arm.slot), VARIANTS.index(arm.variant)
    x[0] = 1.0
    x[1 + slot] = 1.0
    x[1 + len(SLOTS) + slot] = float(context.weekend)
    words = 1 + 2 * len(SLOTS)
    x[words + variant] = 1.0
    x[words + len(VARIANTS) + variant] = context.unanswered / 4.0
    x[-1] = context.regularity * math.cos((arm.hour - context.habit) * math.pi / 12.0)
    return x


class Believed:
    """A posterior made ready to be drawn from."""

    def __init__(self, posterior: Posterior) -> None:
        precision = np.asarray(posterior.precision)
        root = np.linalg.cholesky(precision)  # root root' = precision, so root'^-1 z has covariance precision^-1
        self._spread: Array = np.linalg.inv(root.T)
        self._mean: Array = np.linalg.solve(precision, np.asarray(posterior.response))

    def mean(self, x: Array) -> Array:
        """The expected reward of each arm, shape (arm,)."""
        found: Array = x @ self._mean
        return found

    def wins(self, x: Array, rng: np.random.Generator, n_draws: int) -> Array:
        """The share of draws of theta in which each arm is the best, shape (arm,)."""
        draws = rng.standard_normal((N_FEATURES, n_draws))
        rewards = self.mean(x)[:, None] + (x @ self._spread) @ draws
        return np.bincount(rewards.argmax(axis=0), minlength=len(x)) / n_draws


def choose(
    believed: Believed, x: Array, rng: np.random.Generator, *, explore: float = EXPLORE, n_draws: int = N_DRAWS
) -> Choice:
    """Draw an arm. `x` has shape (arm, N_FEATURES)."""
    probabilities = (1.0 - explore) * believed.wins(x, rng, n_draws) + explore / len(x)
    probabilities /= probabilities.sum()
    index = int(rng.choice(len(x), p=probabilities))
    return Choice(index=index, probabilities=probabilities.tolist())


def learn(posterior: Posterior, seen: Sequence[tuple[Sequence[float], float]]) -> Posterior:
    """The posterior after decisions with these features and rewards, in any order."""
    precision, response = np.asarray(posterior.precision), np.asarray(posterior.response)
    for given, reward in seen:
        x = np.asarray(given, dtype=float)
        precision = precision + np.outer(x, x) / NOISE**2
        response = response + x * reward / NOISE**2
    return Posterior(precision=precision.tolist(), response=response.tolist(), n=posterior.n + len(seen))


def habit_of(hours: Sequence[int]) -> tuple[float, float]:
    """The circular mean (hour, 0 to 24) and its length (0 to 1) of counts of practice by hour of the day.

    Source: K. Mardia and P. Jupp, Directional Statistics (2000), section 2.2. One count spread over all hours is added,
    so that a few answers make no habit.
    """
    counts = np.asarray(hours, dtype=float)
    total = counts.sum()
    angles = np.arange(24) * math.pi / 12.0
    along, across = float(counts @ np.cos(angles)), float(counts @ np.sin(angles))
    if total == 0.0:
        return 12.0, 0.0
    return math.atan2(across, along) * 12.0 / math.pi % 24.0, math.hypot(along, across) / (total + 1.0)
