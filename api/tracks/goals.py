"""What a learner wants to reach: weights over skills, and an honest word on whether the time suffices.

A goal that names skills weighs each of them 1 and each skill they build on, directly or not, 1/4: those are means, not
ends. A goal that names none weighs all skills alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import ceil

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.game.calendar import DAY_MS, local_day
from api.plurals import counted
from content.course import Course

PREREQUISITE_SHARE = 0.25
MAX_HORIZON_DAYS = 365.0
MINUTES_PER_HOUR = 60
DAYS_PER_WEEK = 7
DAYS_PER_MONTH = 30.4
EXERCISES_PER_SKILL = 8
"""Exercises a new skill is reckoned to need until it holds, reviews included: a rough figure, to be measured."""
FEEDBACK_SECONDS = 8.0
"""Time for reading feedback and moving on, per exercise."""


class Feasibility(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Whether a goal fits its time. Minutes are estimates; None where the goal does not say enough.

    Attributes:
        minutes_needed: to learn what the goal needs and is not known yet.
        minutes_available: until the date, at the learner's minutes a day.
        minutes_per_day_needed: to reach the goal by the date.
    """

    feasible: bool | None
    minutes_needed: int
    minutes_available: int | None
    minutes_per_day_needed: int | None
    advice: str


def with_prerequisites(course: Course, skills: Iterable[int]) -> set[int]:
    """The skills and everything they build on."""
    found: set[int] = set()
    waiting = list(skills)
    while waiting:
        skill = waiting.pop()
        if skill not in found:
            found.add(skill)
            waiting.extend(np.flatnonzero(course.prerequisites[skill]).tolist())
    return found


def goal_weights(course: Course, skills: tuple[int, ...]) -> NDArray[np.float64] | None:
    """Weights (K,) that sum to 1, or None for all of the track."""
    if not skills:
        return None
    weights = np.zeros(course.n_skills)
    weights[sorted(with_prerequisites(course, skills))] = PREREQUISITE_SHARE
    weights[list(skills)] = 1.0
    weights *= course.available.any(axis=1)
    total = weights.sum()
    return weights / total if total > 0 else None


def days_left(goal_date: str, at: int, zone: str) -> int:
    """Days until a goal's date (ISO 8601), today included; 0 or less when it is over. `at` is in ms."""
    return date.fromisoformat(goal_date).toordinal() - local_day(at, zone, 0).ordinal + 1


def exercises_until(days: float | None, minutes_per_day: float | None, seconds_per_exercise: float) -> int | None:
    """Exercises a learner has time for in the days until the goal's date; None if date or daily time are not known."""
    if days is None or minutes_per_day is None:
        return None
    return ceil(days * minutes_per_day * 60.0 / (seconds_per_exercise + FEEDBACK_SECONDS))


def horizon_days(goal_date: str | None, at: int, zone: str) -> float | None:
    """Days to the end of a goal's date, at most a year; None without a date, or when it is over. `at` is in ms."""
    left = 0 if goal_date is None else days_left(goal_date, at, zone)
    if left < 1:
        return None
    return min(left - 1 + (local_day(at, zone, 0).ends - at) / DAY_MS, MAX_HORIZON_DAYS)


def feasibility(
    known: NDArray[np.float64], seconds: NDArray[np.float64], days: int | None, minutes_per_day: float | None
) -> Feasibility:
    """Whether the time suffices.

    ``needed = sum over skills of (1 - known) * 8 exercises * (seconds + 8 s)``.

    Args:
        known: (S,) probability that each skill in question is known.
        seconds: (S,) expected time of an exercise of each.
        days: until the goal's date, at least 1; None without a date.
        minutes_per_day: what the learner gives; None if unsaid.
    """
    needed = float(((1.0 - known) * EXERCISES_PER_SKILL * (seconds + FEEDBACK_SECONDS)).sum()) / 60.0
    minutes_needed = max(1, round(needed))
    per_day = None if days is None else max(1, -(-minutes_needed // days))
    available = None if days is None or minutes_per_day is None else round(days * minutes_per_day)
    feasible = None if available is None else available >= minutes_needed
    return Feasibility(
        feasible=feasible,
        minutes_needed=minutes_needed,
        minutes_available=available,
        minutes_per_day_needed=per_day,
        advice=_advice(feasible, minutes_needed, days, minutes_per_day),
    )


def _advice(feasible: bool | None, needed: int, days: int | None, per_day: float | None) -> str:
    """What to tell the learner, for `per_day` minutes a day until a date in `days`, as far as they said so."""
    work = f"This takes about {_duration(needed)}"
    if days is None:
        return f"{work}." if per_day is None else f"{work}: {_span(ceil(needed / per_day))} at {_given(per_day)} a day."
    required = max(1, ceil(needed / days))
    if per_day is None:
        return f"{work}: {_duration(required)} a day until then."
    if feasible:
        return f"This fits: it takes about {_duration(needed)} within {_span(days)}."
    return (
        f"This does not fit: it takes about {_duration(needed)}, {_duration(required)} a day. Take more time, or fewer "
        "skills; until then the most valuable comes first."
    )


def _duration(minutes: int) -> str:
    """Minutes as people say them: whole hours from two hours on."""
    return _count(minutes, "minute") if minutes < 2 * MINUTES_PER_HOUR else _count(minutes / MINUTES_PER_HOUR, "hour")


def _span(days: int) -> str:
    """Days as people say them: weeks from three weeks on, months from four months on."""
    if days < 3 * DAYS_PER_WEEK:
        return _count(days, "day")
    if days < 4 * DAYS_PER_MONTH:
        return f"about {_count(days / DAYS_PER_WEEK, 'week')}"
    return f"about {_count(days / DAYS_PER_MONTH, 'month')}"


def _count(number: float, unit: str) -> str:
    return counted(round(number), unit)


def _given(minutes: float) -> str:
    return counted(round(minutes), "minute") if minutes == round(minutes) else f"{minutes:g} minutes"
