import re
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire import UUID7_PATTERN, Wire, check_zone, fault_of, instant, new_id, zone_names


class Example(Wire, frozen=True, kw_only=True):
    two_words: int
    maybe_none: str | None = None


def test_names_are_camel_case_and_none_is_sent_as_null() -> None:
    assert msgspec.json.encode(Example(two_words=1)) == b'{"twoWords":1,"maybeNone":null}'


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_772_357_400_007, "2026-03-01T09:30:00.007Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_an_instant_has_three_decimals_and_is_utc(ms: int, text: str) -> None:
    assert instant(ms) == text


@given(st.integers(min_value=0, max_value=7_258_118_400_000))
def test_an_instant_reads_back_as_the_same_millisecond(ms: int) -> None:
    read = msgspec.convert(instant(ms), datetime)
    assert (read - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000 == pytest.approx(ms, abs=0.01)


def test_ids_are_version_seven_and_rise() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    assert all(re.match(UUID7_PATTERN, made) for made in ids)


@pytest.mark.parametrize("name", ["Europe/Madrid", "America/Argentina/Ushuaia", "Asia/Kolkata", "UTC"])
def test_zones_of_the_database_are_taken(name: str) -> None:
    check_zone(name)
    assert name in zone_names()


NO_ZONES = ["", "+01:00", "europe/madrid", "America", "/etc/localtime", "posixrules", "localtime", "Factory"]


@pytest.mark.parametrize("name", NO_ZONES)
def test_anything_else_is_no_zone(name: str) -> None:
    with pytest.raises(ValueError, match="IANA"):
        check_zone(name)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("Expected `int`, got `str`", ("", "Expected `int`, got `str`")),
        ("Expected `int`, got `str` - at `$.a`", ("/a", "Expected `int`, got `str`")),
        ("Wrong - at `$.a[3].b`", ("/a/3/b", "Wrong")),
        ("Wrong - at `$[...]`", ("/...", "Wrong")),
        ("/zone: no zone", ("/zone", "no zone")),
        ("/zone: no zone - at `$.events[2]`", ("/events/2/zone", "no zone")),
    ],
)
def test_a_decoders_message_becomes_a_pointer_and_a_sentence(message: str, fault: tuple[str, str]) -> None:
    assert fault_of(message) == fault
