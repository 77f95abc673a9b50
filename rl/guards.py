"""Guarantees around any policy: what may not be shown, whatever it says. The same in training and in serving."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rl.belief import COUNT, FAILURES, IS_NEW, Belief, Estimate
from rl.course_view import CourseView
from rl.gains import Gains

UNLOCKED = 0.3  # a prerequisite counts as met from this probability of mastery on,
TAUGHT = 1.0  # or, whatever is believed, after so many exercises
LONGEST_FAILURE_RUN = 3  # after so many wrong answers in a row only exercises likely to succeed are shown
KINDLY = 0.6  # the success probability they need

Bools = NDArray[np.bool_]


def unlocked_skills(belief: Belief, view: CourseView, current: Estimate) -> Bools:
    """(L, K) skills whose prerequisites are all met or were taught, or that were practised before."""
    if view.prerequisites is None:
        return np.ones(current.mastered.shape, dtype=bool)
    untaught = (current.mastered < UNLOCKED) & (belief.skills[COUNT] < TAUGHT)
    missing = np.matvec(view.prerequisites, untaught.astype(np.float64))
    met: Bools = missing * belief.skills[IS_NEW] < 0.5
    return met


def permitted(
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, allowed: Bools | None = None
) -> tuple[Bools, Bools]:
    """Candidates that may be shown, (L, K, B), and which guards spoke, (L, 2): prerequisites, failure run.

    `allowed` (L, K, B) is what the caller permits (exposure caps, a teacher's bans); it is never widened. Where a guard
    would leave nothing, it gives way: after failures the likeliest to succeed stays, prerequisites are set aside.
    """
    n_learners, n_skills = current.mastered.shape
    served = view.available if allowed is None else view.available & allowed
    spoke = np.zeros((n_learners, 2), dtype=bool)
    if view.prerequisites is None:
        masked = np.empty((n_learners, n_skills, served.shape[2]), dtype=bool)
        masked[:] = served
    else:
        masked = served & unlocked_skills(belief, view, current)[:, :, None]
        some = _any(masked)
        spoke[:, 0] = some & _any(masked != served)
        if np.count_nonzero(some) < n_learners:
            np.copyto(masked, served, where=~some[:, None, None])
    failing = belief.learners[FAILURES] >= LONGEST_FAILURE_RUN
    if np.count_nonzero(failing):
        spoke[:, 1] = failing
        _keep_kind(masked, gains.success, np.flatnonzero(failing))
    return masked, spoke


def _any(candidates: Bools) -> Bools:
    """Whether any candidate of each learner is marked (L,)."""
    y: Bools = np.logical_or.reduce(candidates.reshape(candidates.shape[0], -1), axis=1)
    return y


def _keep_kind(masked: Bools, success: NDArray[np.float64], rows: NDArray[np.intp]) -> None:
    """Of the rows' permitted candidates keep those likely to succeed, at least the likeliest (in place)."""
    chances = np.where(masked[rows], success[rows], -1.0)
    best = chances.max(axis=(1, 2), keepdims=True)
    masked[rows] &= chances >= np.minimum(best, KINDLY)
