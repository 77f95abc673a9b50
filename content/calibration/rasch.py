"""The Rasch model by marginal maximum likelihood: P = sigmoid(theta - b), theta ~ N(0, sd^2).

Source: Thissen (1982), Psychometrika 47(2): one slope for all items on a standard normal ability is the standard
deviation of abilities on the scale where the slope is 1.
"""

from __future__ import annotations

import numpy as np

from content.calibration.calibration import Calibration, calibratable
from content.calibration.expectation_maximisation import Fitting, fit_curves
from content.calibration.information import covariance
from content.calibration.maximisation import Slopes
from content.calibration.responses import Responses


def fit_rasch(
    responses: Responses, *, estimate_sd: bool = True, errors: bool = True, fitting: Fitting | None = None
) -> Calibration:
    """Difficulties in logits, and how far learners are spread.

    Args:
        responses: scores of 0 and 1, items answered by anybody in any pattern; unanswered counts as not asked.
        estimate_sd: whether the standard deviation of abilities is estimated; else it is 1.
        errors: whether standard errors are computed; else they are NaN.

    Raises:
        CalibrationError: a score is neither 0 nor 1, or too few items have right and wrong answers (two, or one if
            the standard deviation is fixed).
    """
    asked, set_aside = calibratable(responses, 2 if estimate_sd else 1)
    slopes: Slopes = "common" if estimate_sd else "fixed"
    fit = fit_curves(asked, slopes, fitting or Fitting())
    unknown = np.full(asked.n_items, np.nan)
    slope_error, intercept_error = covariance(fit, slopes).errors() if errors else (unknown, unknown)
    return Calibration(
        model="rasch",
        item_ids=asked.item_ids,
        discrimination=np.ones(asked.n_items),
        intercept=fit.curves.intercept,
        discrimination_error=np.zeros(asked.n_items),
        difficulty_error=intercept_error,
        n_answers=np.bincount(asked.item, minlength=asked.n_items),
        ability_sd=float(fit.curves.slope[0]),
        ability_sd_error=float(slope_error[0]),
        log_likelihood=fit.expected.log_likelihood,
        n_learners=len(np.unique(asked.learner)),
        n_steps=fit.n_steps,
        converged=fit.converged,
        set_aside=set_aside,
    )
