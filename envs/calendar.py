"""When a learner sits down to learn, and when the test is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulators.noise import Draws, Flags, Ints, Reals

LONGEST = 2000  # exercises
MIN_SESSIONS, USUAL_SESSIONS = 2, 12
SESSION_JITTER = 0.12
GAP_JITTER = 0.3
LONGEST_GAP_DAYS, LONGEST_DELAY_DAYS = 60.0, 365.0
SECOND, MINUTE = 1 / 86_400, 1 / 1_440  # days
ROLLING_DAYS = 30.0


@dataclass(frozen=True)
class CalendarPlan:
    """The calendars there may be; every pair is (low, high), both of them possible.

    Attributes:
        exercises: in an episode, 1 to 2,000.
        per_skill: exercises for each skill of the course, log-uniform, then clipped to `exercises`, so that sometimes
            there is not time for all of it. None draws from `exercises` (log-uniform), whatever the course.
        session: exercises in a session, on average over the sessions of a learner.
        gap_days: from the start of a session to that of the next, log-uniform over learners and varying by some 30 %
            around that; a second to 60 days. A session that is still going on at the start of the next runs into it.
        delay_days: from the start of the last planned session to a dated test, log-uniform; a minute to 365 days.
        rolling: share in [0, 1] of the learners who have no date.

    Raises:
        ValueError: everything that is out of range, at once.
    """

    exercises: tuple[int, int] = (20, 150)
    per_skill: tuple[float, float] | None = (0.8, 6.0)
    session: tuple[float, float] = (7.0, 16.0)
    gap_days: tuple[float, float] = (0.3, 5.0)
    delay_days: tuple[float, float] = (0.5, 30.0)
    rolling: float = 0.3

    def __post_init__(self) -> None:
        limits = {
            "exercises": (1, LONGEST),
            "session": (1, LONGEST),
            "gap_days": (SECOND, LONGEST_GAP_DAYS),
            "delay_days": (MINUTE, LONGEST_DELAY_DAYS),
        }
        if self.per_skill is not None:
            limits["per_skill"] = (0.001, LONGEST)
        faults = [_pair_fault(name, getattr(self, name), *limit) for name, limit in limits.items()]
        if not 0.0 <= self.rolling <= 1.0:
            faults.append(f"rolling must lie in [0, 1], got {self.rolling}")
        if any(faults):
            raise ValueError("; ".join(filter(None, faults)))

    @property
    def max_sessions(self) -> int:
        """At most 12 where these are enough, else as many as the longest calendar needs."""
        most = self.exercises[1]
        enough = most <= USUAL_SESSIONS * self.session[1]
        return USUAL_SESSIONS if enough else math.ceil(most / self.session[0])

    @property
    def max_days(self) -> float:
        """Days from the start to the latest test."""
        return self.max_sessions * 2 * self.gap_days[1] + max(self.delay_days[1], ROLLING_DAYS)


def _pair_fault(name: str, pair: tuple[float, float], least: float, most: float) -> str | None:
    if len(pair) == 2 and least <= pair[0] <= pair[1] <= most:
        return None
    return f"{name} must be (low, high) with {least:.6g} <= low <= high <= {most:.6g}, got {pair}"


USUAL, VARIED = "usual", "varied"
PLANS: dict[str, CalendarPlan] = {
    USUAL: CalendarPlan(),
    VARIED: CalendarPlan(exercises=(10, 300), per_skill=(0.5, 10.0), session=(5.0, 20.0), gap_days=(10 * MINUTE, 8.0)),
    "short": CalendarPlan(exercises=(10, 20), per_skill=None),
    "long": CalendarPlan(exercises=(200, 500), per_skill=None, session=(10.0, 25.0)),
    "longest": CalendarPlan(exercises=(LONGEST, LONGEST), per_skill=None, session=(15.0, 30.0), gap_days=(0.3, 2.0)),
    "crammed": CalendarPlan(gap_days=(2 * MINUTE, 30 * MINUTE)),
    "weekly": CalendarPlan(gap_days=(6.0, 8.0)),
}


def plan_of(plan: CalendarPlan | str) -> CalendarPlan:
    """A plan, or that of this name.

    Raises:
        ValueError: there is none of that name.
    """
    if isinstance(plan, CalendarPlan):
        return plan
    if plan not in PLANS:
        raise ValueError(f"unknown plan {plan!r}; there are {', '.join(PLANS)}")
    return PLANS[plan]


class Calendars:
    """The calendars of L learners, drawn from a plan, with S sessions at most.

    A dated test follows after the last planned session; a learner without a date is tested 30 days after it, and the
    teacher sees neither that date nor how many exercises are to come.

    Attributes:
        starts: (L, S) days at which the planned sessions begin; the first is 0.
        lengths: (L, S) planned exercises, 0 for sessions that are not.
        later: (L, S) exercises planned after each session.
        miss: (L, S) uniforms that decide which sessions are missed.
        test_at: (L,) days at which the test is taken, whatever is missed.
        rolling: (L,) bool, no date known.
    """

    def __init__(self, n_learners: int, plan: CalendarPlan) -> None:
        self.plan = plan
        shape = (n_learners, plan.max_sessions)
        self.starts: Reals = np.zeros(shape)
        self.lengths: Ints = np.zeros(shape, dtype=np.int64)
        self.later: Ints = np.zeros(shape, dtype=np.int64)
        self.miss: Reals = np.zeros(shape)
        self.test_at: Reals = np.zeros(n_learners)
        self.rolling: Flags = np.zeros(n_learners, dtype=np.bool_)

    @property
    def max_sessions(self) -> int:
        """S."""
        return int(self.lengths.shape[1])

    def begin(self, rows: Ints, n_skills: Ints, draws: Draws) -> None:
        """Draw new calendars for `rows` (R,), whose courses have `n_skills` (R,)."""
        plan, most = self.plan, self.max_sessions
        pick = draws.uniform(5)
        total = _exercises(plan, n_skills, pick[:, 0])
        low, high = plan.session
        n_sessions = np.clip(np.rint(total / (low + (high - low) * pick[:, 1])), MIN_SESSIONS, most).astype(np.int64)
        n_sessions = np.minimum(n_sessions, np.maximum(total // 2, 1))
        bounds = _bounds(total, n_sessions, draws.uniform(most))
        lengths = bounds.copy()
        lengths[:, 1:] -= bounds[:, :-1]
        self.lengths[rows] = lengths
        self.later[rows] = total[:, None] - bounds
        gaps = _log_uniform(plan.gap_days, pick[:, 2])[:, None] * np.exp(GAP_JITTER * draws.normal(most))
        gaps[:, 0] = 0.0
        self.starts[rows] = np.cumsum(np.clip(gaps, 0.0, 2 * plan.gap_days[1]), axis=1)
        self.miss[rows] = draws.uniform(most)
        self.rolling[rows] = pick[:, 3] < plan.rolling
        delay = np.where(self.rolling[rows], ROLLING_DAYS, _log_uniform(plan.delay_days, pick[:, 4]))
        self.test_at[rows] = self.starts[rows, n_sessions - 1] + delay

    def next_session(self, rows: Ints, session: Ints, miss_chance: Reals) -> Ints:
        """(n,) index of the next session that is kept after `session` (n,), S if there is none."""
        index = np.arange(self.max_sessions)
        kept = (self.miss[rows] >= miss_chance[:, None]) & (self.lengths[rows] > 0) & (index > session[:, None])
        return np.where(kept.any(axis=1), kept.argmax(axis=1), self.max_sessions)


def _exercises(plan: CalendarPlan, n_skills: Ints, pick: Reals) -> Ints:
    """(R,) exercises of whole calendars."""
    spread = _log_uniform(plan.exercises if plan.per_skill is None else plan.per_skill, pick)
    wished = spread if plan.per_skill is None else n_skills * spread
    return np.clip(np.rint(wished).astype(np.int64), *plan.exercises)


def _log_uniform(bounds: tuple[float, float], uniform: Reals) -> Reals:
    low, high = bounds
    return low * (high / low) ** uniform


def _bounds(total: Ints, n_sessions: Ints, jitter: Reals) -> Ints:
    """(R, S) exercises up to the end of each session; these are near even, the last ends with `total`."""
    index = np.arange(1, jitter.shape[1] + 1)
    edge = index + SESSION_JITTER * (2.0 * jitter - 1.0)
    share = np.where(index < n_sessions[:, None], edge / n_sessions[:, None], 1.0)
    return np.rint(share * total[:, None]).astype(np.int64)
