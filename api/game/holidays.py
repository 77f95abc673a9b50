"""Planned holidays: dates that the streak does not ask for, a limited number in a calendar year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from api.game.errors import HolidayError
from api.game.state import Holiday

FARTHEST_DAYS = 366
"""How long before a holiday it can be planned."""

MAX_PLANS = 20
"""Holidays that are planned and not over."""


def taken(holidays: Iterable[Holiday], year: int) -> int:
    """Dates of a calendar year that are holidays, each once."""
    return sum(date.fromordinal(day).year == year for day in _dates(holidays))


def check(holidays: Sequence[Holiday], first: int, last: int, today: int, most: int) -> None:
    """Whether a holiday (ordinals, both included) can be planned on a date. `most` dates a calendar year may be.

    Raises:
        HolidayError: it begins before today, ends before it begins, is far off, shares dates with one that is planned,
            is one too many, or takes too many dates of a year.
    """
    begins, ends = date.fromordinal(first), date.fromordinal(last)
    if last < first:
        raise HolidayError(f"the holiday ends on {ends}, before it begins on {begins}")
    if first < today:
        raise HolidayError(f"a holiday is planned ahead; {begins} is over, today is {date.fromordinal(today)}")
    if last > today + FARTHEST_DAYS:
        raise HolidayError(f"{ends} is more than {FARTHEST_DAYS} days away")
    _check_beside([one for one in holidays if one.last >= today], first, last)
    planned = [*holidays, Holiday("", first, last)]
    for year in sorted({begins.year, ends.year}):
        n_days = taken(planned, year)
        if n_days > most:
            left = most - taken(holidays, year)
            raise HolidayError(
                f"{year} has {left} of {most} days of holiday left; this would take {n_days - most} more"
            )


def _check_beside(ahead: Sequence[Holiday], first: int, last: int) -> None:
    """Whether a holiday can stand beside those that are not over."""
    for one in ahead:
        if first <= one.last and last >= one.first:
            begins, ends = date.fromordinal(one.first), date.fromordinal(one.last)
            raise HolidayError(f"{begins} to {ends} is planned already; plan other dates, or cancel that first")
    if len(ahead) >= MAX_PLANS:
        raise HolidayError(f"{len(ahead)} holidays are planned, and at most {MAX_PLANS} can be; cancel one first")


def _dates(holidays: Iterable[Holiday]) -> set[int]:
    return {day for one in holidays for day in range(one.first, one.last + 1)}
