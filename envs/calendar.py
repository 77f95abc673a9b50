"""When a learner sits down to learn, and when the test is."""

from __future__ import annotations

import numpy as np

from simulators.noise import Draws, Flags, Ints, Reals

MAX_SESSIONS = 12
MIN_EXERCISES, MAX_EXERCISES = 20, 150
EXERCISES_PER_SKILL = (0.8, 6.0)
SESSION_EXERCISES = (7.0, 16.0)
SESSION_JITTER = 0.12
GAP_DAYS = (0.3, 5.0)
GAP_JITTER = 0.3
DELAY_DAYS = (0.5, 30.0)
ROLLING_DAYS = 30.0
ROLLING_CHANCE = 0.3


class Calendars:
    """The plans of L learners.

    An episode has 20 to 150 exercises, 0.8 to 6 for each skill of the course, so that sometimes there is not time for
    all of it. They fall into 2 to 12 sessions of some 5 to 20, 0.3 to 5 days apart. A dated test follows 0.5 to 30 days
    after the last planned session; a learner without a date is tested 30 days after it, and the teacher sees neither
    that date nor how many exercises are to come.

    Attributes:
        starts: (L, 12) days at which the planned sessions begin; the first is 0.
        lengths: (L, 12) planned exercises, 0 for sessions that are not.
        miss: (L, 12) uniforms that decide which sessions are missed.
        test_at: (L,) days at which the test is taken, whatever is missed.
        rolling: (L,) bool, no date known.
    """

    def __init__(self, n_learners: int) -> None:
        self.starts: Reals = np.zeros((n_learners, MAX_SESSIONS))
        self.lengths: Ints = np.zeros((n_learners, MAX_SESSIONS), dtype=np.int64)
        self.miss: Reals = np.zeros((n_learners, MAX_SESSIONS))
        self.test_at: Reals = np.zeros(n_learners)
        self.rolling: Flags = np.zeros(n_learners, dtype=np.bool_)

    def begin(self, rows: Ints, n_skills: Ints, draws: Draws) -> None:
        """Draw new calendars for `rows` (R,), whose courses have `n_skills` (R,)."""
        pick = draws.uniform(5)
        total = np.rint(n_skills * _log_uniform(EXERCISES_PER_SKILL, pick[:, 0])).astype(np.int64)
        total = np.clip(total, MIN_EXERCISES, MAX_EXERCISES)
        low, high = SESSION_EXERCISES
        n_sessions = np.clip(np.rint(total / (low + (high - low) * pick[:, 1])), 2, MAX_SESSIONS).astype(np.int64)
        self.lengths[rows] = _split(total, n_sessions, draws.uniform(MAX_SESSIONS))
        gaps = _log_uniform(GAP_DAYS, pick[:, 2])[:, None] * np.exp(GAP_JITTER * draws.normal(MAX_SESSIONS))
        gaps[:, 0] = 0.0
        self.starts[rows] = np.cumsum(np.clip(gaps, 0.0, 2 * GAP_DAYS[1]), axis=1)
        self.miss[rows] = draws.uniform(MAX_SESSIONS)
        self.rolling[rows] = pick[:, 3] < ROLLING_CHANCE
        delay = np.where(self.rolling[rows], ROLLING_DAYS, _log_uniform(DELAY_DAYS, pick[:, 4]))
        self.test_at[rows] = self.starts[rows, n_sessions - 1] + delay

    def next_session(self, rows: Ints, session: Ints, miss_chance: Reals) -> Ints:
        """(n,) index of the next session that is kept after `session` (n,), 12 if there is none."""
        index = np.arange(MAX_SESSIONS)
        kept = (self.miss[rows] >= miss_chance[:, None]) & (self.lengths[rows] > 0) & (index > session[:, None])
        return np.where(kept.any(axis=1), kept.argmax(axis=1), MAX_SESSIONS)

    def left_after(self, rows: Ints, session: Ints) -> Ints:
        """(n,) exercises planned in sessions after `session` (n,)."""
        later = np.arange(MAX_SESSIONS) > session[:, None]
        total: Ints = np.where(later, self.lengths[rows], 0).sum(axis=1)
        return total


def _log_uniform(bounds: tuple[float, float], uniform: Reals) -> Reals:
    low, high = bounds
    return low * (high / low) ** uniform


def _split(total: Ints, n_sessions: Ints, jitter: Reals) -> Ints:
    """(R, 12) lengths of the sessions, near even, summing to `total`."""
    edge = np.arange(1, MAX_SESSIONS + 1) + SESSION_JITTER * (2.0 * jitter - 1.0)
    inner = np.arange(1, MAX_SESSIONS + 1) < n_sessions[:, None]
    share = np.where(inner, edge / n_sessions[:, None], 1.0)
    bounds = np.rint(share * total[:, None]).astype(np.int64)
    return np.diff(bounds, axis=1, prepend=0)
