"""Marginal likelihood: what the answers say of abilities, given the items, summed over a normal population.

With z standard normal and item curves P(z) = sigmoid(slope z + intercept), a learner's answers x have likelihood

    L(x) = sum over points q of w_q prod over items j of P_j(z_q)^x_j (1 - P_j(z_q))^(1 - x_j)

Source: Bock and Aitkin (1981), Psychometrika 46(4), equations 6 to 15. As the curves are logistic, all that maximising
needs of the answers is the expected number of learners at each point, by item, and each item's sum of posterior means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.gathering import RowSums, sums_by
from content.calibration.logistic import softplus
from content.calibration.quadrature import Grid
from content.calibration.responses import Ints, Reals, Responses

LEARNERS_AT_ONCE = 2048  # so that a block of posteriors fits a processor's cache


@dataclass(frozen=True)
class Curves:
    """J item curves on a standard normal ability.

    Attributes:
        slope: (J,) discrimination by the standard deviation of abilities.
        intercept: (J,) logit of a right answer of the average learner.
    """

    slope: Reals
    intercept: Reals

    def logits(self, grid: Grid) -> Reals:
        """(J, Q) of a right answer at each point."""
        return self.slope[:, None] * grid.points + self.intercept[:, None]


@dataclass(frozen=True)
class Expectation:
    """What is expected under the posteriors at given curves.

    Attributes:
        log_likelihood: marginal, natural log, of all answers.
        at_points: (J, Q) learners who answered each item, by point.
        n_right: (J,) right answers.
        right_ability: (J,) sum of the posterior means of those who answered right.
        mean, sd: (L,) of each learner's posterior, in standard deviations of the population.
    """

    log_likelihood: float
    at_points: Reals
    n_right: Reals
    right_ability: Reals
    mean: Reals
    sd: Reals


@dataclass(frozen=True)
class _Block:
    learners: slice
    by_learner: RowSums
    by_item: RowSums


class Marginal:
    """Answers laid out for repeated passes: memory for 4 numbers an answer, and blocks of 2,048 learners."""

    def __init__(self, responses: Responses, grid: Grid) -> None:
        self.grid, self.n_items, self.n_learners = grid, responses.n_items, responses.n_learners
        order = np.argsort(responses.learner, kind="stable")
        self.learner, self.item = responses.learner[order], responses.item[order]
        self.score = responses.score[order]
        self.n_right = sums_by(self.item, self.score, self.n_items)
        self.blocks = [self._block(start) for start in range(0, self.n_learners, LEARNERS_AT_ONCE)]

    def _block(self, start: int) -> _Block:
        end = min(start + LEARNERS_AT_ONCE, self.n_learners)
        rows = slice(*np.searchsorted(self.learner, [start, end]))
        learner: Ints = self.learner[rows] - np.int32(start)
        item = self.item[rows]
        return _Block(slice(start, end), RowSums(learner, item, end - start), RowSums(item, learner, self.n_items))

    def expect(self, curves: Curves) -> Expectation:
        """One pass over all answers."""
        z = self.grid.points
        wrong = softplus(curves.logits(self.grid))
        weighted = self._by_learner(curves.slope), self._by_learner(curves.intercept)
        at_points = np.zeros((self.n_items, len(z)))
        mean, square = np.empty(self.n_learners), np.empty(self.n_learners)
        log_likelihood = 0.0
        for block in self.blocks:
            joint = weighted[0][block.learners, None] * z + weighted[1][block.learners, None]
            joint += self.grid.log_weights
            joint -= block.by_learner(wrong)
            posterior, of_block = normalised(joint)
            log_likelihood += float(of_block.sum())
            at_points += block.by_item(posterior)
            mean[block.learners], square[block.learners] = posterior @ z, posterior @ z**2
        right_ability = sums_by(self.item, self.score * mean[self.learner], self.n_items)
        sd = np.sqrt(np.maximum(square - mean**2, 0.0))
        return Expectation(log_likelihood, at_points, self.n_right, right_ability, mean, sd)

    def _by_learner(self, values: Reals) -> Reals:
        """(L,) sums of an item's value over the right answers of each learner."""
        return sums_by(self.learner, self.score * values[self.item], self.n_learners)


def normalised(joint: Reals) -> tuple[Reals, Reals]:
    """Posteriors (L, Q), in place of the log of the joint density, and the log of their sums (L,)."""
    highest = joint.max(axis=1)
    joint -= highest[:, None]
    posterior: NDArray[np.float64] = np.exp(joint, out=joint)
    total = posterior.sum(axis=1)
    posterior /= total[:, None]
    return posterior, highest + np.log(total)
