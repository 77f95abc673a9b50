"""Local days: which day of a learner's calendar an instant belongs to.

A day is a date in an IANA zone, starting at an hour the learner chose (0 to 6). It lasts 23, 24 or 25 hours, as the
zone has it. A change of zone or of the starting hour takes effect when the current day ends: it never shortens a day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

DAY_MS = 86_400_000
MAX_DAY_STARTS_AT = 6


class ZoneError(ValueError):
    """Not an IANA zone."""


class LocalDay(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A day of the calendar: its date as a proleptic ordinal (1 = 0001-01-01), and when it starts and ends (ms)."""

    ordinal: int
    starts: int
    ends: int

    @property
    def date(self) -> date:
        """The date as such."""
        return date.fromordinal(self.ordinal)


@lru_cache(maxsize=1024)
def zone_info(zone: str) -> ZoneInfo:
    """The rules of a zone. Raises ZoneError, naming it, if there is none of that name."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneError(f"{zone!r} is not an IANA time zone, such as Europe/Madrid") from error


def local_day(at: int, zone: str, day_starts_at: int) -> LocalDay:
    """The day an instant belongs to, by the wall clock of one zone.

    Args:
        at: milliseconds since the epoch.
        day_starts_at: hour in 0..6 at which a new day starts.
    """
    if not 0 <= day_starts_at <= MAX_DAY_STARTS_AT:
        raise ValueError(f"a day starts at an hour from 0 to {MAX_DAY_STARTS_AT}, not {day_starts_at}")
    wall = datetime.fromtimestamp(at / 1000, zone_info(zone))
    return _day((wall.replace(tzinfo=None) - timedelta(hours=day_starts_at)).toordinal(), zone, day_starts_at)


@lru_cache(maxsize=4096)
def _day(ordinal: int, zone: str, day_starts_at: int) -> LocalDay:
    return LocalDay(ordinal, _start(ordinal, zone, day_starts_at), _start(ordinal + 1, zone, day_starts_at))


def _start(ordinal: int, zone: str, hour: int) -> int:
    day = date.fromordinal(ordinal)
    wall = datetime(day.year, day.month, day.day, hour, tzinfo=zone_info(zone))
    return round(wall.astimezone(UTC).timestamp() * 1000)


def next_day(current: LocalDay | None, at: int, zone: str, day_starts_at: int) -> LocalDay:
    """The day of an event, given the day of the learner's event before it.

    Until the current day ends, the event belongs to it, wherever it happened. A flight to the west may bring the same
    date again: then the day goes on (the two are merged). A flight to the east may skip a date.
    """
    if current is not None and at < current.ends:
        return current
    day = local_day(at, zone, day_starts_at)
    if current is not None and day.ordinal <= current.ordinal:
        return LocalDay(current.ordinal, current.starts, max(current.ends, day.ends))
    return day


def days_between(earlier: LocalDay, later: LocalDay) -> int:
    """Whole days that passed between the end of one day and the start of another.

    Measured in elapsed time with two hours of grace for clock changes, so that a date skipped by travelling is no day.
    """
    return max(0, (later.starts - earlier.ends + 2 * 3_600_000) // DAY_MS)
