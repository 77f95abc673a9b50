"""The streak against its public vectors, and the properties no vector can show."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.game.calendar import DAY_MS
from api.game.streak import Calendar, StreakEvent, StreakState, streak

VECTORS = json.loads((Path(__file__).parents[3] / "docs" / "game-rules" / "streak.json").read_text())["vectors"]
MARCH = 1_772_323_200_000  # 2026-03-01T00:00:00Z
ZONES = ("Europe/Madrid", "Pacific/Auckland", "Pacific/Honolulu", "America/New_York", "Asia/Kathmandu", "UTC")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def play(vector: dict[str, Any]) -> dict[str, Any]:
    events = [
        StreakEvent(at=ms(e["at"]), zone=e["zone"], did=e["did"], day_starts_at=e.get("dayStartsAt", 0))
        for e in vector["events"]
    ]
    given = vector["calendar"]
    calendar = Calendar(
        now=ms(given["now"]),
        zone=given["zone"],
        day_starts_at=given.get("dayStartsAt", 0),
        neutral=tuple(datetime.fromisoformat(day).date() for day in given.get("neutral", ())),
        **({"freezes": given["freezes"]} if "freezes" in given else {}),
    )
    found = streak(events, calendar)
    return {
        "days": found.days,
        "longest": found.longest,
        "countsToday": found.counts_today,
        "freezes": found.freezes,
        "lastDay": found.last_day.isoformat() if found.last_day else None,
    }


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_a_public_vector_holds(vector: dict[str, Any]) -> None:
    assert play(vector) == vector["expected"], vector["why"]


def test_there_are_enough_vectors() -> None:
    assert len(VECTORS) >= 25


lesson = st.builds(
    StreakEvent,
    at=st.integers(MARCH, MARCH + 40 * DAY_MS),
    zone=st.sampled_from(ZONES),
    did=st.sampled_from(["lesson", "answer"]),
    day_starts_at=st.integers(0, 6),
)


@given(st.lists(lesson, max_size=30), st.randoms())
def test_the_order_of_arrival_does_not_matter(events: list[StreakEvent], random: Any) -> None:
    calendar = Calendar(now=MARCH + 41 * DAY_MS, zone="Europe/Madrid")
    shuffled = list(events)
    random.shuffle(shuffled)
    assert streak(shuffled, calendar) == streak(events, calendar)


@given(st.integers(1, 40), st.sampled_from(ZONES), st.integers(0, 6), st.integers(0, DAY_MS - 1))
def test_a_lesson_every_day_keeps_the_streak_in_every_zone(n: int, zone: str, starts: int, offset: int) -> None:
    first = MARCH - 30 * DAY_MS + offset
    events = [StreakEvent(at=first + day * DAY_MS, zone=zone, did="lesson", day_starts_at=starts) for day in range(n)]
    found = streak(events, Calendar(now=events[-1].at, zone=zone, day_starts_at=starts))
    assert found.counts_today
    assert found.days >= n - 2  # a clock change may put two lessons 24 hours apart on one date
    assert found.days + (2 - found.freezes) >= n - 1


@given(st.lists(st.sampled_from(ZONES), min_size=1, max_size=30))
def test_travelling_never_breaks_a_streak_of_daily_lessons(zones: list[str]) -> None:
    events = [StreakEvent(at=MARCH + day * DAY_MS, zone=zone, did="lesson") for day, zone in enumerate(zones)]
    found = streak(events, Calendar(now=events[-1].at, zone=zones[-1]))
    assert found.freezes == 2
    assert found.days == found.longest >= 1
    assert found.counts_today


def test_an_unknown_version_of_the_rules_is_refused() -> None:
    with pytest.raises(ValueError, match="version 1, not 7"):
        streak([], Calendar(now=MARCH, zone="UTC"), rules_version=7)


def test_the_state_of_nobody_is_empty() -> None:
    assert streak([], Calendar(now=MARCH, zone="UTC")) == StreakState(
        days=0, longest=0, counts_today=False, freezes=2, last_day=None
    )
