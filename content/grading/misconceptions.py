"""Wrong answers that many learners share, proposed to the author as misconceptions; a person decides.

Answers that read the same are one. With an encoder, answers that mean much the same join: clusters are merged while the
mean cosine between their members (average linkage; Sokal and Michener 1958) is at least `LEAST_LIKENESS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from content.grading.essays.reading import Encode
from content.grading.text import plain_form
from content.items import TextPolicy

LEAST_LIKENESS = 0.72
MAX_DIFFERENT = 600  # the most frequent of them are looked at; time grows with the cube
LEAST_LEARNERS = 3
LEAST_SHARE = 0.05
N_EXAMPLES = 5
_POLICY = TextPolicy(accents="ignored", typos="none")


class WrongAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner gave, as text, and who it was."""

    text: str
    learner: str


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong answer worth a misconception of its own.

    Attributes:
        answer: the one nearest to all others of the cluster, as the most learners wrote it.
        examples: up to five more of the cluster, the most frequent first.
        n_learners: how many gave one of the cluster.
        share: of all learners who were wrong.
        likeness: mean cosine within the cluster, 1 where all read the same.
    """

    answer: str
    examples: tuple[str, ...]
    n_learners: int
    share: float
    likeness: float


def propose(wrong: Sequence[WrongAnswer], known: Sequence[str] = (), encode: Encode | None = None) -> list[Proposal]:
    """Clusters of three learners or more and 5 % of those who were wrong, the largest first.

    Args:
        wrong: answers graded as wrong, of one item.
        known: wrong answers of the item's misconceptions, which are not proposed again.
        encode: vectors of texts; without it only answers that read the same are one, as suits numbers and expressions.
    """
    learners: dict[str, set[str]] = defaultdict(set)
    wordings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in wrong:
        form = plain_form(one.text, _POLICY)
        learners[form].add(one.learner)
        wordings[form][one.text.strip()] += 1
    everyone = {one.learner for one in wrong}
    taken = {plain_form(text, _POLICY) for text in known}
    forms = sorted((f for f in learners if f not in taken), key=lambda form: (-len(learners[form]), form))
    forms = forms[:MAX_DIFFERENT]
    if not forms:
        return []
    alike = _likeness(forms, encode)
    proposals = []
    for members in _clusters(alike):
        who = set().union(*(learners[forms[k]] for k in members))
        if len(who) < LEAST_LEARNERS or len(who) < LEAST_SHARE * len(everyone):
            continue
        proposals.append(_proposal(members, alike, [_usual(wordings[form]) for form in forms], who, len(everyone)))
    return sorted(proposals, key=lambda one: (-one.n_learners, one.answer))


def _likeness(forms: Sequence[str], encode: Encode | None) -> NDArray[np.float64]:
    """Cosines [form, form]; without an encoder the identity."""
    if encode is None:
        return np.eye(len(forms))
    vectors = np.array([one.sentence for one in encode(forms)], np.float64)
    return np.clip(vectors @ vectors.T, -1.0, 1.0)


def _clusters(alike: NDArray[np.float64]) -> list[list[int]]:
    """Agglomerative clustering by average linkage, down to the least likeness; ties go to the first."""
    members = [[k] for k in range(len(alike))]
    between = alike.copy()
    np.fill_diagonal(between, -np.inf)
    while len(members) > 1:
        flat = int(between.argmax())
        one, other = divmod(flat, len(members))
        if between[one, other] < LEAST_LIKENESS:
            break
        one, other = min(one, other), max(one, other)
        n_one, n_other = len(members[one]), len(members[other])
        joined = (n_one * between[one] + n_other * between[other]) / (n_one + n_other)
        between[one], between[:, one] = joined, joined
        between[one, one] = -np.inf
        between = np.delete(np.delete(between, other, axis=0), other, axis=1)
        members[one] += members.pop(other)
    return members


def _usual(wordings: dict[str, int]) -> str:
    """The wording that most learners used."""
    return min(wordings, key=lambda text: (-wordings[text], text))


def _proposal(
    members: list[int], alike: NDArray[np.float64], texts: Sequence[str], who: set[str], n_wrong: int
) -> Proposal:
    within = alike[np.ix_(members, members)]
    middle = members[int(within.sum(axis=1).argmax())]
    others = [texts[k] for k in sorted(members) if k != middle][:N_EXAMPLES]
    n = len(members)
    likeness = 1.0 if n == 1 else float((within.sum() - np.trace(within)) / (n * (n - 1)))
    return Proposal(
        answer=texts[middle], examples=tuple(others), n_learners=len(who), share=len(who) / n_wrong, likeness=likeness
    )
