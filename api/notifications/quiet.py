"""Quiet hours: by the wall clock of a zone, whatever its clock changes do, and in several zones at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from api.game.calendar import zone_info

DAY_MINUTES = 1440
MINUTE_MS = 60_000
MAX_STEPS = 64
HORIZON_MS = 3 * 86_400_000


class Quiet(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From one minute of the local day until before another, over midnight if it ends before it starts; none if equal.

    Attributes:
        starts, ends: in [0, 1440).
    """

    starts: int
    ends: int

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day is quiet."""
        return (minute - self.starts) % DAY_MINUTES < (self.ends - self.starts) % DAY_MINUTES


UNDER_18 = Quiet(21 * 60, 7 * 60)
"""Nobody under 18 is sent anything in these hours, whatever else is set."""

Hours = tuple[str, Quiet]
"""Quiet hours in a zone."""


def hours_of(quiet: Quiet, zones: Iterable[str], *, under_18: bool) -> tuple[Hours, ...]:
    """All quiet hours that are in force: the learner's, and those of under-18s, in every zone they may be in."""
    return tuple(
        (zone, each) for zone in dict.fromkeys(zones) for each in ((quiet, UNDER_18) if under_18 else (quiet,))
    )


def is_quiet(at: int, zone: str, quiet: Quiet) -> bool:
    """Whether an instant (ms) is quiet by the wall clock of a zone. Raises ZoneError."""
    wall = datetime.fromtimestamp(at / 1000, zone_info(zone))
    return quiet.holds(wall.hour * 60 + wall.minute)


def next_free(at: int, hours: Sequence[Hours]) -> int | None:
    """The first instant (ms) from `at` on that is quiet in none of them; None if there is none in three days."""
    found = at
    for _ in range(MAX_STEPS):
        blocking = next((each for each in hours if is_quiet(found, *each)), None)
        if blocking is None:
            return found
        zone, quiet = blocking
        found = next_wall(found + 1, zone, quiet.ends)
        if found - at > HORIZON_MS:
            return None
    return None


def next_wall(at: int, zone: str, minute: int) -> int:
    """The first instant (ms) from `at` on at which the clock of a zone shows a minute of the day.

    A time that a clock change passes over counts as the same distance after the change; one that comes twice, twice.
    """
    info = zone_info(zone)
    today = datetime.fromtimestamp(at / 1000, info).date()
    hour, rest = divmod(minute, 60)
    candidates = (
        _instant(day, hour, rest, zone, fold)
        for day in (today + timedelta(days=n) for n in range(-1, 4))
        for fold in (0, 1)
    )
    return min(found for found in candidates if found >= at)


def _instant(day: date, hour: int, minute: int, zone: str, fold: int) -> int:
    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone_info(zone), fold=fold)
    return round(wall.astimezone(UTC).timestamp() * 1000)


def local_date(at: int, zone: str) -> date:
    """The date that a zone's calendar shows at an instant (ms). Raises ZoneError."""
    return datetime.fromtimestamp(at / 1000, zone_info(zone)).date()


def next_date(at: int, zone: str) -> int:
    """The instant (ms) at which the next date begins in a zone."""
    today = local_date(at, zone)
    found = at
    while local_date(found, zone) == today:
        found = next_wall(found + MINUTE_MS, zone, 0)
    return found
