"""The streak against its public vectors, and the properties no vector can show."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from api.game.calendar import DAY_MS, next_day
from api.game.rules import RULES, RuleBook, StreakRules
from api.game.state import Holiday, Switch
from api.game.streak import ActiveDay, Calendar, StreakEvent, StreakState, Trail, add, streak, streak_of_days

VECTORS = json.loads((Path(__file__).parents[3] / "docs" / "game-rules" / "streak.json").read_text())["vectors"]
MARCH = 1_772_323_200_000  # 2026-03-01T00:00:00Z
ZONES = ("Europe/Madrid", "Pacific/Auckland", "Pacific/Honolulu", "America/New_York", "Asia/Kathmandu", "UTC")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def days(texts: list[str]) -> list[int]:
    return sorted(date.fromisoformat(text).toordinal() for text in texts)


def switches(given: list[dict[str, Any]]) -> list[Switch]:
    return [Switch(date.fromisoformat(one["from"]).toordinal(), one["on"]) for one in given]


def calendar_of(given: dict[str, Any]) -> Calendar:
    return Calendar(
        now=ms(given["now"]),
        zone=given["zone"],
        day_starts_at=given.get("dayStartsAt", 0),
        neutral=days(given.get("neutral", [])),
        holidays=[Holiday("", *days(pair)) for pair in given.get("holidays", [])],
        kept=days(given.get("kept", [])),
        bought=days(given.get("freezesBought", [])),
        weekly=switches(given.get("weekly", [])),
        soft=switches(given.get("softened", [])),
        freezes=given.get("freezes"),
    )


def events_of(vector: dict[str, Any]) -> list[StreakEvent]:
    return [
        StreakEvent(at=ms(e["at"]), zone=e["zone"], did=e["did"], day_starts_at=e.get("dayStartsAt", 0))
        for e in vector["events"]
    ]


def told(found: StreakState) -> dict[str, Any]:
    back = found.earn_back
    return {
        "days": found.days,
        "longest": found.longest,
        "countsToday": found.counts_today,
        "freezes": found.freezes,
        "lastDay": found.last_day.isoformat() if found.last_day else None,
        "reserve": found.reserve,
        "earnBack": back
        and {"days": back.days, "lessons": back.lessons, "until": date.fromordinal(back.until).isoformat()},
    }


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_a_public_vector_holds(vector: dict[str, Any]) -> None:
    found = told(streak(events_of(vector), calendar_of(vector["calendar"])))
    assert found == {"reserve": 0, "earnBack": None, **vector["expected"]}, vector["why"]


def test_there_are_enough_vectors_and_each_says_why() -> None:
    assert len(VECTORS) >= 60
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)
    assert all(vector["why"].endswith(".") for vector in VECTORS)


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


def test_the_state_of_nobody_is_empty() -> None:
    found = streak([], Calendar(now=MARCH, zone="UTC"))
    assert told(found) == {
        "days": 0,
        "longest": 0,
        "countsToday": False,
        "freezes": 2,
        "lastDay": None,
        "reserve": 0,
        "earnBack": None,
    }


def lessons_on(*dates: int) -> list[StreakEvent]:
    return [StreakEvent(at=MARCH + (day - 1) * DAY_MS + DAY_MS // 2, zone="UTC", did="lesson") for day in dates]


def test_days_before_a_new_version_keep_its_forerunner() -> None:
    """Five answers are enough from 10 March on: the 9th with five does not count, the 10th does."""
    later = replace(RULES[0], version=2, begins=date(2026, 3, 10), streak=StreakRules(answers_for_a_day=5))
    answers = [
        StreakEvent(at=MARCH + day * DAY_MS + number, zone="UTC", did="answer") for day in (8, 9) for number in range(5)
    ]
    now = Calendar(now=MARCH + 9 * DAY_MS + 10, zone="UTC")
    assert streak(answers, now).days == 0
    found = streak(answers, now, RuleBook((RULES[0], later)))
    assert (found.days, found.last_day) == (1, date(2026, 3, 10))


def test_how_many_lessons_earn_back_is_of_the_version_of_the_day_that_broke() -> None:
    one = replace(RULES[0], version=2, begins=date(2026, 3, 6), streak=StreakRules(earn_back_lessons=1))
    book = RuleBook((RULES[0], one))
    events, now = lessons_on(3, 4, 6), Calendar(now=MARCH + 6 * DAY_MS - 1, zone="UTC", freezes=0)
    assert streak(events, now, book).days == 1  # the 5th broke it, under the version before
    events, now = lessons_on(4, 5, 7), Calendar(now=MARCH + 7 * DAY_MS - 1, zone="UTC", freezes=0)
    assert streak(events, now, book).days == 3


gaps = st.lists(st.integers(1, 5), min_size=1, max_size=25)


@given(gaps, st.lists(st.integers(0, 80), max_size=5), st.integers(0, 2), st.booleans())
def test_freezes_are_neither_made_nor_lost(steps: list[int], bought: list[int], held: int, weekly: bool) -> None:
    """What is held, in reserve and spent is what was given and bought; spent ones are at most the missed dates."""
    first = date(2026, 3, 2).toordinal()
    dates = [2]
    for step in steps:
        dates.append(dates[-1] + step)
    mode = [Switch(first - 7, True)] if weekly else []
    days_bought = sorted(first + day for day in bought if first + day <= first - 2 + dates[-1])
    now = Calendar(now=MARCH + dates[-1] * DAY_MS - 1, zone="UTC", freezes=held, bought=days_bought, weekly=mode)
    found = streak(lessons_on(*dates), now)
    spent = held + len(days_bought) - found.freezes - found.reserve
    assert 0 <= spent <= dates[-1] - 2 - (len(dates) - 1)
    assert 1 <= found.days <= found.longest <= len(dates)


@given(gaps, st.sets(st.integers(2, 100), max_size=6))
def test_a_late_lesson_neither_shortens_a_streak_that_never_broke_nor_takes_a_freeze(
    steps: list[int], late: set[int]
) -> None:
    """Where a streak broke, the late lesson may save the older one by the freezes that a newer one had used."""
    dates = [2]
    for step in steps:
        dates.append(dates[-1] + step)
    now = Calendar(now=MARCH + dates[-1] * DAY_MS - 1, zone="UTC")
    before = streak(lessons_on(*dates), now)
    assume(before.days == len(dates))
    after = streak(lessons_on(*dates, *(day for day in late if day <= dates[-1])), now)
    assert after.days >= before.days
    assert after.freezes + after.reserve >= before.freezes


@given(st.lists(lesson, max_size=30), st.integers(0, 3), st.sets(st.integers(0, 40), max_size=4), st.booleans())
def test_following_day_by_day_is_looking_at_all_days(
    events: list[StreakEvent], freezes: int, bought: set[int], weekly: bool
) -> None:
    """The trail that an answer takes further, against the whole computed anew."""
    first = date(2026, 3, 1).toordinal()
    trail, days, current = Trail(None), list[ActiveDay](), None
    for event in sorted(events, key=lambda event: (event.at, event.did, event.zone, event.day_starts_at)):
        current = next_day(current, event.at, event.zone, event.day_starts_at)
        add(days, current, event.did)
        calendar = Calendar(
            now=event.at,
            zone=event.zone,
            day_starts_at=event.day_starts_at,
            freezes=freezes,
            bought=sorted(first + day for day in bought),
            weekly=[Switch(first - 6, weekly)],
        )
        assert streak_of_days(days, calendar, trail=trail) == streak_of_days(days, calendar)
