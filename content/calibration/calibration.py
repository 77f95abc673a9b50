"""What a calibration says of items, whichever model it was made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from content.calibration.gathering import sums_by
from content.calibration.responses import CalibrationError, Flags, Ints, Reals, Responses

FLATTEST = 1e-3  # a discrimination nearer to 0 gives no difficulty

Model = Literal["rasch", "2pl", "conditional rasch"]


@dataclass(frozen=True)
class Calibration:
    """J items under P(right) = sigmoid(discrimination theta + intercept), theta ~ N(0, ability_sd^2).

    Attributes:
        model: which one was fitted.
        item_ids: J ids of those that could be calibrated.
        discrimination: (J,) by logit; 1 for all under the Rasch model. Negative where the able do worse.
        intercept: (J,) logit of a right answer of the average learner.
        discrimination_error, difficulty_error: (J,) standard errors; NaN where unknown, 0 for what was fixed.
        n_answers: (J,) used.
        ability_sd: of the population, in logits; NaN where the model says nothing of it.
        ability_sd_error: its standard error; 0 where it was fixed.
        log_likelihood: natural log, marginal or conditional as the model says.
        n_learners: with at least one answer used.
        n_steps: of the iteration. converged: whether it ended by itself.
        set_aside: items that could not be calibrated, with the reason.
    """

    model: Model
    item_ids: tuple[str, ...]
    discrimination: Reals
    intercept: Reals
    discrimination_error: Reals
    difficulty_error: Reals
    n_answers: NDArray[np.intp]
    ability_sd: float
    ability_sd_error: float
    log_likelihood: float
    n_learners: int
    n_steps: int
    converged: bool
    set_aside: Mapping[str, str]

    @property
    def difficulty(self) -> Reals:
        """(J,) ability at which half are right: -intercept / discrimination; NaN where ability hardly matters."""
        flat = np.abs(self.discrimination) < FLATTEST
        return np.where(flat, np.nan, -self.intercept / np.where(flat, 1.0, self.discrimination))

    def on_unit_scale(self) -> Calibration:
        """The same items with abilities in standard deviations instead of logits.

        Errors of difficulties are scaled as if `ability_sd` were known.
        """
        sd = self.ability_sd
        return replace(
            self,
            discrimination=self.discrimination * sd,
            discrimination_error=np.hypot(self.discrimination_error * sd, self.discrimination * self.ability_sd_error),
            difficulty_error=self.difficulty_error / sd,
            ability_sd=1.0,
            ability_sd_error=0.0,
        )


def calibratable(responses: Responses, least_items: int) -> tuple[Responses, dict[str, str]]:
    """The answers to items that some got right and some wrong; the other items with the reason.

    Raises:
        CalibrationError: a score is neither 0 nor 1, or fewer items than `least_items` are left.
    """
    responses.require_right_or_wrong()
    n = np.bincount(responses.item, minlength=responses.n_items)
    right = sums_by(responses.item, responses.score, responses.n_items)
    why = {
        name: "nobody answered it" if not n[k] else f"all {n[k]} answers are {'right' if right[k] else 'wrong'}"
        for k, name in enumerate(responses.item_ids)
        if right[k] in (0, n[k])
    }
    kept = only_items(responses, (right > 0) & (right < n))
    if kept.n_items < least_items:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in list(why.items())[:5])
        raise CalibrationError(
            f"{kept.n_items} items have right and wrong answers, {least_items} are needed"
            + (f" ({reasons})" if why else "")
        )
    return kept, why


def only_items(responses: Responses, kept: Flags) -> Responses:
    """The answers to some items, (J,) flags, which are numbered anew; learners keep their numbers."""
    number: Ints = (np.cumsum(kept) - 1).astype(np.int32)
    chosen = responses.at(kept[responses.item])
    names = tuple(name for name, keep in zip(responses.item_ids, kept, strict=True) if keep)
    return replace(chosen, item=number[chosen.item], item_ids=names)
