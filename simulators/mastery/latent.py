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

import numpy as np

from simulators.learner import mean_available
from simulators.noise import Flags, Ints, Reals
from simulators.skillwise import Cell, SkillwiseLearners

MAX_SLIP = 0.35
"""Beyond it a wrong answer would say little; Baker, Corbett and Aleven (2008) bound it by .1 at the usual items."""


def slip_at(slip: Reals, slope: float, difficulty: Reals) -> Reals:
    """Chance to fail a known skill at `difficulty` in logits, where it is `slip` at 0."""
    return np.minimum(slip * np.exp(slope * difficulty), MAX_SLIP)


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
