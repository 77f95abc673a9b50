"""How well predicted chances fit answers: AUC, log-likelihood, and intervals by bootstrap over learners."""

from __future__ import annotations

import msgspec
import numpy as np

from simulators.noise import Ints, Reals

LEAST = 1e-6


class Fitness(msgspec.Struct, frozen=True, rename="camel"):
    """How well chances predict answers that they were not fitted to.

    Attributes:
        auc: area under the ROC curve.
        log_likelihood: mean natural log-likelihood of an answer.
    """

    auc: float
    log_likelihood: float


def auc(correct: Reals, chance: Reals) -> float:
    """Area under the ROC curve, ties counted half.

    Raises:
        ValueError: all answers are alike.
    """
    values, index, counts = np.unique(chance, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    rank = (ends - (counts - 1) / 2.0)[index]
    n_right = float(correct.sum())
    n_wrong = len(correct) - n_right
    if n_right == 0 or n_wrong == 0:
        raise ValueError(
            f"an AUC needs right and wrong answers, got {n_right:.0f} right of {len(correct)} ({len(values)} chances)"
        )
    return float((rank[correct > 0.5].sum() - n_right * (n_right + 1) / 2.0) / (n_right * n_wrong))


def fitness(correct: Reals, chance: Reals) -> Fitness:
    """Of N answers."""
    sure = np.clip(chance, LEAST, 1.0 - LEAST)
    likelihood = np.where(correct > 0.5, np.log(sure), np.log1p(-sure))
    return Fitness(auc(correct, chance), float(likelihood.mean()))


def means_by(learner: Ints, group: Ints, value: Reals, n_groups: int) -> tuple[Reals, Reals]:
    """(learners, groups) sums and counts of a value, the material of a bootstrap by learner."""
    who = np.unique(learner, return_inverse=True)[1]
    shape = int(who.max()) + 1, n_groups
    sums, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, (who, group), value)
    np.add.at(counts, (who, group), 1.0)
    return sums, counts
