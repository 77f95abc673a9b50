"""The learner's daily goal and budget, and what was done on the last days, so that old days keep the goal they had."""

from __future__ import annotations

from statistics import median
from typing import Literal

import msgspec

from api.game.deeds import Deed
from api.game.facts import GoalTaken

Unit = Literal["minutes", "items", "xp"]
KEPT_DAYS = 35
"""Days with practice that are kept, and changes of the goal."""

ABSENT_DAYS = 5
"""Whole days without practice after which a learner is met by a return plan."""

LONGEST_ANSWER_SECONDS = 300.0
"""An answer that took longer counts as so long: the phone was put away."""


class GoalSince(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """So many of a unit a day, from a date (ordinal) on; 0 for no goal."""

    day: int
    unit: Unit
    target: int


class DayDone(msgspec.Struct, array_like=True, gc=False):
    """What was done on a date (ordinal); `met` says that the goal of that day was reached."""

    day: int
    seconds: float = 0.0
    items: int = 0
    xp: int = 0
    reviews: int = 0
    lessons: int = 0
    met: bool = False

    def amount(self, unit: Unit) -> int:
        """How much that is, whole minutes begun not counted."""
        return int(self.seconds // 60) if unit == "minutes" else self.items if unit == "items" else self.xp


class GoalBook(msgspec.Struct, gc=False):
    """Goals by date, what was done on the last days, and where the learner came back.

    Attributes:
        since: goals, the latest last.
        budget_minutes: what the learner wants to spend in a day at most; 0 for no such wish.
        days: days on which something was done, the latest last.
        back: the date (ordinal) on which the learner came back from the last absence, 0 for none; `cap` is how many
            due reviews a day they meet from then on.
    """

    since: list[GoalSince] = []
    budget_minutes: int = 0
    days: list[DayDone] = []
    back: int = 0
    cap: int = 0


def goal_on(book: GoalBook, day: int) -> GoalSince | None:
    """The goal that a date (ordinal) has, None if none."""
    held = next((goal for goal in reversed(book.since) if goal.day <= day), None)
    return held if held is not None and held.target > 0 else None


def done_on(book: GoalBook, day: int) -> DayDone:
    """What was done on a date (ordinal)."""
    return next((done for done in reversed(book.days) if done.day == day), DayDone(day))


def usual_items(book: GoalBook) -> int:
    """Answers on a usual day of practice, the median of the last; 0 before the first."""
    return round(median(done.items for done in book.days)) if book.days else 0


def usual_days(book: GoalBook, day: int) -> float:
    """Days with practice in a usual week of the four before a date (ordinal)."""
    return sum(day - 28 <= done.day < day for done in book.days) / 4.0


def take_goal(book: GoalBook, fact: GoalTaken) -> None:
    """Hold a goal from its date on; earlier dates keep theirs."""
    earlier = [goal for goal in book.since if goal.day < fact.day]
    book.since = [*earlier, GoalSince(fact.day, fact.unit, fact.target)][-KEPT_DAYS:]
    book.budget_minutes = fact.budget_minutes


def enter_deed(book: GoalBook, deed: Deed) -> bool:
    """Count something that was done; whether the goal of its day was reached with it."""
    done = _open(book, deed.day)
    if done is None:
        return False
    done.seconds += min(deed.seconds, LONGEST_ANSWER_SECONDS)
    done.items += deed.answered
    done.xp += deed.xp
    done.reviews += deed.answered and deed.due
    done.lessons += deed.lesson_finished
    goal = goal_on(book, deed.day)
    if done.met or goal is None or done.amount(goal.unit) < goal.target:
        return False
    done.met = True
    return True


def _open(book: GoalBook, day: int) -> DayDone | None:
    """The day to count on; None for one that is not kept any more."""
    last = book.days[-1].day if book.days else 0
    if day > last:
        if last and day - last > ABSENT_DAYS:
            book.back, book.cap = day, review_cap(usual_items(book))
        book.days.append(DayDone(day))
        del book.days[:-KEPT_DAYS]
        return book.days[-1]
    known = next((done for done in reversed(book.days) if done.day == day), None)
    if known is None and day > book.days[0].day:
        known = DayDone(day)
        book.days = sorted([*book.days, known], key=lambda one: one.day)[-KEPT_DAYS:]
    return known


def review_cap(usual: int) -> int:
    """Due reviews that a returning learner meets in a day: half of what they usually answered, from 5 to 20."""
    return max(5, min(20, usual // 2))
