"""What the network sees: (N, F) numbers for candidates, (C,) for the moment; none depends on the course's size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rl.belief import (
    ACCURACY,
    COUNT,
    EVIDENCE,
    EXERCISES,
    FAILURES,
    FIRSTS,
    FIRSTS_KNOWN,
    HAD_GROWTH,
    HAD_MASTERY,
    INDEX,
    MASSED,
    POSITION,
    RECENT,
    REPEATS,
    STABILITY,
    SURPRISE,
    VARIANCE,
    Array,
    Belief,
    CourseView,
    Estimate,
    Rows,
)
from rl.candidates import dependents_need
from rl.gains import Gains

Floats = NDArray[np.float32]
ROLLING_DAYS = 30.0
NEED_WEIGHT = 0.2  # of what waits behind a skill, in the one-step advantage

# Names of the candidate features, in order; `skill_` ones are shared by the bands of a skill.
SKILL_FEATURES = (
    "variance",
    "known",
    "had",
    "kept",
    "forecast",
    "mastered",
    "log_stability",
    "log_count",
    "log_days_since",
    "recency",
    "ready",
    "need",
    "goal",
    "accuracy",
    "massed",
    "is_new",
    "depth",
)
BAND_FEATURES = ("margin", "success", "closeness", "guess", "gain_growth", "gain_mastery", "gain", "advantage")
CONTEXT_FEATURES = (
    "left_share",
    "left_per_skill",
    "rolling",
    "log_horizon",
    "log_position",
    "recent",
    "failures",
    "had_share",
    "surprise",
    "evidence",
    "forecast",
    "mastered",
    "log_skills",
    "log_exercises",
    "best_gain",
    "repeats",
)
N_FEATURES = len(SKILL_FEATURES) + len(BAND_FEATURES)
N_CONTEXT = len(CONTEXT_FEATURES)
ADVANTAGE = N_FEATURES - 1


@dataclass(frozen=True)
class Moment:
    """When a choice is made, arrays (L,).

    Attributes:
        now: days, on the clock of the outcomes.
        horizon_days: days until the test, or the rolling 30.
        exercises_left: until the end of the course's time; -1 where nobody knows.
        rolling: 1.0 where there is no test date.
    """

    now: Array
    horizon_days: Array
    exercises_left: Array
    rolling: Array


def candidate_features(
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, moment: Moment, skills: Rows
) -> Floats:
    """(L, P * B, F) for the P proposed `skills` (L, P) in all their bands, skill by skill."""
    fields, learners = belief.skills, belief.learners
    n_learners, n_places = skills.shape
    n_bands = view.difficulty.shape[2]
    relative = view.n_skills[:, None]
    practised = fields[COUNT] > 0
    elapsed = current.elapsed
    had = fields[HAD_GROWTH] + current.mixture * (fields[HAD_MASTERY] - fields[HAD_GROWTH])
    since = learners[EXERCISES][:, None] + 1.0 - fields[INDEX]
    massed = fields[MASSED] * np.exp(-elapsed / 0.1)
    worth = view.goal * relative
    need = dependents_need(view, current) * relative
    table = np.stack(
        [
            fields[VARIANCE],
            current.known,
            had,
            current.kept,
            gains.forecast,
            current.mastered,
            0.4 * np.log(fields[STABILITY]),
            0.5 * np.log1p(fields[COUNT]),
            0.5 * np.log1p(elapsed),
            1.0 / since,
            current.ready,
            np.minimum(need, 8.0) * 0.25,
            np.minimum(worth, 8.0) * 0.25,
            fields[ACCURACY],
            0.3 * massed,
            np.where(practised, 0.0, 1.0),
            view.depth,
        ]
    )
    everything = n_places == view.difficulty.shape[1]
    rows = np.arange(n_learners)[:, None]
    picked = table if everything else table[:, rows, skills]
    out = np.empty((n_learners, n_places, n_bands, N_FEATURES), dtype=np.float32)
    out[..., : len(SKILL_FEATURES)] = picked.transpose(1, 2, 0)[:, :, None, :]

    def chosen(x: Array) -> Array:
        return x if everything else x[rows, skills]

    reward = (worth + NEED_WEIGHT * need)[:, :, None]
    gain = chosen(gains.mixed * reward)
    success = chosen(gains.success)
    ability = chosen(current.ability)[:, :, None]
    at = len(SKILL_FEATURES)
    out[..., at] = np.clip((ability - chosen(view.difficulty)) * 0.4, -2.0, 2.0)
    out[..., at + 1] = success
    out[..., at + 2] = 1.0 - np.abs(success - 0.6)
    out[..., at + 3] = chosen(view.guess)
    out[..., at + 4] = np.clip(8.0 * chosen(gains.growth), -2.0, 3.0)
    out[..., at + 5] = np.clip(8.0 * chosen(gains.mastery), -2.0, 3.0)
    out[..., at + 6] = np.clip(4.0 * gain, -2.0, 4.0)
    best = np.maximum(gain.max(axis=(1, 2), keepdims=True), 1e-4)
    out[..., at + 7] = np.maximum(gain / best, -1.0)
    return out.reshape(n_learners, n_places * n_bands, N_FEATURES)


def context_features(belief: Belief, view: CourseView, current: Estimate, gains: Gains, moment: Moment) -> Floats:
    """(L, C) for the moment."""
    learners = belief.learners
    known_left = moment.exercises_left >= 0
    left = np.where(known_left, moment.exercises_left, 30.0)
    out = np.empty((N_CONTEXT, moment.now.shape[0]), dtype=np.float32)
    out[0] = np.where(known_left, left / (left + learners[EXERCISES] + 1.0), 0.5)
    out[1] = 0.4 * np.log1p(left / view.n_skills)
    out[2] = moment.rolling
    out[3] = 0.3 * np.log1p(moment.horizon_days)
    out[4] = 0.3 * np.log1p(learners[POSITION])
    out[5] = learners[RECENT]
    out[6] = np.minimum(learners[FAILURES], 4.0) * 0.25
    out[7] = learners[FIRSTS_KNOWN] / (learners[FIRSTS] + 1.0)
    out[8] = 2.0 * learners[SURPRISE]
    out[15] = 0.25 * np.minimum(learners[REPEATS], 6.0)
    out[9] = 0.4 * learners[EVIDENCE]
    out[10] = (gains.forecast * view.goal).sum(axis=1)
    out[11] = (current.mastered * view.goal).sum(axis=1)
    out[12] = 0.2 * np.log(view.n_skills)
    out[13] = 0.2 * np.log1p(learners[EXERCISES])
    out[14] = np.clip(5.0 * (gains.mixed * view.goal[:, :, None]).max(axis=(1, 2)) * view.n_skills, 0.0, 4.0)
    return out.T
