"""Coming back after an absence: what has come due is spread over days, and how long that takes is said honestly.

A return plan lasts `PLAN_DAYS` from the day on which the learner came back. On each of them at most `cap` exercises are
reviews of what is due; then the tutor chooses among everything else. So the first day back is an ordinary day.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from api.game.goals.book import ABSENT_DAYS, GoalBook, done_on, review_cap, usual_items

PLAN_DAYS = 14
AGAIN_DAYS = 7
"""A review is reckoned to come due again after so many days, where the cautious end of the forecast looks."""

HORIZON_DAYS = 60
"""A forecast looks no further."""


class CatchUp(msgspec.Struct, frozen=True, kw_only=True):
    """How many days until no more is due than a day's reviews; None where that is not within the horizon.

    Attributes:
        soonest: if every review holds.
        latest: if every review comes due again after a week.
    """

    soonest: int | None
    latest: int | None


class ReturnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a learner who came back, or is about to.

    Attributes:
        day: the date (ordinal) it began or would begin.
        days_away: whole days without practice before it; 0 if it began some days ago.
        cap: due reviews a day.
        left_today: of these, still to come today.
    """

    day: int
    days_away: int
    cap: int
    left_today: int


def days_away(book: GoalBook, today: int) -> int:
    """Whole days without practice before today (ordinal); 0 for a new learner."""
    last = max((done.day for done in book.days if done.day < today), default=today)
    return max(0, today - last - 1)


def return_plan(book: GoalBook, today: int) -> ReturnPlan | None:
    """The plan that holds today (ordinal), or would with the first answer; None for whoever was not away."""
    practised = bool(book.days) and book.days[-1].day >= today
    away = days_away(book, today)
    if not practised and away >= ABSENT_DAYS:
        cap = review_cap(usual_items(book))
        return ReturnPlan(day=today, days_away=away, cap=cap, left_today=cap)
    if not book.back or not 0 <= today - book.back < PLAN_DAYS:
        return None
    left = max(0, book.cap - done_on(book, today).reviews)
    return ReturnPlan(day=book.back, days_away=away if book.back == today else 0, cap=book.cap, left_today=left)


def reviews_left(book: GoalBook, today: int) -> int | None:
    """Due reviews that may still come today (ordinal); None where nothing caps them."""
    if not book.back or not 0 <= today - book.back < PLAN_DAYS:
        return None
    return max(0, book.cap - done_on(book, today).reviews)


def catch_up(n_due: int, arrivals: Sequence[int], cap: int) -> CatchUp:
    """When the reviews that wait have come down to a day's share.

    On each day the reviews of the day, `cap` at most, are done, then those that come due overnight are added.

    Args:
        n_due: due now.
        arrivals: skills that come due on each following day if they are not practised, as the belief forecasts it.
        cap: reviews a day, at least 1.
    """
    return CatchUp(
        soonest=_days(n_due, arrivals, cap, again=False),
        latest=_days(n_due, arrivals, cap, again=True),
    )


def _days(n_due: int, arrivals: Sequence[int], cap: int, *, again: bool) -> int | None:
    waiting, done = n_due, list[int]()
    for day in range(HORIZON_DAYS + 1):
        if waiting <= cap:
            return day
        done.append(min(cap, waiting))
        waiting -= done[-1]
        waiting += arrivals[day] if day < len(arrivals) else 0
        if again and day + 1 >= AGAIN_DAYS:
            waiting += done[day + 1 - AGAIN_DAYS]
    return None
