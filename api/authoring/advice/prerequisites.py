"""Which skills may have to be known before others, learned from answers, each with its evidence. Pure functions.

For a pair (a, b): of learners who met a before their first answer to b, those whose last answer to a was right are
compared with those whose last was wrong. What every able learner does better is no prerequisite: so the same is asked
the other way round, and a pair is told only where a helps b clearly more than b helps a.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import NamedTuple

from api.authoring.advice.answers import Answered
from content.graph import Skill

LEAST_LEARNERS = 30
"""On each side of a comparison."""
LEAST_LIFT = 0.1
LEAST_EVIDENCE = 3.0
RIGHT = 0.5
Counts = dict[tuple[str, str], list[int]]


class Prerequisite(NamedTuple):
    """Skill `before` may have to be known before `skill`.

    Attributes:
        right_known, right_unknown: share of right first answers to the skill of those who knew the other, and of those
            who did not; n_known, n_unknown how many learners these are.
        evidence: of the difference, in standard errors.
        lift: the difference, less what the reverse has.
    """

    before: str
    skill: str
    right_known: float
    right_unknown: float
    n_known: int
    n_unknown: int
    evidence: float
    lift: float


def counted(counts: Counts, answers: Sequence[Answered]) -> None:
    """Take in one learner's answers, in order: for each pair whether the one was known, and the other right at once."""
    last: dict[str, bool] = {}
    first_seen: set[str] = set()
    for answer in answers:
        skill, right = answer.skills[0], answer.score >= RIGHT
        if skill not in first_seen:
            first_seen.add(skill)
            for other, known in last.items():
                if other != skill:
                    counts[other, skill][2 * known + right] += 1
        last[skill] = right


def fresh_counts() -> Counts:
    """Nothing counted; of a pair: [unknown and wrong, unknown and right, known and wrong, known and right]."""
    return defaultdict(lambda: [0, 0, 0, 0])


def suggested_prerequisites(counts: Counts, skills: Iterable[Skill]) -> list[Prerequisite]:
    """Pairs that the answers speak for and the course does not have, the clearest first; none would close a circle."""
    needs = {skill.id: set(skill.prerequisites) for skill in skills}
    found = []
    for (before, skill), cell in counts.items():
        if before not in needs or skill not in needs or before in _all_needs(needs, skill):
            continue
        if skill in _all_needs(needs, before):
            continue
        compared = _compared(cell)
        if compared is None:
            continue
        known, unknown, evidence = compared
        reverse = _compared(counts.get((skill, before), [0, 0, 0, 0]))
        lift = known - unknown - (max(0.0, reverse[0] - reverse[1]) if reverse else 0.0)
        if evidence >= LEAST_EVIDENCE and lift >= LEAST_LIFT:
            n_known, n_unknown = cell[2] + cell[3], cell[0] + cell[1]
            found.append(Prerequisite(before, skill, known, unknown, n_known, n_unknown, evidence, lift))
    return sorted(found, key=lambda one: (-one.lift, one.before, one.skill))


def _compared(cell: list[int]) -> tuple[float, float, float] | None:
    """Shares right of those who knew and those who did not, and the difference in standard errors; None for too few.

    The standard error is that of two proportions with the pooled share.
    """
    n_unknown, n_known = cell[0] + cell[1], cell[2] + cell[3]
    if min(n_unknown, n_known) < LEAST_LEARNERS:
        return None
    known, unknown = cell[3] / n_known, cell[1] / n_unknown
    pooled = (cell[1] + cell[3]) / (n_known + n_unknown)
    error = sqrt(pooled * (1.0 - pooled) * (1.0 / n_known + 1.0 / n_unknown))
    return known, unknown, (known - unknown) / error if error > 0 else 0.0


def _all_needs(needs: dict[str, set[str]], skill: str) -> set[str]:
    found: set[str] = set()
    waiting = list(needs.get(skill, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needs.get(name, ()))
    return found
