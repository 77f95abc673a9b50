"""What the network sees: (N, F) numbers for candidates, (C,) for the moment; none depends on the course's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl.arithmetic import ARRAYS, SCALARS, Arithmetic, Array, Number, Rows, column
from rl.belief import (
    ACCURACY,
    EVIDENCE,
    EXERCISES,
    FAILURES,
    FIRSTS,
    FIRSTS_KNOWN,
    HAD_GROWTH,
    HAD_MASTERY,
    INDEX,
    IS_NEW,
    LAST_SCORE,
    LOG_COUNT,
    LOG_ERRORS,
    LOG_STABILITY,
    LOG_SUCCESSES,
    MASSED,
    POSITION,
    RECENT,
    REPEATS,
    SCORES,
    SITUATIONS,
    SPACED,
    SURPRISE,
    SURPRISES,
    VARIANCE,
    Belief,
    Estimate,
)
from rl.candidates import dependents_need
from rl.course_view import CourseView
from rl.filters import MASSED_DAYS
from rl.gains import Gains
from rl.teachers.composite import CompositeSettings, Skills, appeal

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
    "last_score",
    "log_successes",
    "log_errors",
    "spaced",
    "turn",
)
BAND_FEATURES = (
    "margin",
    "success",
    "closeness",
    "guess",
    "gain_growth",
    "gain_mastery",
    "gain",
    "advantage",
    "nearly_sure",
    "rule_frontier",
    "rule_review",
    "rule_success",
)
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
    *(f"surprise_{name}" for name in SITUATIONS),
    *(f"score_{name}" for name in SITUATIONS),
)
N_FEATURES = len(SKILL_FEATURES) + len(BAND_FEATURES)
N_CONTEXT = len(CONTEXT_FEATURES)
KEPT_ROW, MASTERED_ROW, READY_ROW, IS_NEW_ROW = (
    SKILL_FEATURES.index(name) for name in ("kept", "mastered", "ready", "is_new")
)
CLOSENESS, ADVANTAGE, NEARLY_SURE = (BAND_FEATURES.index(name) for name in ("closeness", "advantage", "nearly_sure"))
# What the composite rule would choose, looking mainly at what waits behind a skill, at what is forgotten, at success.
RULES = (
    CompositeSettings(target=0.45, need=0.5, forgetting=0.1, closeness=0.8),
    CompositeSettings(target=0.35, need=0.1, forgetting=1.1, closeness=3.9),
    CompositeSettings(target=0.6, need=0.0, forgetting=0.3, closeness=1.7),
)
RULE_POWER = 3.0  # on a candidate's share of the rule's best, which sets the best apart
NEARLY_SURE_AT, NEARLY_SURE_SLOPE = 0.9, 4.0
# What features are multiplied by to be of the order of 1, and between which those of a band are then kept.
_SKILL_FACTORS = (1, 1, 1, 1, 1, 1, 0.4, 0.5, 0.5, 1, 1, 0.25, 0.25, 1, 0.3, 1, 1, 1, 0.5, 0.5, 0.25, 1)
_BAND_FACTORS = (0.4, 1, 1, 1, 8, 8, 4, 1, 1, 1, 1, 1)
SKILL_FACTORS = np.array(_SKILL_FACTORS, dtype=np.float64)[:, None, None]
BAND_FACTORS = np.array(_BAND_FACTORS, dtype=np.float64)[:, None, None, None]
_LIMITS = ((-2, 2), (0, 1), (0, 1), (0, 1), (-2, 3), (-2, 3), (-2, 4), (-1, 1), *4 * ((0, 1),))
LEAST, MOST = (np.array(side, dtype=np.float64)[:, None, None, None] for side in zip(*_LIMITS, strict=True))


@dataclass(slots=True)
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
    belief: Belief,
    view: CourseView,
    current: Estimate,
    gains: Gains,
    skills: Rows,
    mask: NDArray[np.bool_],
    need: Array | None = None,
) -> Floats:
    """(L, P * B, F) for the P proposed `skills` (L, P) in all their bands, skill by skill.

    `mask` (L, P * B) says which may be chosen. `need` (L, K) is `dependents_need`, if it is known already.
    """
    n_learners, n_places = skills.shape
    n_bands = view.difficulty.shape[2]
    at = _Places(skills, view.goal.shape[1])
    need = at(dependents_need(view, current) if need is None else need) * column(view.n_skills)
    worth = at(view.worth)
    may = mask.reshape(n_learners, n_places, n_bands).transpose(2, 0, 1)
    by_skill = _skill_rows(at, belief, view, current, gains, need, worth, may)
    practised = 1.0 - by_skill[IS_NEW_ROW]
    ruled = Skills(worth, need, by_skill[MASTERED_ROW], by_skill[READY_ROW], by_skill[KEPT_ROW], practised)
    by_band = _band_rows(at, view, current, gains, ruled, may)
    out = np.empty((n_learners, n_places, n_bands, N_FEATURES), dtype=np.float32)
    first = len(SKILL_FEATURES)
    out[..., :first] = by_skill.transpose(1, 2, 0)[:, :, None, :]
    out[..., first:] = _finish(by_band).transpose(2, 3, 1, 0)
    return out.reshape(n_learners, n_places * n_bands, N_FEATURES)


class _Places:
    """Takes the proposed `skills` (L, P) out of arrays (.., L, K), or (.., 1, K) of learners who share a course."""

    def __init__(self, skills: Rows, n_skills: int) -> None:
        self.shape = skills.shape
        self._whole = skills.shape[1] == n_skills
        self._shared = skills
        self._own = skills if self._whole else (skills + np.arange(len(skills))[:, None] * n_skills).reshape(-1)

    def __call__(self, values: Array) -> Array:
        """(.., L, P)"""
        n_learners, n_places = self.shape
        if self._whole:
            return _of_learners(values, n_learners)
        if values.shape[-2] != n_learners:
            return values[..., 0, :].take(self._shared, -1)
        y: Array = values.reshape(*values.shape[:-2], -1).take(self._own, -1)
        return y.reshape(*values.shape[:-2], n_learners, n_places)

    def by_band(self, values: Array) -> Array:
        """(B, L, P) from (L, K, B), or from (1, K, B)."""
        n_learners, n_places = self.shape
        if self._whole:
            return _of_learners(values.transpose(2, 0, 1), n_learners)
        if values.shape[0] != n_learners:
            shared: Array = values[0].take(self._shared, 0)
            return shared.transpose(2, 0, 1)
        y: Array = values.reshape(-1, values.shape[2]).take(self._own, 0)  # not a copy of all as they lie in memory
        return y.reshape(n_learners, n_places, -1).transpose(2, 0, 1)


def _skill_rows(
    at: _Places,
    belief: Belief,
    view: CourseView,
    current: Estimate,
    gains: Gains,
    need: Array,
    worth: Array,
    may: NDArray[np.bool_],
) -> Array:
    """(S, L, P) in the order of SKILL_FEATURES; `may` (B, L, P) is the mask."""
    fields, elapsed, exercises = at(belief.skills), at(current.elapsed), column(belief.learners[EXERCISES])
    had = fields[HAD_GROWTH]
    rows = np.concatenate(
        (
            fields[VARIANCE],
            at(current.known),
            had + column(current.mixture[:, 0]) * (fields[HAD_MASTERY] - had),
            at(current.kept),
            at(gains.forecast),
            at(current.mastered),
            fields[LOG_STABILITY],
            fields[LOG_COUNT],
            np.log1p(elapsed),
            1.0 / (exercises + 1.0 - fields[INDEX]),
            at(current.ready),
            need,
            worth,
            fields[ACCURACY],
            fields[MASSED] * np.exp(elapsed * (-1.0 / MASSED_DAYS)),
            fields[IS_NEW],
            at(view.depth),
            fields[LAST_SCORE],
            fields[LOG_SUCCESSES],
            fields[LOG_ERRORS],
            np.minimum(fields[SPACED], 8.0),
            _turn(exercises - fields[INDEX], (need + worth > 0.0) & np.logical_or.reduce(may)),
        )
    ).reshape(len(SKILL_FEATURES), *need.shape)
    np.minimum(rows[11:13], 8.0, out=rows[11:13])
    rows *= SKILL_FACTORS
    return rows


def _turn(waited: Array, counts: NDArray[np.bool_]) -> Array:
    """(L, P) exp(-place) in the queue of the skills that count, the longest waiting first."""
    order = np.argsort(np.where(counts, -waited, np.inf), axis=1, kind="stable")
    places = np.empty(order.shape)
    np.put_along_axis(places, order, np.arange(order.shape[1], dtype=np.float64)[None], axis=1)
    y: Array = np.exp(-places)
    return y


def _band_rows(
    at: _Places, view: CourseView, current: Estimate, gains: Gains, skills: Skills, may: NDArray[np.bool_]
) -> Array:
    """(T, B, L, P) in the order of BAND_FEATURES, without what `_finish` makes of them; `may` (B, L, P) is the mask."""
    reward = skills.goal + NEED_WEIGHT * skills.need
    success, gain = at(gains.success.transpose(2, 0, 1)), at(gains.mixed.transpose(2, 0, 1)) * reward
    margin = at(current.ability) - at.by_band(view.difficulty)
    guess = at.by_band(view.guess)
    growth, mastery = at(gains.growth.transpose(2, 0, 1)), at(gains.mastery.transpose(2, 0, 1))
    ruled = [_share_of_best(appeal(skills, success, rule), may) for rule in RULES]
    rows = np.concatenate((margin, success, success, guess, growth, mastery, gain, gain, success, *ruled))
    return rows.reshape(len(BAND_FEATURES), *margin.shape)


def _share_of_best(appeals: Array, may: NDArray[np.bool_]) -> Array:
    """What part of the best candidate's appeal each has, raised to RULE_POWER, at most 1."""
    best = np.maximum.reduce(appeals, axis=(0, 2), where=may, initial=1e-9)
    y: Array = np.minimum(appeals / best[:, None], 1.0) ** RULE_POWER
    return y


def _of_learners(rows: Array, n_learners: int) -> Array:
    """(.., L, K) from as much, or from (.., 1, K) of learners who share a course."""
    if rows.shape[-2] == n_learners:
        return rows
    return np.broadcast_to(rows, (*rows.shape[:-2], n_learners, rows.shape[-1]))


def _finish(rows: Array) -> Array:
    """The rows (T, B, L, P) of the proposed skills, compared with each other, scaled and kept in bounds (in place)."""
    closeness, advantage, nearly_sure = rows[CLOSENESS], rows[ADVANTAGE], rows[NEARLY_SURE]
    closeness -= 0.6
    np.abs(closeness, out=closeness)
    np.subtract(1.0, closeness, out=closeness)
    best = np.maximum.reduce(advantage, axis=(0, 2), keepdims=True)
    advantage /= np.maximum(best, 1e-4)
    np.exp(-NEARLY_SURE_SLOPE * np.abs(nearly_sure - NEARLY_SURE_AT), out=nearly_sure)
    rows *= BAND_FACTORS
    np.minimum(rows, MOST, out=rows)
    np.maximum(rows, LEAST, out=rows)
    return rows


def context_features(belief: Belief, view: CourseView, current: Estimate, gains: Gains, moment: Moment) -> Floats:
    """(L, C) for the moment."""
    sums = (
        np.vecdot(gains.forecast, view.goal),
        np.vecdot(current.mastered, view.goal),
        np.maximum.reduce(gains.mixed.transpose(2, 0, 1) * view.goal, axis=(0, 2)),
    )
    given = (view.n_skills, moment.exercises_left, moment.rolling, moment.horizon_days, *sums)
    if moment.now.shape[0] > 1:
        return np.array(_context(ARRAYS, belief.learners, *given), dtype=np.float32).T
    numbers = _context(SCALARS, belief.learners[:, 0].tolist(), *(array.item() for array in given))
    return np.array([numbers], dtype=np.float32)


def _context(
    m: Arithmetic[Number],
    learners: Any,
    n_skills: Number,
    exercises_left: Number,
    rolling: Number,
    horizon_days: Number,
    forecast: Number,
    mastered: Number,
    best_gain: Number,
) -> list[Number]:
    """In the order of CONTEXT_FEATURES; the last three arguments are weighed by the goal."""
    known_left = exercises_left >= 0
    left = m.where(known_left, exercises_left, 30.0)
    return [
        m.where(known_left, left / (left + learners[EXERCISES] + 1.0), 0.5),
        0.4 * m.log1p(left / n_skills),
        rolling,
        0.3 * m.log1p(horizon_days),
        0.3 * m.log1p(learners[POSITION]),
        learners[RECENT],
        0.25 * m.minimum(learners[FAILURES], 4.0),
        learners[FIRSTS_KNOWN] / (learners[FIRSTS] + 1.0),
        2.0 * learners[SURPRISE],
        0.4 * learners[EVIDENCE],
        forecast,
        mastered,
        0.2 * m.log(n_skills),
        0.2 * m.log1p(learners[EXERCISES]),
        m.minimum(m.maximum(5.0 * best_gain * n_skills, 0.0), 4.0),
        0.25 * m.minimum(learners[REPEATS], 6.0),
        *(2.0 * learners[row] for row in SURPRISES),
        *(learners[row] for row in SCORES),
    ]
