"""The week of a league: from Monday 00:00 to Monday 00:00 UTC, the ISO 8601 week, for everybody alike.

So every instant lies in one week, wherever a learner is or travels to: no XP counts twice or not at all. Weeks are
numbered from the one that holds the epoch, which is week 0.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
_MONDAY = date(1969, 12, 29)
_MONDAY_MS = -3 * DAY_MS


def week_of(at: int) -> int:
    """The week of an instant in milliseconds since the epoch."""
    return (at - _MONDAY_MS) // WEEK_MS


def week_starts(week: int) -> int:
    """The first instant of a week (ms)."""
    return _MONDAY_MS + week * WEEK_MS


def week_ends(week: int) -> int:
    """The first instant after a week (ms)."""
    return week_starts(week + 1)


def date_of(week: int) -> date:
    """The Monday on which a week begins."""
    return _MONDAY + timedelta(weeks=week)


def week_name(week: int) -> str:
    """The ISO 8601 name, such as 2026-W10; names sort as weeks do."""
    year, number, _ = date_of(week).isocalendar()
    return f"{year:04d}-W{number:02d}"


def week_named(name: str) -> int:
    """The week of an ISO 8601 name. Raises ValueError if it is none."""
    try:
        monday = datetime.strptime(name + "-1", "%G-W%V-%u").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"{name!r} is not an ISO 8601 week such as 2026-W10") from error
    return week_of(round(monday.timestamp() * 1000))
