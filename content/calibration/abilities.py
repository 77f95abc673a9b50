"""What a calibration says of learners: their ability, with and without the item at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.calibration import Calibration, only_items
from content.calibration.gathering import sums_by
from content.calibration.logistic import sigmoid
from content.calibration.marginal import Curves, Marginal
from content.calibration.quadrature import Grid
from content.calibration.responses import CalibrationError, Reals, Responses


@dataclass(frozen=True)
class Abilities:
    """Of L learners: mean and standard deviation of each posterior (L,), in the unit of the calibration."""

    mean: Reals
    sd: Reals


def estimate_abilities(responses: Responses, calibration: Calibration) -> Abilities:
    """Expected ability of each learner given the answers to calibrated items (expected a posteriori).

    A learner without such answers has the population's mean, 0, and its standard deviation.
    Source: Bock and Mislevy (1982), Applied Psychological Measurement 6(4).

    Raises:
        CalibrationError: the answers share no item with the calibration, it says nothing of the population, or a
            score is neither 0 nor 1.
    """
    responses.require_right_or_wrong()
    if not calibration.ability_sd > 0.0:
        raise CalibrationError(
            f"a calibration by {calibration.model!r} tells nothing of abilities; fit 'rasch' or '2pl'"
        )
    place = placed(responses, calibration)
    known = place >= 0
    if not known[responses.item].any():
        raise CalibrationError("no answer is to a calibrated item; calibrate with the same item ids")
    asked = only_items(responses, known)
    unit = calibration.on_unit_scale()
    curves = Curves(unit.discrimination[place[known]], unit.intercept[place[known]])
    grid = Grid.for_answers(int(np.bincount(asked.learner).max()))
    expected = Marginal(asked, grid).expect(curves)
    return Abilities(expected.mean * calibration.ability_sd, expected.sd * calibration.ability_sd)


def rest_abilities(responses: Responses, calibration: Calibration) -> Reals:
    """(N,) ability of the learner of each answer, by all the others of their answers.

    One step of Newton's method back from the posterior mean: an answer x to an item of slope a moved it by about
    a (x - P) / (precision of the others).
    """
    abilities, place = estimate_abilities(responses, calibration), placed(responses, calibration)[responses.item]
    slope = np.where(place >= 0, calibration.discrimination[place], 0.0)
    intercept = np.where(place >= 0, calibration.intercept[place], 0.0)
    ability = abilities.mean[responses.learner]
    chance = sigmoid(slope * ability + intercept)
    own = slope**2 * chance * (1.0 - chance)
    floor = calibration.ability_sd**-2
    others = np.maximum(abilities.sd[responses.learner] ** -2 - own, floor)
    return np.asarray(ability - slope * (responses.score - chance) / others, np.float64)


def rest_scores(responses: Responses) -> Reals:
    """(N,) how the learner of each answer did on their other answers, without any model.

    (sum of x_k - p_k) / sqrt(sum of p_k (1 - p_k)) over the learner's other items k, where p_k is the share of right
    answers to k; NaN where there are none. Where everybody answered everything it is the rest score up to origin and
    unit. Where items are chosen to fit the learner it tells little: everybody is right about as often.
    """
    residual, variance = _against_all(responses)
    others = sums_by(responses.learner, residual, responses.n_learners)[responses.learner] - residual
    spread = sums_by(responses.learner, variance, responses.n_learners)[responses.learner] - variance
    return np.where(spread > 1e-9, others / np.sqrt(np.maximum(spread, 1e-9)), np.nan)


def standings(responses: Responses) -> Reals:
    """(L,) the same over all answers of each learner; 0 without any."""
    residual, variance = _against_all(responses)
    spread = sums_by(responses.learner, variance, responses.n_learners)
    return sums_by(responses.learner, residual, responses.n_learners) / np.sqrt(np.maximum(spread, 1e-9))


def _against_all(responses: Responses) -> tuple[Reals, Reals]:
    """(N,) each score less the item's mean, and the variance of such a score."""
    share = sums_by(responses.item, responses.score, responses.n_items)
    share /= np.maximum(np.bincount(responses.item, minlength=responses.n_items), 1)
    return responses.score - share[responses.item], (share * (1.0 - share))[responses.item]


def placed(responses: Responses, calibration: Calibration) -> NDArray[np.intp]:
    """(J,) where each item of the answers stands in the calibration; -1 where it does not."""
    index = {name: k for k, name in enumerate(calibration.item_ids)}
    return np.asarray([index.get(name, -1) for name in responses.item_ids], np.intp)
