"""Local days by zone and starting hour."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.game.calendar import DAY_MS, ZoneError, days_between, local_day, next_day

HOUR = 3_600_000
ZONES = ("Europe/Madrid", "Pacific/Apia", "America/Havana", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_day_has_the_hours_its_zone_gives_it() -> None:
    lengths = {
        day: (found.ends - found.starts) // HOUR
        for day in ("2026-03-28", "2026-03-29", "2026-10-25")
        for found in [local_day(ms(f"{day}T12:00:00Z"), "Europe/Madrid", 0)]
    }
    assert lengths == {"2026-03-28": 24, "2026-03-29": 23, "2026-10-25": 25}


def test_a_day_that_starts_later_takes_the_night_with_it() -> None:
    assert local_day(ms("2026-03-03T02:59:59Z"), "UTC", 3).date == date(2026, 3, 2)
    assert local_day(ms("2026-03-03T03:00:00Z"), "UTC", 3).date == date(2026, 3, 3)


def test_a_zone_that_does_not_exist_is_named() -> None:
    with pytest.raises(ZoneError, match="'Mars/Olympus' is not an IANA time zone"):
        local_day(0, "Mars/Olympus", 0)


def test_an_hour_that_is_not_allowed_is_named() -> None:
    with pytest.raises(ValueError, match="from 0 to 6, not 7"):
        local_day(0, "UTC", 7)


@given(st.integers(ms("2000-01-01T00:00:00Z"), ms("2040-01-01T00:00:00Z")), st.sampled_from(ZONES), st.integers(0, 6))
def test_an_instant_lies_in_its_day_and_days_touch(at: int, zone: str, starts: int) -> None:
    found = local_day(at, zone, starts)
    assert found.starts <= at < found.ends
    following = local_day(found.ends, zone, starts)
    assert following.starts == found.ends
    assert following.ordinal > found.ordinal
    assert days_between(found, following) == 0


@given(
    st.lists(st.tuples(st.integers(0, 30 * DAY_MS), st.sampled_from(ZONES), st.integers(0, 6)), min_size=2, max_size=20)
)
def test_days_never_run_backwards_and_are_never_cut_short(events: list[tuple[int, str, int]]) -> None:
    start = ms("2026-03-10T00:00:00Z")
    current = None
    for at, zone, starts in sorted(events):
        found = next_day(current, start + at, zone, starts)
        if current is not None:
            assert found.ordinal >= current.ordinal
            assert found.ends >= current.ends
            assert found == current or start + at >= current.ends
        current = found
