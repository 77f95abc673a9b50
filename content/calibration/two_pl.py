"""The two-parameter logistic model by marginal maximum likelihood: P = sigmoid(a (theta - b)), theta ~ N(0, 1).

Source: Birnbaum (1968) in Lord and Novick, Statistical Theories of Mental Test Scores, chapter 17; estimation by Bock
and Aitkin (1981). Slopes may be negative: a wrong key shows as one.
"""

from __future__ import annotations

import numpy as np

from content.calibration.calibration import Calibration, calibratable
from content.calibration.expectation_maximisation import Fitting, fit_curves
from content.calibration.information import covariance
from content.calibration.responses import Responses

LEAST_ITEMS = 3  # two items leave four parameters to three shares


def fit_two_pl(responses: Responses, *, errors: bool = True, fitting: Fitting | None = None) -> Calibration:
    """Discriminations, and difficulties in standard deviations of ability.

    Args:
        responses: scores of 0 and 1, items answered by anybody in any pattern; unanswered counts as not asked.
        errors: whether standard errors are computed; else they are NaN.

    Raises:
        CalibrationError: a score is neither 0 nor 1, or fewer than three items have right and wrong answers.
    """
    asked, set_aside = calibratable(responses, LEAST_ITEMS)
    fit = fit_curves(asked, "own", fitting or Fitting())
    slope, intercept = fit.curves.slope, fit.curves.intercept
    slope_error = difficulty_error = np.full(asked.n_items, np.nan)
    if errors:
        found = covariance(fit, "own")
        slope_error, difficulty_error = found.errors()[0], found.difficulty_error(slope, intercept)
    return Calibration(
        model="2pl",
        item_ids=asked.item_ids,
        discrimination=slope,
        intercept=intercept,
        discrimination_error=slope_error,
        difficulty_error=difficulty_error,
        n_answers=np.bincount(asked.item, minlength=asked.n_items),
        ability_sd=1.0,
        ability_sd_error=0.0,
        log_likelihood=fit.expected.log_likelihood,
        n_learners=len(np.unique(asked.learner)),
        n_steps=fit.n_steps,
        converged=fit.converged,
        set_aside=set_aside,
    )
