"""Standard errors of a marginal fit, by its observed information.

Source: Louis (1982), Journal of the Royal Statistical Society B 44(2), equation 3.2': the information of the complete
data less what the unknown abilities leave open, both under the posteriors. With posterior p of a learner over points
z, the score of an answered item is (x - P(z)) (z, 1), and

    I = sum over learners of E_p[P (1 - P) (z, 1)(z, 1)'] - Cov_p[(x - P)(z, 1)]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from content.calibration.expectation_maximisation import Fit
from content.calibration.logistic import sigmoid, softplus
from content.calibration.maximisation import Slopes
from content.calibration.responses import Ints, Reals

MOST_ITEMS = 200  # whose information is computed as one matrix


@dataclass(frozen=True)
class Covariance:
    """Of each item's slope and intercept, (J,) each; NaN where answers do not determine them."""

    slope: Reals
    intercept: Reals
    both: Reals

    def errors(self) -> tuple[Reals, Reals]:
        """Standard errors of slope and intercept."""
        with np.errstate(invalid="ignore"):
            return np.sqrt(self.slope), np.sqrt(self.intercept)

    def difficulty_error(self, slope: Reals, intercept: Reals) -> Reals:
        """(J,) standard error of -intercept / slope, by the delta method; NaN at a slope of 0."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = intercept / slope
            variance = self.intercept - 2.0 * ratio * self.both + ratio**2 * self.slope
            return np.asarray(np.sqrt(variance) / np.abs(slope), np.float64)


def covariance(fit: Fit, slopes: Slopes) -> Covariance:
    """Invert the observed information of what was free.

    Beyond 200 items, what the answers to two items share is left out: among so many it is next to nothing.
    """
    n_items = fit.marginal.n_items
    if n_items > MOST_ITEMS:
        return _by_item(*_information_by_item(fit), slopes)
    free = _free(n_items, slopes)
    try:
        inverse = np.linalg.inv(free.T @ _information(fit) @ free)
    except np.linalg.LinAlgError:
        inverse = np.full((free.shape[1], free.shape[1]), np.nan)
    slope, intercept = free[:n_items] @ inverse, free[n_items:] @ inverse
    return Covariance(
        (slope * free[:n_items]).sum(axis=1),
        (intercept * free[n_items:]).sum(axis=1),
        (slope * free[n_items:]).sum(axis=1),
    )


def _free(n_items: int, slopes: Slopes) -> Reals:
    """(2J, parameters) how slopes and intercepts move with what is free."""
    if slopes == "own":
        return np.eye(2 * n_items)
    moved = np.eye(2 * n_items)[:, n_items:]
    if slopes == "fixed":
        return moved
    return np.column_stack([np.repeat([1.0, 0.0], n_items), moved])


def _by_item(aa: Reals, ad: Reals, dd: Reals, slopes: Slopes) -> Covariance:
    """The inverse where items share nothing but a common slope."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if slopes == "fixed":
            return Covariance(np.zeros_like(dd), 1.0 / dd, np.zeros_like(dd))
        alone = aa - ad**2 / dd
        slope = 1.0 / (alone if slopes == "own" else np.full_like(dd, alone.sum()))
        return Covariance(slope, 1.0 / dd + (ad / dd) ** 2 * slope, -ad / dd * slope)


def _information(fit: Fit) -> Reals:
    """(2J, 2J), slopes before intercepts."""
    n_items = fit.marginal.n_items
    aa, ad, dd = (np.diag(part) for part in _complete(fit))
    information = np.block([[aa, ad], [ad, dd]])
    for item, to_slope, to_intercept, posterior in _scores(fit):
        at = np.concatenate([item, item + n_items])
        score = np.concatenate([to_slope, to_intercept])
        information[at[:, None], at] -= (score * posterior) @ score.T
    return information


def _information_by_item(fit: Fit) -> tuple[Reals, Reals, Reals]:
    """Its parts for each item by itself, (J,): of the slope, of both, of the intercept."""
    aa, ad, dd = _complete(fit)
    for item, to_slope, to_intercept, posterior in _scores(fit):
        aa[item] -= to_slope**2 @ posterior
        ad[item] -= (to_slope * to_intercept) @ posterior
        dd[item] -= to_intercept**2 @ posterior
    return aa, ad, dd


def _complete(fit: Fit) -> tuple[Reals, Reals, Reals]:
    """(J,) information if abilities were known: of the slope, of both, of the intercept."""
    z, chance = fit.marginal.grid.points, sigmoid(fit.curves.logits(fit.marginal.grid))
    weight = fit.expected.at_points * chance * (1.0 - chance)
    return weight @ z**2, weight @ z, weight.sum(axis=1)


def _scores(fit: Fit) -> Iterator[tuple[Ints, Reals, Reals, Reals]]:
    """For each learner the n items answered, the scores (n, Q) about their means, and the posterior (Q,)."""
    marginal, z = fit.marginal, fit.marginal.grid.points
    logits = fit.curves.logits(marginal.grid)
    chance, wrong = sigmoid(logits), softplus(logits)
    edges = np.searchsorted(marginal.learner, np.arange(marginal.n_learners + 1))
    for start, end in pairwise(edges):
        item, right = marginal.item[start:end], marginal.score[start:end]
        joint = right @ logits[item] - wrong[item].sum(axis=0) + marginal.grid.log_weights
        posterior = np.exp(joint - np.logaddexp.reduce(joint))
        residual = right[:, None] - chance[item]
        to_slope = residual * z
        yield (
            item,
            to_slope - (to_slope @ posterior)[:, None],
            residual - (residual @ posterior)[:, None],
            posterior,
        )
