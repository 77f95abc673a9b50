"""Differential item functioning by logistic regression, which also sees differences that change sides with ability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.logistic import sigmoid, softplus
from content.calibration.matching import Cells
from content.calibration.responses import Reals
from content.calibration.significance import chi_square_tail

NEWTON_STEPS = 25
LONGEST_STEP = 2.0
RIDGE = 1e-6  # keeps coefficients finite where groups are told apart without error
MODERATE, LARGE = 0.035, 0.070  # of the gain in R squared (Jodoin and Gierl 2001)


@dataclass(frozen=True)
class LogisticDif:
    """For J items, each (J,); NaN and class "" where a group has no answers or outcomes do not vary.

    Attributes:
        group: logits by which the focal group is ahead (above 0) or behind at average ability, if that is all.
        p_uniform: of no difference that is the same at all abilities.
        p_non_uniform: of no difference that changes with ability.
        p: of neither.
        gain: of Nagelkerke's R squared by both.
        size: "A" negligible, "B" moderate, "C" large, by that gain.
    """

    group: Reals
    p_uniform: Reals
    p_non_uniform: Reals
    p: Reals
    gain: Reals
    size: NDArray[np.str_]


def logistic_dif(cells: Cells) -> LogisticDif:
    """Compare three models of the logit of a right answer: by ability; and group; and their product.

    Twice the gain in log-likelihood is chi-square with 1 degree of freedom for each step, 2 for both.

    Source: Swaminathan and Rogers (1990), Journal of Educational Measurement 27(4); sizes by Jodoin and Gierl (2001),
    Applied Measurement in Education 14(4), given to items whose p is below .05.
    """
    n_items = len(cells.n)
    level = np.broadcast_to(cells.level[:, None], cells.n.shape[1:]).ravel()
    focal = np.broadcast_to(np.asarray([0.0, 1.0]), cells.n.shape[1:]).ravel()
    design = np.stack([np.ones_like(level), level, focal, focal * level], axis=1)
    right, n = cells.right.reshape(n_items, -1), cells.n.reshape(n_items, -1)
    nothing, ability, uniform, both = (_fitted(design[:, :width], right, n) for width in (1, 2, 3, 4))
    total, hits = n.sum(axis=1), right.sum(axis=1)
    told = (cells.n.sum(axis=1).min(axis=1) > 0) & (hits > 0) & (hits < total)
    p_uniform = chi_square_tail(2.0 * (uniform[0] - ability[0]), 1)
    p_non_uniform = chi_square_tail(2.0 * (both[0] - uniform[0]), 1)
    p = chi_square_tail(2.0 * (both[0] - ability[0]), 2)
    gain = _nagelkerke(both[0], nothing[0], total) - _nagelkerke(ability[0], nothing[0], total)
    size = np.where((p >= 0.05) | (gain < MODERATE), "A", np.where(gain < LARGE, "B", "C"))
    ahead, p_uniform, p_non_uniform, p, gain = (
        np.where(told, values, np.nan) for values in (uniform[1][:, 2], p_uniform, p_non_uniform, p, gain)
    )
    return LogisticDif(ahead, p_uniform, p_non_uniform, p, gain, np.where(told, size, ""))


def _fitted(design: Reals, right: Reals, n: Reals) -> tuple[Reals, Reals]:
    """Log-likelihoods (J,) and coefficients (J, width) of the best fit to each item's cells; `design` is (C, width)."""
    width = design.shape[1]
    beta = np.zeros((len(n), width))
    for _ in range(NEWTON_STEPS):
        chance = sigmoid(beta @ design.T)
        gradient = (right - n * chance) @ design - RIDGE * beta
        weight = n * chance * (1.0 - chance)
        curvature = np.einsum("jc,ca,cb->jab", weight, design, design) + RIDGE * np.eye(width)
        step = np.linalg.solve(curvature, gradient[..., None])[..., 0]
        beta = beta + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        if np.abs(step).max() < 1e-10:
            break
    logit = beta @ design.T
    return (right * logit - n * softplus(logit)).sum(axis=1), np.asarray(beta, np.float64)


def _nagelkerke(fitted: Reals, nothing: Reals, n: Reals) -> Reals:
    """Share explained. Source: Nagelkerke (1991), Biometrika 78(3)."""
    n = np.maximum(n, 1.0)
    most = 1.0 - np.exp(2.0 * nothing / n)
    return (1.0 - np.exp(2.0 * (nothing - fitted) / n)) / np.maximum(most, 1e-12)
