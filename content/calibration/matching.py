"""Learners of two groups put side by side who are about equally able: what differential item functioning is seen in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.calibration.gathering import sums_by
from content.calibration.responses import CalibrationError, Flags, Labels, Reals, Responses

STRATA = 20  # where abilities are not counted in points


@dataclass(frozen=True)
class Strata:
    """L learners sorted into S levels of ability.

    Attributes:
        of: (L,) level of each learner, rising with ability.
        level: (S,) mean ability of each, in standard deviations of all learners.
    """

    of: NDArray[np.intp]
    level: Reals


@dataclass(frozen=True)
class Cells:
    """Answers to J items by level of ability and group, (J, S, 2); group 0 is the reference, 1 the focal one.

    Attributes:
        right: right answers. n: all.
        level: (S,) mean ability of each level.
        reference, focal: names of the groups.
    """

    right: Reals
    n: Reals
    level: Reals
    reference: str
    focal: str


def match_learners(responses: Responses, ability: Reals | None = None) -> Strata:
    """Levels of learners: the number of right answers where all answered everything, else 20 equal shares of ability.

    Args:
        ability: (L,) by which to match where learners were asked different things; see
            `content.calibration.abilities.estimate_abilities`.

    Raises:
        CalibrationError: learners were asked different things and no ability is given.
    """
    total = sums_by(responses.learner, responses.score, responses.n_learners)
    complete = responses.n_answers == responses.n_learners * responses.n_items
    if complete:
        values, level = np.unique(total, return_inverse=True)
        return Strata(level, (values - total.mean()) / max(float(total.std()), 1e-9))
    if ability is None or ability.shape != (responses.n_learners,):
        raise CalibrationError("learners answered different items; give the ability of each, to match them by")
    edges = np.unique(np.quantile(ability, np.linspace(0.0, 1.0, STRATA + 1)[1:-1]))
    of = np.searchsorted(edges, ability, side="right")
    n = np.maximum(np.bincount(of, minlength=len(edges) + 1), 1)
    mean = sums_by(of, ability, len(edges) + 1) / n
    return Strata(of, (mean - ability.mean()) / max(float(ability.std()), 1e-9))


def tabulate(responses: Responses, strata: Strata, labels: Labels, reference: int, focal: int) -> Cells:
    """Count answers by item, level and group; answers of other groups are left out.

    Args:
        labels: the group of each answer. reference, focal: codes among its names.
    """
    shape = (responses.n_items, len(strata.level), 2)
    chosen: Flags = (labels.code == reference) | (labels.code == focal)
    group = (labels.code[chosen] == focal).astype(np.intp)
    level = strata.of[responses.learner[chosen]]
    cell = (responses.item[chosen].astype(np.intp) * shape[1] + level) * 2 + group
    right, n = (
        sums_by(cell, values, shape[0] * shape[1] * 2).reshape(shape)
        for values in (responses.score[chosen], np.ones(len(cell)))
    )
    return Cells(right, n, strata.level, labels.names[reference], labels.names[focal])
