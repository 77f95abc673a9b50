"""Streaks: days in a row on which the learner learned something.

The rules (numbers are those of `StreakRules`, each date judged by the version of that date):

- A day counts when a lesson was finished on it, or 10 answers were graded. Days are those of `api.game.calendar`: by
  the event's own zone; travelling neither breaks nor shortens.
- Neutral dates are not missed: outages of the service, planned holidays, and dates on which the learner looked in and
  nothing was due.
- A new learner holds two freezes; further ones are bought. When dates were missed, freezes cover them in order, each
  from the date on which it was bought on; but they are spent only if they save the streak, and only when the learner
  comes back.
- A broken streak is earned back by 3 lessons on the next 2 dates that are not neutral; what freezes had covered before
  the break is spent then. Days of the new streak are added to the old one.
- In weekly mode a week (Monday to Sunday) asks for 3 days; each that lacks counts as one missed date at the week's end.
  Neutral dates beyond four lower what is asked; dates with nothing due count as days; the week in which a streak begins
  asks for nothing more. A change of mode takes effect with the following Monday.
- In the softened profile (under 18) up to 7 missed dates in a row are bridged without a freeze; after more, the streak
  begins anew, and nothing is asked for to earn it back.
- The state is a function of all events. A late event fills its day and gives back the freezes that day had cost, bought
  ones too: what is beyond two waits in reserve, and takes the place of the next that is spent.

Test vectors for other implementations stand in ``docs/game-rules/streak.json``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from api.game.calendar import LocalDay, days_between, next_day
from api.game.quests.quest import week_of
from api.game.rules import RULE_BOOK, RuleBook
from api.game.state import GameState, Holiday, Switch, is_on

NeutralKind = Literal["", "outage", "holiday", "nothingDue"]
DAYS_OF_WEEK = 7
MAX_COVERED = 70
"""How many of the latest dates covered by a freeze are told."""


class StreakEvent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Something that may make a day count. `at` is its effective time (ms)."""

    at: int
    zone: str
    did: Literal["answer", "lesson"]
    day_starts_at: int = 0


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What the streak is looked at against. Dates are ordinals, in rising order.

    Attributes:
        now: instant of looking (ms).
        zone, day_starts_at: where the learner is now.
        neutral: outages of the service.
        holidays: planned by the learner.
        kept: dates on which nothing was due.
        bought: dates on which a freeze was bought.
        weekly, soft: when the mode and the profile were switched.
        soft_now: whether the profile is softened at the moment of looking, whatever it was.
        freezes: how many the learner started with; None is what the rules say.
    """

    now: int
    zone: str
    day_starts_at: int = 0
    neutral: Sequence[int] = ()
    holidays: Sequence[Holiday] = ()
    kept: Sequence[int] = ()
    bought: Sequence[int] = ()
    weekly: Sequence[Switch] = ()
    soft: Sequence[Switch] = ()
    soft_now: bool = False
    freezes: int | None = None

    @classmethod
    def of(cls, state: GameState, neutral: Sequence[int], now: int, zone: str, day_starts_at: int) -> Calendar:
        """The calendar of a learner at a moment. `neutral` are the outages (ordinals)."""
        return cls(
            now=now,
            zone=zone,
            day_starts_at=day_starts_at,
            neutral=neutral,
            holidays=state.holidays,
            kept=state.kept,
            bought=state.freezes,
            weekly=state.weekly,
            soft=state.soft,
            soft_now=state.settings.minor,
        )

    def kind_of(self, day: int) -> NeutralKind:
        """Why a date is never missed; "" if it may be."""
        if _holds(self.neutral, day):
            return "outage"
        if any(holiday.first <= day <= holiday.last for holiday in self.holidays):
            return "holiday"
        return "nothingDue" if _holds(self.kept, day) else ""

    def is_neutral(self, day: int) -> bool:
        """Whether a date is never missed."""
        return self.kind_of(day) != ""


class ActiveDay(msgspec.Struct, array_like=True, gc=False):
    """A local day with what was done on it."""

    day: LocalDay
    answers: int = 0
    lessons: int = 0


class EarnBack(msgspec.Struct, frozen=True, kw_only=True):
    """A broken streak of `days` days that `lessons` more lessons until the end of a date (an ordinal) bring back."""

    days: int
    lessons: int
    until: int


class StreakState(msgspec.Struct, frozen=True, kw_only=True):
    """A streak as seen now.

    Attributes:
        days: its length; days covered by freezes do not add to it.
        longest: the longest ever.
        counts_today: whether today counts already.
        freezes: held now, those that cover missed days up to yesterday already taken off.
        reserve: freezes given back beyond what may be held.
        last_day: the last day that counted.
        today: the learner's local date (an ordinal).
        weekly: whether this week is in weekly mode; `days_this_week` count in it.
        covered: the latest dates (ordinals) that a freeze covers.
        earn_back: how a broken streak comes back, if it can.
    """

    days: int
    longest: int
    counts_today: bool
    freezes: int
    reserve: int
    last_day: date | None
    today: int
    weekly: bool
    days_this_week: int
    covered: tuple[int, ...]
    earn_back: EarnBack | None


class _Lost(msgspec.Struct):
    """A streak that broke on the date `broke`, with the dates before that freezes had covered, and lessons since."""

    days: int
    began: int
    broke: int
    covered: tuple[int, ...]
    lessons: int = 0


class _Run(msgspec.Struct):
    """The streak while it is followed. `began` is its first date, `in_week` the days in the week of the last.

    `covered` are the latest dates on which a freeze was spent.
    """

    freezes: int
    days: int = 0
    longest: int = 0
    began: int = 0
    last: LocalDay | None = None
    in_week: int = 0
    lost: _Lost | None = None
    covered: tuple[int, ...] = ()

    def copy(self) -> _Run:
        """Another that changes by itself."""
        lost = None if self.lost is None else msgspec.structs.replace(self.lost)
        return msgspec.structs.replace(self, lost=lost)


class _Gap(msgspec.Struct, frozen=True):
    """What lies between two days: freezes left, the dates they cover, and the first that nothing covered (0: none)."""

    freezes: int
    covered: tuple[int, ...] = ()
    broke: int = 0


class Trail:
    """The streak as followed up to the last day but one, so that a look costs the same after many years.

    It holds for days that are only added to, and for one `stamp`: whatever else the streak depends on.
    """

    def __init__(self, stamp: object) -> None:
        self.stamp = stamp
        self.n_days = 0
        self.run: _Run | None = None


def add(days: list[ActiveDay], current: LocalDay, did: Literal["answer", "lesson"]) -> None:
    """Enter one event into the days (in order, the last one open)."""
    if not days or days[-1].day.ordinal != current.ordinal:
        days.append(ActiveDay(current))
    today = days[-1]
    today.day = current
    if did == "lesson":
        today.lessons += 1
    else:
        today.answers += 1


def counts(active: ActiveDay, book: RuleBook = RULE_BOOK) -> bool:
    """Whether a day counts for the streak."""
    return active.lessons > 0 or active.answers >= book.on(active.day.ordinal).streak.answers_for_a_day


def streak(events: Iterable[StreakEvent], calendar: Calendar, book: RuleBook = RULE_BOOK) -> StreakState:
    """The streak that follows from all events so far.

    Events may come in any order; of those later than `calendar.now`, none counts.
    """
    days: list[ActiveDay] = []
    current: LocalDay | None = None
    past = (event for event in events if event.at <= calendar.now)
    for event in sorted(past, key=lambda event: (event.at, event.did, event.zone, event.day_starts_at)):
        current = next_day(current, event.at, event.zone, event.day_starts_at)
        add(days, current, event.did)
    return streak_of_days(days, calendar, book)


def streak_of_days(
    days: Sequence[ActiveDay], calendar: Calendar, book: RuleBook = RULE_BOOK, trail: Trail | None = None
) -> StreakState:
    """The streak that follows from the days on which something was done, in order.

    With a trail only the days since the last look are gone through; it is taken further.
    """
    today = next_day(days[-1].day if days else None, calendar.now, calendar.zone, calendar.day_starts_at)
    run = _followed(days, calendar, book, trail or Trail(None), today.ordinal)
    gap = _gap(run, today, calendar, book)
    held = gap.freezes if not gap.broke else _all_freezes(run, today.ordinal, calendar)
    most = book.on(today.ordinal).streak.max_freezes
    this_week = run.last is not None and week_of(run.last.ordinal) == week_of(today.ordinal)
    return StreakState(
        days=0 if gap.broke else run.days,
        longest=run.longest,
        counts_today=run.last is not None and run.last.ordinal == today.ordinal,
        freezes=min(held, most),
        reserve=max(0, held - most),
        last_day=run.last.date if run.last else None,
        today=today.ordinal,
        weekly=is_on(calendar.weekly, week_of(today.ordinal)),
        days_this_week=run.in_week if this_week else 0,
        covered=(*run.covered, *(() if gap.broke else gap.covered)),
        earn_back=_earn_back(run, gap, today.ordinal, calendar, book),
    )


def _followed(days: Sequence[ActiveDay], calendar: Calendar, book: RuleBook, trail: Trail, today: int) -> _Run:
    """The streak after all days; the trail is taken up to the last but one, on which more may be done."""
    if trail.run is None:
        first = book.on(days[0].day.ordinal if days else today).streak
        trail.run = _Run(freezes=first.starting_freezes if calendar.freezes is None else calendar.freezes)
    for active in days[trail.n_days : -1]:
        if counts(active, book):
            _continue(trail.run, active, calendar, book)
    trail.n_days = max(trail.n_days, len(days) - 1)
    run = trail.run.copy()
    for active in days[-1:]:
        if counts(active, book):
            _continue(run, active, calendar, book)
    return run


def _continue(run: _Run, active: ActiveDay, calendar: Calendar, book: RuleBook) -> None:
    """Take in the next day that counts."""
    day = active.day
    gap = _gap(run, day, calendar, book)
    if gap.broke:
        run.lost = _Lost(days=run.days, began=run.began, broke=gap.broke, covered=gap.covered)
        run.freezes = _all_freezes(run, day.ordinal, calendar)
        run.days, run.began = 0, day.ordinal
    else:
        run.freezes = gap.freezes
        run.covered = (*run.covered, *gap.covered)[-MAX_COVERED:]
    run.began = run.began or day.ordinal
    run.days += 1
    same_week = run.last is not None and week_of(run.last.ordinal) == week_of(day.ordinal)
    run.in_week = run.in_week + 1 if same_week else 1
    run.last = day
    _come_back(run, active, calendar, book)
    run.longest = max(run.longest, run.days)


def _come_back(run: _Run, active: ActiveDay, calendar: Calendar, book: RuleBook) -> None:
    """Let the day's lessons earn a broken streak back."""
    lost = run.lost
    if lost is None:
        return
    rules = book.on(lost.broke).streak
    if not _may_return(lost.broke, active.day.ordinal, calendar, book):
        run.lost = None
        return
    lost.lessons += active.lessons
    if lost.lessons >= rules.earn_back_lessons:
        run.days, run.began = lost.days + run.days, lost.began
        run.freezes = max(0, run.freezes - len(lost.covered))
        run.covered = (*run.covered, *lost.covered)[-MAX_COVERED:]
        run.lost = None


def _gap(run: _Run, until: LocalDay, calendar: Calendar, book: RuleBook) -> _Gap:
    """What lies between the last day that counted and another."""
    if run.last is None:
        return _Gap(_all_freezes(run, until.ordinal, calendar))
    last = run.last.ordinal
    if calendar.soft_now or is_on(calendar.soft, last):
        between = sum(not calendar.is_neutral(day) for day in range(last + 1, until.ordinal))
        bridged = between <= book.on(last).streak.soft_gap_days
        missed = () if bridged else _missed(run, until, calendar, book)
        return _Gap(_all_freezes(run, until.ordinal, calendar), broke=next(iter(missed), 0))
    covered: list[int] = []
    for day in _missed(run, until, calendar, book):
        if len(covered) >= _all_freezes(run, day, calendar):
            return _Gap(0, tuple(covered), day)
        covered.append(day)
    return _Gap(_all_freezes(run, until.ordinal, calendar) - len(covered), tuple(covered))


def _all_freezes(run: _Run, day: int, calendar: Calendar) -> int:
    """Freezes that were left at the last day, and those bought since, up to a date."""
    since = bisect_right(calendar.bought, run.last.ordinal) if run.last is not None else 0
    return run.freezes + bisect_right(calendar.bought, day) - since


def _missed(run: _Run, until: LocalDay, calendar: Calendar, book: RuleBook) -> Iterator[int]:
    """Dates that count as missed between the last day and another, in order; a short week counts on its Sunday."""
    if run.last is None or until.ordinal <= run.last.ordinal:
        return
    last = run.last.ordinal
    skipped = max(0, until.ordinal - last - 1 - days_between(run.last, until))
    for day in range(last + 1, until.ordinal + 1):
        monday = week_of(day)
        if day == monday and is_on(calendar.weekly, monday - DAYS_OF_WEEK):
            yield from [day - 1] * _lacking(run, monday - DAYS_OF_WEEK, calendar, book)
        if day == until.ordinal or is_on(calendar.weekly, monday) or calendar.is_neutral(day):
            continue
        if skipped:
            skipped -= 1
        else:
            yield day


def _lacking(run: _Run, monday: int, calendar: Calendar, book: RuleBook) -> int:
    """Days that a week of weekly mode lacks."""
    sunday = monday + DAYS_OF_WEEK - 1
    if run.last is None or run.began >= monday:
        return 0
    kept = bisect_right(calendar.kept, sunday) - bisect_left(calendar.kept, monday)
    free = sum(calendar.is_neutral(day) for day in range(monday, sunday + 1)) - kept
    asked = min(book.on(monday).streak.days_a_week, DAYS_OF_WEEK - free)
    done = run.in_week if week_of(run.last.ordinal) == monday else 0
    return max(0, asked - done - kept)


def _may_return(broke: int, day: int, calendar: Calendar, book: RuleBook) -> bool:
    """Whether a streak that broke on one date can be earned back on another."""
    return day <= _until(broke, calendar, book)


def _until(broke: int, calendar: Calendar, book: RuleBook) -> int:
    """The last date on which a streak that broke on a date can be earned back; the date itself if it cannot."""
    left = book.on(broke).streak.earn_back_days
    day = broke
    if calendar.soft_now or is_on(calendar.soft, broke):
        return day
    while left > 0:
        day += 1
        left -= not calendar.is_neutral(day)
    return day


def _earn_back(run: _Run, gap: _Gap, today: int, calendar: Calendar, book: RuleBook) -> EarnBack | None:
    """What the learner can do today about a broken streak, if anything."""
    lost = _Lost(days=run.days, began=run.began, broke=gap.broke, covered=()) if gap.broke else run.lost
    if lost is None or lost.days < 1 or not _may_return(lost.broke, today, calendar, book):
        return None
    lessons = book.on(lost.broke).streak.earn_back_lessons - lost.lessons
    return EarnBack(days=lost.days, lessons=lessons, until=_until(lost.broke, calendar, book))


def _holds(days: Sequence[int], day: int) -> bool:
    place = bisect_left(days, day)
    return place < len(days) and days[place] == day
