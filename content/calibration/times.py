"""How long answers take: items that take far longer than said, answers without thought, times that are not times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.gathering import sums_by
from content.calibration.responses import CalibrationError, Flags, Reals, Responses

RUSHED_SHARE, RUSHED_SECONDS = 0.1, 10.0  # of an item's typical time, and at most (Wise and Ma 2012, NT10)
OUTLYING = 3.5  # robust standard deviations (Iglewicz and Hoaglin 1993)
MAD_TO_SD = 1.4826  # of a normal distribution


@dataclass(frozen=True)
class Times:
    """Of J items and N answers.

    Attributes:
        n: (J,) answers with a time. median: (J,) seconds; NaN without any.
        rushed_share: (J,) share of answers given faster than one can have read the item.
        rushed_right: (J,) share of right ones among those; NaN without any.
        rushed: (N,) those answers.
        slow: (N,) answers that took far longer than this learner takes for such an item: probably an interruption.
    """

    n: Reals
    median: Reals
    rushed_share: Reals
    rushed_right: Reals
    rushed: Flags
    slow: Flags


def describe_times(responses: Responses) -> Times:
    """Describe times by the log-normal model, ln t = item + learner + error, robustly: by medians.

    An answer is rushed below a tenth of the item's median time, 10 s at most; it is slow when its error is more than
    3.5 robust standard deviations above the median.

    Source: van der Linden (2006), Journal of Educational and Behavioral Statistics 31(2), for the model.

    Raises:
        CalibrationError: no times are known.
    """
    if responses.seconds is None:
        raise CalibrationError("answers have no times; give the seconds that each took")
    known = np.isfinite(responses.seconds) & (responses.seconds > 0.0)
    item, learner = responses.item[known], responses.learner[known]
    log_time = np.log(responses.seconds[known])
    of_item = medians_by(item, log_time, responses.n_items)
    error = log_time - of_item[item]
    error -= medians_by(learner, error, responses.n_learners)[learner]
    scale = MAD_TO_SD * float(np.median(np.abs(error))) if error.size else 1.0
    threshold = np.minimum(RUSHED_SHARE * np.exp(of_item), RUSHED_SECONDS)
    rushed, slow = np.zeros(responses.n_answers, np.bool_), np.zeros(responses.n_answers, np.bool_)
    rushed[known] = np.exp(log_time) < threshold[item]
    slow[known] = error > OUTLYING * max(scale, 1e-9)
    n = np.bincount(item, minlength=responses.n_items).astype(np.float64)
    n_rushed = np.bincount(responses.item[rushed], minlength=responses.n_items)
    right = sums_by(responses.item[rushed], responses.score[rushed], responses.n_items)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Times(n, np.exp(of_item), n_rushed / n, right / n_rushed, rushed, slow)


def medians_by(group: NDArray[np.signedinteger], values: Reals, n_groups: int) -> Reals:
    """(groups,) medians of (N,) values by (N,) group; NaN for a group without any."""
    order = np.lexsort((values, group))
    counts = np.bincount(group, minlength=n_groups)
    start = np.cumsum(counts) - counts
    low, high = (start + np.maximum(counts - shift, 0) // 2 for shift in (1, 0))
    padded = np.append(values[order], np.nan)
    high = np.where(counts % 2 == 0, high, low)
    middle = (padded[np.minimum(low, len(order))] + padded[np.minimum(high, len(order))]) / 2.0
    return np.where(counts > 0, middle, np.nan)
