"""The summary of a week: on the Monday after it, from nine in the morning on, if anything was done in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec

from api.game.calendar import zone_info
from api.notifications.agenda import Agenda
from api.notifications.planning import Standing
from api.notifications.practice import monday_of
from api.notifications.quiet import local_date

HOUR = 9


class Due(msgspec.Struct, frozen=True, gc=False):
    """The week that begins on `monday` (an ordinal): what to tell of the one before, from `at` (ms) on; the next is
    looked at at `next_at`. Without figures there is nothing to tell, or it was told."""

    monday: int
    at: int
    figures: dict[str, int]
    next_at: int


def summary_due(agenda: Agenda, standing: Standing) -> Due:
    """What is to be told of the week before this one. A week that was going on when it was switched on is not."""
    zone = standing.zones[0]
    monday = date.fromordinal(monday_of(local_date(standing.now, zone)))
    at, next_at = _morning(monday, zone), _morning(monday + timedelta(days=7), zone)
    answers, lessons = agenda.weeks.get(monday.toordinal() - 7, (0, 0))
    told = agenda.told_week >= monday.toordinal() or agenda.since >= at or not (answers or lessons)
    figures = {} if told else {"answers": answers, "lessons": lessons}
    return Due(monday.toordinal(), at, figures, next_at)


def _morning(day: date, zone: str) -> int:
    wall = datetime(day.year, day.month, day.day, HOUR, tzinfo=zone_info(zone))
    return round(wall.astimezone(UTC).timestamp() * 1000)
