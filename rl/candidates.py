"""Which few skills are worth ranking: every skill if the course is small, else the best by four criteria.

The network ranks at most 64 candidates, so that its cost does not grow with the course.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rl.arithmetic import Array, Rows
from rl.belief import IS_NEW, Belief, Estimate
from rl.course_view import CourseView
from rl.gains import Gains

MAX_CANDIDATES = 64
SHARES = (0.5, 0.2, 0.15, 0.15)  # of the places: expected gain, due for review, weak and needed, informative


def criteria(belief: Belief, view: CourseView, current: Estimate, gains: Gains, masked: NDArray[np.bool_]) -> Array:
    """Scores (4, L, K) in the order of SHARES; -1 where no band may be shown."""
    by_band = masked.transpose(2, 0, 1)  # as the gains lie in memory
    shown = by_band.any(axis=0)
    practised = 1.0 - belief.skills[IS_NEW]
    need = dependents_need(view, current)
    worth = view.goal + need
    best_gain = np.where(by_band, gains.mixed.transpose(2, 0, 1), -1.0).max(axis=0)
    scores = np.stack(
        [
            np.maximum(best_gain, 0.0) * worth,
            practised * (1.0 - current.kept) * gains.forecast * view.goal,
            (1.0 - current.mastered) * current.ready * worth,
            current.mastered * (1.0 - current.mastered) * worth,
        ]
    )
    y: Array = np.where(shown, scores, -1.0)
    return y


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
) -> Rows:
    """Skills (L, n_places) to rank, distinct in each row; all of them where K <= n_places.

    Skills that may not be shown come last and stay masked.
    """
    n_learners, n_skills = current.mastered.shape
    if n_skills <= n_places:
        return view.every_skill
    scores = criteria(belief, view, current, gains, masked)
    priority = np.full((n_learners, n_skills), np.inf)
    places = np.arange(1, n_skills + 1, dtype=np.float64)
    for score, share in zip(scores, SHARES, strict=True):
        rank = np.empty_like(priority)
        order = np.argsort(-score, axis=1, kind="stable")
        np.put_along_axis(rank, order, np.broadcast_to(places, rank.shape), axis=1)
        np.minimum(priority, rank / share, out=priority)
    priority += np.where(scores[0] < 0.0, 1e9, 0.0)
    chosen = np.argpartition(priority, n_places - 1, axis=1)[:, :n_places]
    chosen.sort(axis=1)
    return chosen
