"""Why the streak does not mind a date: told date by date."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from api.game.calendar import LocalDay, local_day
from api.game.days import Days
from api.game.facts import BadgeEarned
from api.game.folding import fold
from api.game.rules import RULE_BOOK
from api.game.state import GameState, Holiday, Switch
from api.game.streak import ActiveDay, Calendar, streak_of_days
from tests.api.sessions.conftest import Phone

MONDAY = date(2026, 3, 2).toordinal()
DAY_MS = 86_400_000
NOON = 1_772_452_800_000  # 2026-03-02T12:00Z


def local(day: int) -> LocalDay:
    return local_day(NOON + (day - MONDAY) * DAY_MS, "UTC", 0)


def told(learned: list[int], today: int, started: tuple[int, ...] = (), **fields: Any) -> dict[int, tuple[str, str]]:
    """State and reason of each date, by days from the Monday, with lessons on some and one answer on others."""
    done = sorted((MONDAY + day, day in learned) for day in (*learned, *started))
    days = [ActiveDay(local(day), answers=1, lessons=int(counted)) for day, counted in done]
    calendar = Calendar(now=NOON + today * DAY_MS, zone="UTC", **fields)
    shown = Days(days, streak_of_days(days, calendar), calendar, RULE_BOOK).shown()
    return {each.date.toordinal() - MONDAY: (each.state, each.free) for each in shown}


def test_each_free_date_says_why() -> None:
    found = told(
        [0, 6],
        7,
        neutral=(MONDAY + 1,),
        holidays=(Holiday("a", MONDAY + 2, MONDAY + 2),),
        kept=(MONDAY + 3,),
    )
    assert [found[day] for day in range(8)] == [
        ("learned", ""),
        ("free", "outage"),
        ("free", "holiday"),
        ("free", "nothingDue"),
        ("frozen", "freeze"),
        ("frozen", "freeze"),
        ("learned", ""),
        ("none", ""),
    ]


def test_late_work_gives_the_freeze_of_its_date_back() -> None:
    assert told([0, 2], 2)[1] == ("frozen", "freeze")
    assert told([0, 1, 2], 2)[1] == ("learned", "")


def test_a_date_with_too_little_done_is_covered_all_the_same() -> None:
    assert told([0, 2], 2, started=(1,))[1] == ("started", "freeze")


def test_a_missed_date_that_nothing_covers_says_nothing() -> None:
    found = told([0, 5], 5)
    assert [found[day][1] for day in (1, 2, 3, 4)] == ["", "", "", ""]


def test_in_weekly_mode_the_dates_of_a_week_need_no_reason_of_their_own() -> None:
    found = told([0, 2, 4], 5, weekly=(Switch(MONDAY, True),))
    assert [found[day][1] for day in (0, 1, 3)] == ["", "weekly", "weekly"]


def test_under_18_a_short_gap_is_bridged_and_a_long_one_is_not() -> None:
    assert {told([0, 8], 8, soft_now=True)[day] for day in range(1, 8)} == {("none", "softened")}
    assert {told([0, 9], 9, soft_now=True)[day] for day in range(1, 9)} == {("none", "")}
    assert told([0], 3, soft_now=True)[2] == ("none", "softened")
    assert told([0], 3, soft_now=True)[3] == ("none", "")


def test_a_tier_keeps_the_time_at_which_it_was_first_earned() -> None:
    state = GameState()
    for tier, at in ((1, 50), (2, 70), (1, 40), (1, 60)):
        fold(state, BadgeEarned(badge="practised", tier=tier, rarity="common"), at)
    assert (state.badges, state.badges_at) == ({"practised": 2}, {"practised.1": 40, "practised.2": 70})
    assert msgspec.json.decode(msgspec.json.encode(state), type=GameState) == state


async def test_badges_say_since_when_and_settings_what_holds_at_once_after_a_change_of_age(phone: Phone) -> None:
    session = await phone.start()
    await phone.answer(session["id"], session["exercise"])
    items = {badge["id"]: badge for badge in (await phone.get("/me/badges"))["items"]}
    first = items["firstStep"]["tiers"][0]
    assert first["earnedAt"].startswith("2026-03-01T09:30")
    assert items["practised"]["tiers"][0]["earnedAt"] is None
    screen = await phone.get("/me/game")
    assert screen["badges"][-1] == {"id": "firstStep", "tier": 1, "earnedAt": first["earnedAt"]}
    assert (screen["settings"]["league"], screen["settings"]["leagueNow"]) == ("", "on")
    changed = await phone.served.client.patch("/v1/me", json={"ageGroup": "under18"}, headers=phone.headers)
    assert changed.status_code == 200
    settings = (await phone.get("/me/game"))["settings"]
    assert (settings["softened"], settings["league"], settings["leagueNow"]) == (True, "", "off")
    assert (await phone.get("/me/leagues/current"))["mode"] == "off"
