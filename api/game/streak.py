"""Streaks: days in a row on which the learner learned something.

The rules, version 1:

- A day counts when a lesson was finished on it, or 10 answers were graded.
- Days are those of `api.game.calendar`: by the event's own zone, travelling neither breaks nor shortens.
- A new learner holds two freezes, at most two are held. When days were missed, freezes cover them, in order, but are
  spent only if they save the streak, and only when the learner comes back.
- Days on which the service was down, and planned holidays, are neutral: they are not missed.
- The state is a function of all events, so a late event fills its day and gives back the freezes that day had cost.

Test vectors for other implementations stand in ``docs/game-rules/streak.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from api.game.calendar import LocalDay, days_between, next_day

RULES_VERSION = 1
ANSWERS_FOR_A_DAY = 10
STARTING_FREEZES = 2


class StreakEvent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Something that may make a day count. `at` is its effective time (ms)."""

    at: int
    zone: str
    did: Literal["answer", "lesson"]
    day_starts_at: int = 0


class Calendar(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the streak is looked at against.

    Attributes:
        now: instant of looking (ms).
        zone, day_starts_at: where the learner is now.
        neutral: dates that are never missed (outages of the service, planned holidays).
        freezes: how many the learner started with.
    """

    now: int
    zone: str
    day_starts_at: int = 0
    neutral: tuple[date, ...] = ()
    freezes: int = STARTING_FREEZES


class ActiveDay(msgspec.Struct, array_like=True, gc=False):
    """A local day with what was done on it."""

    day: LocalDay
    answers: int = 0
    lessons: int = 0

    @property
    def counts(self) -> bool:
        """Whether the day counts for the streak."""
        return self.lessons > 0 or self.answers >= ANSWERS_FOR_A_DAY


class StreakState(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A streak as seen now.

    Attributes:
        days: its length; days covered by freezes do not add to it.
        longest: the longest ever.
        counts_today: whether today counts already.
        freezes: held now, those that cover missed days up to yesterday already taken off.
        last_day: the last day that counted.
    """

    days: int
    longest: int
    counts_today: bool
    freezes: int
    last_day: date | None


class _Run(msgspec.Struct):
    days: int = 0
    longest: int = 0
    freezes: int = 0
    last: LocalDay | None = None


def add(days: list[ActiveDay], current: LocalDay, did: Literal["answer", "lesson"]) -> bool:
    """Enter one event into the days (in order, the last one open); whether this made the day count."""
    if not days or days[-1].day.ordinal != current.ordinal:
        days.append(ActiveDay(current))
    today = days[-1]
    today.day = current
    before = today.counts
    if did == "lesson":
        today.lessons += 1
    else:
        today.answers += 1
    return today.counts and not before


def streak(events: Iterable[StreakEvent], calendar: Calendar, rules_version: int = RULES_VERSION) -> StreakState:
    """The streak that follows from all events so far.

    Events may come in any order; of those later than `calendar.now`, none counts.

    Raises:
        ValueError: for an unknown version of the rules.
    """
    days: list[ActiveDay] = []
    current: LocalDay | None = None
    past = (event for event in events if event.at <= calendar.now)
    for event in sorted(past, key=lambda event: (event.at, event.did, event.zone, event.day_starts_at)):
        current = next_day(current, event.at, event.zone, event.day_starts_at)
        add(days, current, event.did)
    return streak_of_days(days, calendar, rules_version)


def streak_of_days(days: Sequence[ActiveDay], calendar: Calendar, rules_version: int = RULES_VERSION) -> StreakState:
    """The streak that follows from the days on which something was done, in order."""
    if rules_version != RULES_VERSION:
        raise ValueError(f"streak rules have version {RULES_VERSION}, not {rules_version}")
    neutral = sorted(day.toordinal() for day in calendar.neutral)
    run = _Run(freezes=min(calendar.freezes, STARTING_FREEZES))
    for active in days:
        if active.counts:
            _continue(run, active.day, neutral)
    today = next_day(days[-1].day if days else None, calendar.now, calendar.zone, calendar.day_starts_at)
    missed = _missed(run.last, today, neutral)
    alive = missed <= run.freezes
    return StreakState(
        days=run.days if alive else 0,
        longest=run.longest,
        counts_today=run.last is not None and run.last.ordinal == today.ordinal,
        freezes=run.freezes - missed if alive else run.freezes,
        last_day=run.last.date if run.last else None,
    )


def _continue(run: _Run, day: LocalDay, neutral: Sequence[int]) -> None:
    missed = _missed(run.last, day, neutral)
    if missed <= run.freezes:
        run.freezes -= missed
        run.days += 1
    else:
        run.days = 1
    run.longest = max(run.longest, run.days)
    run.last = day


def _missed(last: LocalDay | None, day: LocalDay, neutral: Sequence[int]) -> int:
    if last is None:
        return 0
    excused = sum(last.ordinal < ordinal < day.ordinal for ordinal in neutral)
    return max(0, days_between(last, day) - excused)
