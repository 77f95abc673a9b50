"""Logistic growth of a skill with practice, fitted by Newton's method for all skills at once.

    AFM  logit P = theta_i + b_k + g_k n        n answers to the skill before (Cen, Koedinger and Junker 2006)
    PFA  logit P = b_k + r_k s + w_k f          s successes and f failures before (Pavlik, Cen and Koedinger 2009)

Slopes have a normal prior of variance .25 around the mean slope over skills, so that skills with few answers lean on
the others. Learners that a model was not fitted to have theta = 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rl.fit.logs import Log, earlier
from rl.fit.mastery import Pairs
from rl.fit.progress import Progress
from simulators.learner import sigmoid
from simulators.noise import Ints, Reals

SLOPE_VARIANCE = 0.25
BIAS_VARIANCE = 4.0
MOST_COUNTED = 30.0  # opportunities; more do not count, lest a few endless sequences set the slopes
ROUNDS = 12


@dataclass(frozen=True)
class Growth:
    """Coefficients by skill: (skills, 2) of bias and slope (AFM), or (skills, 3) of bias, success, failure (PFA).

    Attributes:
        coefficients: see above, in logits.
        spread: standard deviation of theta between learners.
    """

    coefficients: Reals
    spread: float = 0.0

    def predicted(self, log: Log) -> Reals:
        """(N,) chance of each answer for learners it was not fitted to; NaN where nothing was asked."""
        chance = sigmoid((self.coefficients[log.skill] * self._features(log)).sum(axis=1))
        return np.where(log.asked, chance, np.nan)

    def sampled(self, log: Log, rng: np.random.Generator) -> Reals:
        """(N,) answers that such learners would give, with abilities as spread as of those it was fitted to."""
        theta = self.spread * rng.standard_normal(int(log.learner.max()) + 1)
        answers, pairs = np.zeros(len(log.skill)), Pairs.of(log)
        right = np.zeros(len(pairs.skill))
        for step, rows in enumerate(pairs.steps):
            n = len(rows)
            seen = np.full(n, float(step))
            features = _designed(seen, right[:n], self.coefficients.shape[1])
            logit = (self.coefficients[pairs.skill[:n]] * features).sum(axis=1) + theta[log.learner[rows]]
            answers[rows] = rng.random(n) < sigmoid(logit)
            right[:n] += answers[rows]
        return answers

    def _features(self, log: Log) -> Reals:
        return _features(log, self.coefficients.shape[1])


def fit_afm(log: Log, progress: Progress) -> Growth:
    """Skills and learners in turn; the prior variance of theta is that of its estimates, at least .01."""
    features, theta, variance = _features(log, 2), np.zeros(int(log.learner.max()) + 1), 1.0
    coefficients = np.zeros((log.n_skills, 2))
    for turn in range(ROUNDS):
        coefficients = _newton(log, features, coefficients, theta[log.learner])
        fixed = (coefficients[log.skill] * features).sum(axis=1)
        theta, variance = _abilities(log, fixed, theta, variance)
        progress(f"additive factors, {log.name}", turn + 1, ROUNDS, "")
    return Growth(coefficients, math.sqrt(variance))


def fit_pfa(log: Log, progress: Progress) -> Growth:
    """Skills alone."""
    features, coefficients = _features(log, 3), np.zeros((log.n_skills, 3))
    for turn in range(ROUNDS):
        coefficients = _newton(log, features, coefficients, np.zeros(len(log.skill)))
        progress(f"performance factors, {log.name}", turn + 1, ROUNDS, "")
    return Growth(coefficients)


def _features(log: Log, width: int) -> Reals:
    return _designed(
        earlier(log, log.asked).astype(np.float64), earlier(log, log.correct > 0.5).astype(np.float64), width
    )


def _designed(seen: Reals, right: Reals, width: int) -> Reals:
    """(n, width) features from how often a skill was seen and right before."""
    counts = (seen,) if width == 2 else (right, seen - right)
    return np.stack([np.ones(len(seen)), *(np.minimum(count, MOST_COUNTED) for count in counts)], axis=1)


def _newton(log: Log, features: Reals, coefficients: Reals, offset: Reals) -> Reals:
    """One damped Newton step for all skills."""
    width = features.shape[1]
    chance = sigmoid((coefficients[log.skill] * features).sum(axis=1) + offset)
    residual, weight = log.asked * (log.correct - chance), log.asked * chance * (1.0 - chance)
    precision = 1.0 / np.r_[BIAS_VARIANCE, np.full(width - 1, SLOPE_VARIANCE)]
    gradient = _summed(log.skill, residual[:, None] * features, log.n_skills)
    gradient -= precision * (coefficients - coefficients.mean(axis=0))
    products = (weight[:, None, None] * features[:, :, None] * features[:, None, :]).reshape(len(chance), -1)
    curvature = _summed(log.skill, products, log.n_skills).reshape(-1, width, width) + np.diag(precision)
    step = np.clip(np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0], -1.0, 1.0)
    return coefficients + np.asarray(step, np.float64)


def _abilities(log: Log, fixed: Reals, theta: Reals, variance: float) -> tuple[Reals, float]:
    """A Newton step for the learners, and the variance of their posterior means and errors."""
    chance = sigmoid(fixed + theta[log.learner])
    weight = np.bincount(log.learner, log.asked * chance * (1.0 - chance), len(theta))
    slope = np.bincount(log.learner, log.asked * (log.correct - chance), len(theta))
    moved = theta + np.clip((slope - theta / variance) / (weight + 1.0 / variance), -1.0, 1.0)
    present = np.bincount(log.learner, minlength=len(theta)) > 0
    spread = (moved[present] ** 2 + 1.0 / (weight[present] + 1.0 / variance)).mean()
    return moved, max(float(spread), 0.01)


def _summed(group: Ints, values: Reals, n_groups: int) -> Reals:
    """(groups, width) sums of (n, width)."""
    return np.stack([np.bincount(group, column, n_groups) for column in values.T], axis=1)
