"""Skills as hidden bits: what the families share in which a skill is known for good, or not known.

For learner i, skill k, a band of difficulty beta (logits):

    response     P = 1 - slip_i(beta) if known else max(guess_i, guess of the item)
                 slip_i(beta) = min(.35, slip_i exp(slip_slope beta))       (items differ: Pardos and Heffernan 2011)
    learning     unknown becomes known with chance rate_ik ready, times hint_share after a hint; right or wrong alike

Known stays known. At difficulty 0 and without a guess of the item these are the published response curves: of Bayesian
knowledge tracing, and of DINA for items that need one skill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulators.learner import mean_available
from simulators.limits import CHANCE, FINITE, NOT_NEGATIVE, SHARE, SHARES, check
from simulators.noise import Flags, Ints, Reals
from simulators.skillwise import Cell, SkillwiseLearners
from simulators.spread import LogNormal

MAX_SLIP = 0.35
"""Beyond it a wrong answer would say little; Baker, Corbett and Aleven (2008) bound it by .1 at the usual items."""


def slip_at(slip: Reals, slope: float, difficulty: Reals) -> Reals:
    """Chance to fail a known skill at `difficulty` in logits, where it is `slip` at 0."""
    return np.minimum(slip * np.exp(slope * difficulty), MAX_SLIP)


MAX_RATE = 0.95


@dataclass(frozen=True)
class LatentPopulation:
    """Parameters that both families have.

    Attributes:
        rate_skill: standard deviation between skills of the logit, or the logarithm, of the chance to learn.
        slip: chance to fail a known skill at difficulty 0; times exp(slip_slope * difficulty), at most .35.
        slip_slope: rise of the log of the slip per logit of difficulty.
        guess: chance to answer an unknown skill right; the larger of this and the item's guess is used.
        known_share: (low, high) of the share of skills known at the start.
        hint_lift: share of the failures that a hint repairs.
        hint_share: share of the chance to learn that survives a hint.

    Raises:
        ValueError: impossible parameters, all of them named.
    """

    rate_skill: float = 0.4
    slip: LogNormal = LogNormal(0.07, 0.4, 0.01, 0.2)
    slip_slope: float = 0.4
    guess: LogNormal = LogNormal(0.1, 0.4, 0.01, 0.3)
    known_share: tuple[float, float] = (0.0, 0.7)
    hint_lift: float = 0.3
    hint_share: float = 0.7

    def __post_init__(self) -> None:
        check(
            self,
            {
                "rate_skill": NOT_NEGATIVE,
                "slip_slope": FINITE,
                "guess": CHANCE,
                "known_share": SHARES,
                "hint_lift": SHARE,
                "hint_share": SHARE,
                "slip": CHANCE,
            },
        )


class LatentLearners(SkillwiseLearners):
    """Learners whose skills are known or not; a subclass draws them.

    Attributes:
        FIELDS: "known", 0 or 1; "rate", the chance that one practice makes it known where nothing is in the way.
        TRAITS: "slip" and "guess", as in the module.
    """

    FIELDS = ("known", "rate")
    TRAITS = ("slip", "guess")
    DRAWN = "known"

    def __init__(
        self, n_learners: int, n_skills: int, slip_slope: float, unready: float, hint_lift: float, hint_share: float
    ) -> None:
        super().__init__(n_learners, n_skills, unready=unready, hint_lift=hint_lift, hint_share=hint_share)
        self.slip_slope = slip_slope

    def solved(self, cell: Cell, at: Reals) -> Reals:  # noqa: ARG002 - nothing is forgotten
        """1 where the skill is known."""
        return cell.fields["known"]

    def slip(self, cell: Cell) -> Reals:
        """Chance to fail a known skill, rising with the band."""
        return slip_at(cell.traits["slip"], self.slip_slope, cell.difficulty)

    def guess(self, cell: Cell, item: Reals) -> Reals:
        """Chance to be right without knowing: the learner's own, or the item's where that is larger."""
        return np.maximum(cell.traits["guess"], item)

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """The chance that the skill is known after practice."""
        known = cell.fields["known"]
        return {"known": known + (1.0 - known) * (cell.fields["rate"] * cell.ready * effort)}

    def known_score(self, rows: Ints) -> Reals:
        """(n, K) expected test score of a skill that is known, averaged over the available bands."""
        return mean_available(1.0 - self.slip(self._table(rows)), self._courses.available[rows])
