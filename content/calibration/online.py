"""Difficulties between calibrations: each answer moves an item a little, and says how sure one is of it.

The belief in a difficulty is normal. An answer x by a learner believed to be at m, variance v, is expected right with

    P = sigmoid(a g (m - b)),    g = 1 / sqrt(1 + 3 a^2 v / pi^2)

and moves the belief by one step of Newton's method: with information i = (a g)^2 P (1 - P),

    variance' = 1 / (1 / variance + i),    b' = b - variance' a g (x - P)

It is an Elo rating whose step shrinks as the item becomes known.

Source: Glickman (1999), Applied Statistics 48(3), equations 9 to 11, in logits and with the item as an opponent that
does not learn; Pelanek (2016), Computers and Education 98, for Elo ratings of items. Ours besides: discrimination, and
a variance that drifts, so that an item that is edited or copied around is followed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from content.calibration.calibration import Calibration
from content.calibration.responses import CalibrationError

NEW_SD = 1.5  # logits; a difficulty that nothing is known of


@dataclass(frozen=True, slots=True)
class Belief:
    """A normal belief about a difficulty or an ability, in logits. `n` counts the answers taken in."""

    mean: float = 0.0
    variance: float = NEW_SD**2
    n: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.variance) and self.variance > 0.0):
            raise CalibrationError(f"mean {self.mean}, variance {self.variance}: both finite, the variance above 0")

    @property
    def sd(self) -> float:
        """Standard deviation, logits."""
        return math.sqrt(self.variance)

    def interval(self, width: float = 1.96) -> tuple[float, float]:
        """So many standard deviations about the mean; 1.96 holds 95 %."""
        return self.mean - width * self.sd, self.mean + width * self.sd

    def drifted(self, variance: float) -> Belief:
        """The same after some time, in which it may have moved with this variance (logits squared)."""
        return replace(self, variance=self.variance + max(variance, 0.0))


def beliefs_of(calibration: Calibration) -> dict[str, Belief]:
    """Where a calibration leaves off, by item id: its difficulties and the squares of their standard errors.

    An item without a difficulty is left out; one without an error has the widest belief about it.
    """
    columns = calibration.difficulty, calibration.difficulty_error, calibration.n_answers
    found = {}
    for name, difficulty, error, n in zip(calibration.item_ids, *(column.tolist() for column in columns), strict=True):
        if math.isfinite(difficulty):
            sd = min(error, NEW_SD) if math.isfinite(error) and error > 0.0 else NEW_SD
            found[name] = Belief(difficulty, sd**2, n)
    return found


def expected(item: Belief, learner: Belief, discrimination: float = 1.0) -> float:
    """Chance of a right answer, with what is not known of the learner averaged out."""
    return _logistic(_attenuated(discrimination, learner.variance) * (learner.mean - item.mean))


def update_difficulty(item: Belief, learner: Belief, score: float, discrimination: float = 1.0) -> Belief:
    """What is believed of an item after one more answer.

    Args:
        learner: what was believed of the ability before the answer.
        score: in [0, 1].

    Raises:
        CalibrationError: the score is not in [0, 1].
    """
    return _moved(item, learner, score, discrimination, direction=-1.0)


def update_ability(learner: Belief, item: Belief, score: float, discrimination: float = 1.0) -> Belief:
    """The same for the learner, with what is not known of the item averaged out."""
    return _moved(learner, item, score, discrimination, direction=1.0)


def follow(
    answers: Iterable[tuple[str, str, float]], items: dict[str, Belief], learners: dict[str, Belief], drift: float = 0.0
) -> None:
    """Take in answers, in the order in which they were given, as (learner id, item id, score); in place.

    Learners and items that are not known yet begin with the widest belief.

    Args:
        drift: variance that a learner's ability gains between two answers.
    """
    for learner_id, item_id, score in answers:
        learner, item = learners.get(learner_id, Belief()).drifted(drift), items.get(item_id, Belief())
        learners[learner_id], items[item_id] = (
            update_ability(learner, item, score),
            update_difficulty(item, learner, score),
        )


def _moved(own: Belief, other: Belief, score: float, discrimination: float, direction: float) -> Belief:
    if not 0.0 <= score <= 1.0:
        raise CalibrationError(f"score {score} is not a number from 0 to 1")
    slope = _attenuated(discrimination, other.variance)
    chance = _logistic(slope * direction * (own.mean - other.mean))
    variance = 1.0 / (1.0 / own.variance + slope**2 * chance * (1.0 - chance))
    return Belief(own.mean + direction * variance * slope * (score - chance), variance, own.n + 1)


def _attenuated(discrimination: float, variance: float) -> float:
    return discrimination / math.sqrt(1.0 + 3.0 * discrimination**2 * variance / math.pi**2)


def _logistic(x: float) -> float:
    return 0.5 + 0.5 * math.tanh(0.5 * x)
