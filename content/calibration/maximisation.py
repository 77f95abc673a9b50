"""Item curves that fit expected answers best: Newton's method for all items at once."""

from __future__ import annotations

from typing import Literal

import numpy as np

from content.calibration.logistic import sigmoid
from content.calibration.marginal import Curves, Expectation
from content.calibration.quadrature import Grid
from content.calibration.responses import Reals

Slopes = Literal["own", "common", "fixed"]

NEWTON_STEPS = 12
NEWTON_TOLERANCE = 1e-9
LONGEST_STEP = 1.0
STEEPEST, FARTHEST = 10.0, 30.0  # bounds of slope and intercept: beyond, answers hold nothing more to find out


def maximise(expected: Expectation, curves: Curves, grid: Grid, slopes: Slopes) -> Curves:
    """The M step: the curves under which what was expected is most likely, starting from others.

    Each item's expected log-likelihood, sum over q of r_q ln P_q + (n_q - r_q) ln(1 - P_q), is concave in slope and
    intercept. Slopes are free ("own"), one for all items ("common"), or left as they are ("fixed").
    """
    for _ in range(NEWTON_STEPS):
        slope_step, intercept_step = _newton(expected, curves, grid, slopes)
        curves = bounded(
            curves.slope + np.clip(slope_step, -LONGEST_STEP, LONGEST_STEP),
            curves.intercept + np.clip(intercept_step, -LONGEST_STEP, LONGEST_STEP),
        )
        if max(np.abs(slope_step).max(), np.abs(intercept_step).max()) < NEWTON_TOLERANCE:
            break
    return curves


def bounded(slope: Reals, intercept: Reals) -> Curves:
    """Curves within what is looked at."""
    return Curves(np.clip(slope, -STEEPEST, STEEPEST), np.clip(intercept, -FARTHEST, FARTHEST))


def _newton(expected: Expectation, curves: Curves, grid: Grid, slopes: Slopes) -> tuple[Reals, Reals]:
    """(J,) steps of slope and intercept."""
    z, chance = grid.points, sigmoid(curves.logits(grid))
    right = expected.at_points * chance
    to_slope = expected.right_ability - right @ z
    to_intercept = expected.n_right - right.sum(axis=1)
    weight = right * (1.0 - chance) + 1e-12
    aa, ad, dd = weight @ z**2, weight @ z, weight.sum(axis=1)
    if slopes == "fixed":
        return np.zeros_like(dd), to_intercept / dd
    if slopes == "own":
        slope_step = (to_slope - ad * to_intercept / dd) / (aa - ad**2 / dd)
    else:
        slope_step = np.full_like(dd, (to_slope - ad * to_intercept / dd).sum() / (aa - ad**2 / dd).sum())
    return slope_step, (to_intercept - ad * slope_step) / dd
