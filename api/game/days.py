"""What became of each date of the streak's calendar: learned on, covered, free, or asked for nothing, and why."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from api.game.quests.quest import week_of
from api.game.rules import RuleBook
from api.game.schemas import DayState, FreeKind, StreakDay
from api.game.state import is_on
from api.game.streak import DAYS_OF_WEEK, ActiveDay, Calendar, StreakState, counts

SHOWN_WEEKS = 5


class Days:
    """A learner's dates, as far as they are shown. `days` are those with something done, in order."""

    def __init__(self, days: Sequence[ActiveDay], streak: StreakState, calendar: Calendar, rules: RuleBook) -> None:
        self._today = streak.today
        self._first = week_of(streak.today) - (SHOWN_WEEKS - 1) * DAYS_OF_WEEK
        self._covered = frozenset(streak.covered)
        self._calendar = calendar
        self._rules = rules
        reach = self._first - rules.on(streak.today).streak.soft_gap_days - DAYS_OF_WEEK
        recent = days[bisect_left(days, reach, key=lambda active: active.day.ordinal) :]
        self._active = {active.day.ordinal: counts(active, rules) for active in recent}
        self._counted = [day for day, counted in self._active.items() if counted]

    def shown(self) -> tuple[StreakDay, ...]:
        """The dates of the last whole weeks up to today."""
        return tuple(
            StreakDay(date=date.fromordinal(day), state=self._state(day), free=self._free(day))
            for day in range(self._first, self._today + 1)
        )

    def _state(self, day: int) -> DayState:
        counted = self._active.get(day)
        if counted is not None:
            return "learned" if counted else "started"
        return "frozen" if day in self._covered else "free" if self._calendar.is_neutral(day) else "none"

    def _free(self, day: int) -> FreeKind:
        """Why a date that does not count is not held against the streak; "" where it is, or where that is not asked."""
        if self._active.get(day):
            return ""
        neutral = self._calendar.kind_of(day)
        if neutral:
            return neutral
        if day in self._covered:
            return "freeze"
        if day < self._today and is_on(self._calendar.weekly, week_of(day)):
            return "weekly"
        return "softened" if self._is_bridged(day) else ""

    def _is_bridged(self, day: int) -> bool:
        """Whether the softened profile bridges a missed date: it lies in a gap that is no longer than that allows."""
        place = bisect_left(self._counted, day)
        if place == 0 or day >= self._today:
            return False
        last = self._counted[place - 1]
        until = self._counted[place] if place < len(self._counted) else self._today
        if not (self._calendar.soft_now or is_on(self._calendar.soft, last)):
            return False
        missed = sum(not self._calendar.is_neutral(each) for each in range(last + 1, until))
        return missed <= self._rules.on(last).streak.soft_gap_days
