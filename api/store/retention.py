"""Which snapshots are kept: daily for a month, monthly before."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

DAILY_DAYS = 31
MS_PER_DAY = 86_400_000
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def day_of(at: int) -> int:
    """Days since the epoch (UTC) of an instant in milliseconds since the epoch."""
    return at // MS_PER_DAY


def expired_days(days: Iterable[int]) -> list[int]:
    """The days (since the epoch, UTC) whose snapshots can go, oldest first.

    Kept are all days within DAILY_DAYS of the newest, and the last day of each month before that. No clock is
    involved, so a learner who is away loses nothing.
    """
    kept: set[int] = set()
    newest_first = sorted(set(days), reverse=True)
    months: set[tuple[int, int]] = set()
    for day in newest_first:
        date = datetime.date.fromordinal(_EPOCH + day)
        month = (date.year, date.month)
        if newest_first[0] - day < DAILY_DAYS:
            kept.add(day)
        elif month not in months:
            months.add(month)
            kept.add(day)
    return [day for day in reversed(newest_first) if day not in kept]
