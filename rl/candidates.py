"""Which few skills are worth ranking: every skill if the course is small, else the best by five criteria.

The network ranks at most 64 candidates, so that its cost does not grow with the course.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rl.arithmetic import Array, Rows, column
from rl.belief import EXERCISES, INDEX, IS_NEW, Belief, Estimate
from rl.course_view import CourseView
from rl.gains import Gains

MAX_CANDIDATES = 64
# Of the places: expected gain, due for review, weak and needed, informative, longest waiting (new ones first). Without
# the last, what the belief thinks little of is never proposed, and a learner whose memory needs even spacing suffers.
SHARES = (0.4, 0.15, 0.1, 0.1, 0.25)
PER_PLACE = np.array(SHARES)[:, None, None]


def criteria(
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, masked: NDArray[np.bool_], need: Array
) -> Array:
    """Scores (5, L, K) in the order of SHARES; -1 where no band may be shown. `need` is `dependents_need`."""
    by_band = masked.transpose(2, 0, 1)  # as the gains lie in memory
    worth = view.goal + need
    weak = 1.0 - current.mastered
    scores = np.empty((len(SHARES), *worth.shape))
    best_gain = np.maximum.reduce(gains.mixed.transpose(2, 0, 1), axis=0, where=by_band, initial=0.0)
    np.multiply(best_gain, worth, out=scores[0])
    lost = (1.0 - belief.skills[IS_NEW]) * (1.0 - current.kept)
    np.multiply(lost * gains.forecast, view.goal, out=scores[1])
    weak *= worth
    np.multiply(weak, current.ready, out=scores[2])
    np.multiply(weak, current.mastered, out=scores[3])
    np.multiply(column(belief.learners[EXERCISES]) + 1.0 - belief.skills[INDEX], worth > 0.0, out=scores[4])
    np.copyto(scores, -1.0, where=np.logical_not(np.logical_or.reduce(by_band)))
    return scores


def dependents_need(view: CourseView, current: Estimate) -> Array:
    """(L, K) how much goal weight waits behind each skill: nearer and less mastered counts more."""
    if view.descent is None:
        return np.zeros_like(current.mastered)
    y: Array = np.matvec(view.descent, view.goal * (1.0 - current.mastered))
    return y


def need_behind(view: CourseView, current: Estimate, row: int, skill: int) -> float:
    """`dependents_need` of one skill of a row, of learners who share one course."""
    if view.descent is None:
        return 0.0
    return float((view.descent[0, skill] * view.goal[row]).dot(1.0 - current.mastered[row]))


def propose(
    belief: Belief,
    view: CourseView,
    current: Estimate,
    gains: Gains,
    masked: NDArray[np.bool_],
    n_places: int,
    need: Array | None = None,
) -> Rows:
    """Skills (L, n_places) to rank, distinct in each row; all of them where K <= n_places.

    Skills that may not be shown come last and stay masked. `need` is `dependents_need`, if that is known already.
    """
    n_learners, n_skills = current.mastered.shape
    if n_skills <= n_places:
        return view.every_skill
    scores = criteria(belief, view, current, gains, masked, dependents_need(view, current) if need is None else need)
    order = (-scores).argsort(axis=2, kind="stable")
    order += np.arange(0, scores.size, n_skills).reshape(len(SHARES), n_learners, 1)  # places in the flat table
    ranks = np.empty(scores.shape)
    ranks.reshape(-1)[order] = np.arange(1, n_skills + 1) / PER_PLACE
    priority = np.minimum.reduce(ranks)
    np.add(priority, 1e9, out=priority, where=scores[0] < 0.0)
    chosen: Rows = priority.argpartition(n_places - 1, axis=1)[:, :n_places]
    chosen.sort(axis=1)
    return chosen
