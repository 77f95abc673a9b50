"""The richest model that a course's answers bear, and where each of its items stands today.

With answers enough the two-parameter model is fitted, with fewer the Rasch model, with fewer still neither, and shares
of right answers are all there is. Items that have too few answers for the model, and answers that came after it was
fitted, are taken in one after another: see `content.calibration.online`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from content.calibration.calibration import Calibration, only_items
from content.calibration.gathering import sums_by
from content.calibration.online import Belief, beliefs_of, update_ability, update_difficulty
from content.calibration.rasch import fit_rasch
from content.calibration.responses import Flags, Reals, Responses
from content.calibration.two_pl import fit_two_pl

LEAST_FOR_TWO_PL, LEAST_ITEMS_FOR_TWO_PL = 200, 5
"""Drasgow (1989), Applied Psychological Measurement 13(1): 200 people and 5 items, by marginal likelihood."""

LEAST_FOR_RASCH, LEAST_ITEMS_FOR_RASCH = 30, 2
"""Linacre (1994), Rasch Measurement Transactions 7(4): 30 people place an item within one logit of where it is."""

LEAST_SD = 0.05
"""Logits; learners who all know the same are not believed to be more alike than this."""


@dataclass(frozen=True)
class Standing:
    """What is believed of J difficulties, in the unit of the calibration; NaN where nothing is.

    Attributes:
        difficulty: (J,) means of the beliefs. error: (J,) their standard deviations.
    """

    difficulty: Reals
    error: Reals


def fit_richest(responses: Responses) -> Calibration | None:
    """The 2PL of the items with 200 answers or more if five have so many, else the Rasch model of those with 30 or
    more if two have; None with fewer. Only items that some got right and some wrong count.

    Args:
        responses: scores of 0 and 1.

    Raises:
        CalibrationError: a score is neither 0 nor 1.
    """
    responses.require_right_or_wrong()
    rich, enough = _with(responses, LEAST_FOR_TWO_PL), _with(responses, LEAST_FOR_RASCH)
    if rich.sum() >= LEAST_ITEMS_FOR_TWO_PL:
        return fit_two_pl(only_items(responses, rich))
    if enough.sum() >= LEAST_ITEMS_FOR_RASCH:
        return fit_rasch(only_items(responses, enough))
    return None


def _with(responses: Responses, least: int) -> Flags:
    """(J,) whether an item has so many answers, some right and some wrong."""
    n = np.bincount(responses.item, minlength=responses.n_items)
    right = sums_by(responses.item, responses.score, responses.n_items)
    return np.asarray((n >= least) & (right > 0) & (right < n), np.bool_)


def stand(responses: Responses, calibration: Calibration, n_known: int) -> Standing:
    """Where the items stand after all answers.

    Args:
        responses: in the order in which they were given.
        calibration: of some of the items, by marginal likelihood.
        n_known: so many of the first answers were known to the calibration: to its items they tell of learners only.
    """
    beliefs, slopes = beliefs_of(calibration), dict(zip(calibration.item_ids, calibration.discrimination, strict=True))
    items = [beliefs.get(name) or (None if name in slopes else Belief()) for name in responses.item_ids]
    slope = [float(slopes.get(name, 1.0)) for name in responses.item_ids]
    fixed = [name in beliefs for name in responses.item_ids]
    newcomer = Belief(0.0, max(calibration.ability_sd, LEAST_SD) ** 2)
    learners: dict[int, Belief] = {}
    rows = zip(responses.learner.tolist(), responses.item.tolist(), responses.score.tolist(), strict=True)
    for row, (person, place, score) in enumerate(rows):
        item, learner = items[place], learners.get(person, newcomer)
        if item is None:
            continue
        if row >= n_known or not fixed[place]:
            items[place] = update_difficulty(item, learner, score, slope[place])
        learners[person] = update_ability(learner, item, score, slope[place])
    told = [(math.nan, math.nan) if one is None or not one.n else (one.mean, one.sd) for one in items]
    difficulty, error = np.array(told, np.float64).reshape(-1, 2).T
    return Standing(difficulty, error)
