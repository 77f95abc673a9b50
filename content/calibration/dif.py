"""Items that work differently for equally able learners of two groups, for every group of a facet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from content.calibration.logistic_dif import LogisticDif, logistic_dif
from content.calibration.mantel_haenszel import MantelHaenszel, mantel_haenszel
from content.calibration.matching import match_learners, tabulate
from content.calibration.responses import CalibrationError, Reals, Responses

LEAST_ANSWERS = 100  # of an item in each group: below, what is found is mostly chance


@dataclass(frozen=True)
class GroupDif:
    """One focal group of a facet against the reference group, over J items.

    Attributes:
        facet: such as "locale". reference, focal: the groups.
        n_reference, n_focal: (J,) answers compared.
        mantel_haenszel, logistic: both tests; NaN for items with fewer answers than asked for in either group.
    """

    facet: str
    reference: str
    focal: str
    n_reference: Reals
    n_focal: Reals
    mantel_haenszel: MantelHaenszel
    logistic: LogisticDif


def find_dif(
    responses: Responses,
    facet: str,
    *,
    ability: Reals | None = None,
    reference: str | None = None,
    least_answers: int = LEAST_ANSWERS,
) -> list[GroupDif]:
    """Compare every group of a facet with the reference group.

    Args:
        ability: (L,) to match by where learners were asked different items.
        reference: the group to compare with; None takes the one with most answers.
        least_answers: of an item in either group.

    Raises:
        CalibrationError: no such facet or group, or no ability where one is needed.
    """
    labels = responses.facets.get(facet)
    if labels is None:
        raise CalibrationError(f"answers tell nothing of {facet!r}; they have {sorted(responses.facets)}")
    if not labels.names:
        return []
    counts = np.bincount(labels.code[labels.code >= 0], minlength=len(labels.names))
    if reference is not None and reference not in labels.names:
        raise CalibrationError(f"{reference!r} is no {facet}; there are {sorted(labels.names)}")
    base = int(np.argmax(counts)) if reference is None else labels.names.index(reference)
    strata, found = match_learners(responses, ability), []
    for focal in np.flatnonzero(counts >= least_answers):
        if focal == base:
            continue
        cells = tabulate(responses, strata, labels, base, int(focal))
        n = cells.n.sum(axis=1)
        enough = n.min(axis=1) >= least_answers
        cells.n[~enough], cells.right[~enough] = 0.0, 0.0
        tests = mantel_haenszel(cells), logistic_dif(cells)
        found.append(GroupDif(facet, cells.reference, cells.focal, n[:, 0], n[:, 1], *tests))
    return found
