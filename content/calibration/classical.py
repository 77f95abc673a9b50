"""Classical statistics of items: how many get it right, and whether those who do are the able ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.gathering import sums_by
from content.calibration.responses import Reals, Responses
from content.calibration.significance import correlation_interval, share_interval


@dataclass(frozen=True)
class Classical:
    """Statistics of J items, each (J,); NaN where the answers do not tell.

    Attributes:
        n_answers: to the item.
        p_value: mean score, the share of right answers ("p-value" of a test item). p_low, p_high: its 95 % interval.
        discrimination: correlation of the score with how the learner does on other items (corrected item-total).
        discrimination_low, discrimination_high: its 95 % interval.
    """

    n_answers: Reals
    p_value: Reals
    p_low: Reals
    p_high: Reals
    discrimination: Reals
    discrimination_low: Reals
    discrimination_high: Reals


@dataclass(frozen=True)
class OptionUse:
    """Who gives which answer to an item: R pairs of item and answer that were seen, ordered by item; each (R,).

    Attributes:
        item: number. option: code among the names of `Responses.choice`.
        n: answers. share: of the item's answers. keyed: whether it is graded as right.
        ability: mean of the rest scores of those who gave it. ability_error: standard error of that.
        correlation: of giving it with the rest score.
    """

    item: NDArray[np.intp]
    option: NDArray[np.intp]
    n: Reals
    share: Reals
    keyed: NDArray[np.bool_]
    ability: Reals
    ability_error: Reals
    correlation: Reals


def classical(responses: Responses, rest: Reals) -> Classical:
    """Describe each item.

    Args:
        rest: (N,) how each answer's learner does elsewhere: `rest_scores` or `rest_abilities` of
            `content.calibration.abilities`.

    Source: Henrysson (1963), Psychometrika 28(2), for leaving the item out of the total.
    """
    n = np.bincount(responses.item, minlength=responses.n_items).astype(np.float64)
    right = sums_by(responses.item, responses.score, responses.n_items)
    with np.errstate(invalid="ignore"):
        p_value = np.where(n > 0, right / n, np.nan)
    r, pairs = correlations_by(responses.item, responses.score, rest, responses.n_items)
    return Classical(n, p_value, *share_interval(right, n), r, *correlation_interval(r, pairs))


def correlations_by(group: NDArray[np.signedinteger], x: Reals, y: Reals, n_groups: int) -> tuple[Reals, Reals]:
    """Pearson's correlation of x and y (N,) in each group, and how many pairs it rests on, (groups,).

    NaN where x or y does not vary. Pairs with a NaN are left out.
    """
    known = np.isfinite(x) & np.isfinite(y)
    group, x, y = group[known], x[known], y[known]
    n = np.bincount(group, minlength=n_groups).astype(np.float64)
    x, y = (values - (sums_by(group, values, n_groups) / np.maximum(n, 1.0))[group] for values in (x, y))
    xy, xx, yy = (sums_by(group, product, n_groups) for product in (x * y, x * x, y * y))
    varies = (xx > 1e-12) & (yy > 1e-12)
    return np.where(varies, xy / np.sqrt(np.where(varies, xx * yy, 1.0)), np.nan), n


def option_use(responses: Responses, rest: Reals) -> OptionUse:
    """Describe each answer given to each item; nothing if choices are unknown.

    Args:
        rest: as for `classical`; answers whose learner has none are left out.
    """
    choice = responses.choice
    code = np.full(responses.n_answers, -1, np.int32) if choice is None else choice.code
    rows = np.flatnonzero((code >= 0) & np.isfinite(rest))
    n_options = 1 if choice is None else max(len(choice.names), 1)
    pair, group = np.unique(responses.item[rows].astype(np.int64) * n_options + code[rows], return_inverse=True)
    item = (pair // n_options).astype(np.intp)
    n = np.bincount(group, minlength=len(pair)).astype(np.float64)
    score, ability = (sums_by(group, values[rows], len(pair)) / n for values in (responses.score, rest))
    of_item = responses.item[rows]
    n_item = np.bincount(of_item, minlength=responses.n_items)
    centre = sums_by(of_item, rest[rows], responses.n_items) / np.maximum(n_item, 1)
    spread = np.sqrt(sums_by(of_item, (rest[rows] - centre[of_item]) ** 2, responses.n_items) / np.maximum(n_item, 1))
    within = sums_by(group, (rest[rows] - ability[group]) ** 2, len(pair))
    share = n / n_item[item]
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = (ability - centre[item]) / spread[item] * np.sqrt(share / (1.0 - share))
        error = np.where(n > 1, np.sqrt(within / np.maximum(n - 1.0, 1.0) / n), spread[item])
    return OptionUse(item, (pair % n_options).astype(np.intp), n, share, score >= 0.5, ability, error, correlation)
