"""When a reminder goes out: the public vectors, and properties of any standing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.notifications.planning import DAY_MS, NUDGES, RETURN_MS, WEEK_MS, Plan, Sent, Standing, plan
from api.notifications.preferences import KINDS, check_quiet
from api.notifications.quiet import UNDER_18, Quiet, is_quiet, local_date, next_wall
from api.wire import instant

VECTORS = json.loads((Path(__file__).parents[3] / "docs" / "game-rules" / "notifications.json").read_text())["vectors"]
ZONES = ("Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC")
START = 1_772_357_400_000


def ms(text: str | None) -> int:
    return 0 if text is None else round(datetime.fromisoformat(text).timestamp() * 1000)


def minute(text: str) -> int:
    hour, _, rest = text.partition(":")
    return int(hour) * 60 + int(rest)


def standing_of(found: dict[str, Any]) -> Standing:
    return Standing(
        now=ms(found["now"]),
        zones=tuple(found["zones"]),
        quiet=Quiet(*map(minute, found["quiet"])),
        under_18=found["under18"],
        max_per_day=found["maxPerDay"],
        max_per_week=found["maxPerWeek"],
        sent=tuple(Sent(ms(each["at"]), each["kind"]) for each in found["sent"]),
        last_practice_at=ms(found["lastPracticeAt"]),
        unanswered=found["unanswered"],
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_comes_out_as_published(vector: dict[str, Any]) -> None:
    found = plan(standing_of(vector["standing"]), wanted=vector["standing"]["wanted"])
    shown = {"action": found.action, "at": instant(found.at) if found.at else None, "why": found.why}
    assert shown == vector["expected"]


def test_there_are_enough_vectors_and_each_has_its_name() -> None:
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS) >= 40


standings = st.builds(
    Standing,
    now=st.integers(START, START + 300 * DAY_MS),
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=2).map(tuple),
    quiet=st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439)),
    under_18=st.booleans(),
    max_per_day=st.integers(1, 3),
    max_per_week=st.integers(1, 14),
    sent=st.lists(st.builds(Sent, st.integers(START, START + 300 * DAY_MS), st.sampled_from(KINDS)), max_size=6).map(
        tuple
    ),
    last_practice_at=st.integers(START, START + 300 * DAY_MS),
    unanswered=st.integers(0, 5),
)


@settings(max_examples=60, deadline=None)
@given(standings)
def test_what_is_sent_is_in_no_quiet_hours_nor_over_a_limit_nor_too_early(standing: Standing) -> None:
    found = plan(standing)
    if found.action == "none":
        return
    assert found.at >= max(standing.now, standing.last_practice_at + RETURN_MS)
    assert (found.action == "send") == (found.at == standing.now)
    assert not any(is_quiet(found.at, zone, quiet) for zone, quiet in standing.hours)
    if standing.under_18:
        assert not any(is_quiet(found.at, zone, UNDER_18) for zone in standing.zones)
    zone = standing.zones[0]
    day = [sent for sent in standing.sent if local_date(sent.at, zone) == local_date(found.at, zone)]
    assert len(day) < standing.max_per_day
    assert not any(sent.kind in NUDGES for sent in day)
    assert sum(found.at - WEEK_MS < sent.at <= found.at for sent in standing.sent) < standing.max_per_week


@settings(max_examples=30, deadline=None)
@given(standings)
def test_waiting_until_the_planned_moment_plans_to_send_then(standing: Standing) -> None:
    found = plan(standing)
    if found.action == "wait":
        later = Standing(**{name: getattr(standing, name) for name in standing.__struct_fields__} | {"now": found.at})
        assert plan(later) == Plan("send", found.at, plan(later).why)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ZONES), st.integers(START, START + 300 * DAY_MS), st.integers(0, 1439))
def test_the_next_time_of_a_wall_clock_is_at_most_25_hours_away(zone: str, at: int, wanted: int) -> None:
    assert at <= next_wall(at, zone, wanted) <= at + 25 * 3_600_000


@pytest.mark.parametrize(("starts", "ends", "fine"), [(0, 960, True), (0, 961, False), (1320, 420, True), (5, 5, True)])
def test_quiet_hours_leave_something_of_a_day(starts: int, ends: int, fine: bool) -> None:
    if fine:
        check_quiet(Quiet(starts, ends))
        return
    with pytest.raises(ValueError, match="at most 16 are allowed"):
        check_quiet(Quiet(starts, ends))
