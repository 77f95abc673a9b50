"""Items whose key may be wrong: those who give another answer do better elsewhere than those who give the key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from content.calibration.classical import OptionUse
from content.calibration.gathering import sums_by
from content.calibration.responses import Reals, Responses

LEAST_ANSWERS = 8  # of the other answer
DOUBT = 2.5  # standard errors between the two groups; docs/calibration.md shows what it finds and what it misses


@dataclass(frozen=True)
class KeyDoubt:
    """An answer that may be right although it is graded as wrong.

    Attributes:
        item_id: the item. answer: the one that may be right.
        n: learners who gave it. share: of the item's answers.
        evidence: by how many standard errors they do better elsewhere than those who were graded right.
        advantage: by how much, in the unit of the rest scores.
    """

    item_id: str
    answer: str
    n: int
    share: float
    evidence: float
    advantage: float


def doubtful_keys(responses: Responses, use: OptionUse, doubt: float = DOUBT) -> list[KeyDoubt]:
    """Answers graded as wrong that the abler learners give, the strongest evidence first, one for each item.

    Compares means of the rest scores, z = (m_answer - m_right) / sqrt(se_answer^2 + se_right^2), and asks besides that
    the answer goes with ability by itself. An item that nobody was graded right on is compared with all its answers.
    """
    if responses.choice is None:
        return []
    right, right_error = _graded_right(use, responses.n_items)
    with np.errstate(invalid="ignore", divide="ignore"):
        advantage = use.ability - right[use.item]
        evidence = advantage / np.hypot(use.ability_error, right_error[use.item])
    candidates = np.flatnonzero(~use.keyed & (use.n >= LEAST_ANSWERS) & (use.correlation > 0.0) & (evidence >= doubt))
    found: dict[int, KeyDoubt] = {}
    for row in candidates[np.argsort(-evidence[candidates], kind="stable")]:
        found.setdefault(
            int(use.item[row]),
            KeyDoubt(
                responses.item_ids[use.item[row]],
                responses.choice.names[use.option[row]],
                int(use.n[row]),
                float(use.share[row]),
                float(evidence[row]),
                float(advantage[row]),
            ),
        )
    return list(found.values())


def _graded_right(use: OptionUse, n_items: int) -> tuple[Reals, Reals]:
    """(J,) mean rest score of those graded right, of all where nobody was, and its standard error."""
    some = np.bincount(use.item, use.keyed, n_items) > 0
    counted = use.keyed | ~some[use.item]
    n = sums_by(use.item, use.n * counted, n_items)
    mean = sums_by(use.item, use.n * use.ability * counted, n_items)
    variance = sums_by(use.item, (use.n * use.ability_error) ** 2 * counted, n_items)
    return mean / np.maximum(n, 1.0), np.sqrt(variance) / np.maximum(n, 1.0)
