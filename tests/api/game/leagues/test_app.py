"""Leagues in the running service: routes, the live view, merging and leaving."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import httpx
import msgspec
import pytest

from api.accounts.callers import ACCOUNTS
from api.feed.routes import FEED
from api.game.facts import AgeGroup
from api.game.leagues.books import LEAGUE
from api.game.leagues.routes import LEAGUES
from api.game.leagues.scoring import Scoring
from api.settings import Settings
from tests.api.conftest import Served
from tests.api.feed.test_feed import told
from tests.api.sessions.conftest import EVERY_KIND, Phone

MONDAY_AFTER_NEXT = 8 * 86_400 + 20 * 3600


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data=settings.data, tracks=str(EVERY_KIND), starter=False)


def scoring(served: Served) -> Scoring:
    return LEAGUES.fetch(served.app)._scoring


async def player(served: Served, name: str = "", tokens: dict[str, str] | None = None) -> Phone:
    """A learner with XP of this week."""
    phone = Phone(served, tokens or await served.guest())
    if name:
        answer = await served.client.patch("/v1/me", json={"displayName": name}, headers=phone.headers)
        assert answer.status_code == 200
    await phone.play(await phone.start("every-kind", 4))
    await scoring(served).flush()
    return phone


async def test_answers_lead_to_a_place_that_is_shown_and_told_live(served: Served) -> None:
    ana, ben = await player(served, "Ana"), Phone(served, await served.guest())
    before = await ben.get("/me/leagues/current")
    assert (before["phase"], before["members"], before["tier"]) == ("notYet", [], {"place": 1, "code": "spring"})
    session = await ben.start("every-kind", 4)
    feed = FEED.fetch(served.app)
    viewer = await feed.viewer(ben.tokens["learnerId"], None, served.clock() + 900_000)
    async with aclosing(feed.frames(viewer)) as frames:
        events: list[Any] = []
        while not events:
            events += told(await anext(frames))
        await ben.play(session)
        await scoring(served).flush()
        async with asyncio.timeout(20):
            while events[-1][1] != "league":
                events += told(await anext(frames))
    league = await ben.get("/me/leagues/current")
    own = next(member for member in league["members"] if member.get("you"))
    data = events[-1][2]
    assert (data["week"], data["place"], data["tier"]["code"]) == (league["week"]["name"], own["place"], "spring")
    assert league["phase"] == "ranked"
    assert len(league["members"]) == 2
    assert {member["name"] for member in league["members"]} - {"Ana"} == {own["name"]}
    xp = (await ben.get("/me/game"))["xp"]["total"]
    assert own["xp"] == league["xp"] == xp
    assert (await ana.get("/me/leagues/current"))["members"][own["place"] - 1]["name"] == own["name"]


async def test_the_settings_of_the_game_lead_out_and_back_in_and_to_ones_own_past(served: Served) -> None:
    ana, ben = await player(served), await player(served)
    place = (await ana.get("/me/leagues/current"))["place"]
    for mode, phase, n_members in (("off", "off", 0), ("pastSelf", "past", 0), ("on", "ranked", 2)):
        await ana.post("/me/game/settings", ana.envelope(weekly=False, league=mode))
        await scoring(served).flush()
        league = await ana.get("/me/leagues/current")
        assert (league["mode"], league["phase"], len(league["members"])) == (mode, phase, n_members)
        assert len((await ben.get("/me/leagues/current"))["members"]) == (2 if mode == "on" else 1)
        assert bool(league["ownWeeks"]) == (mode == "pastSelf")
    assert league["place"] == place


async def aged(phone: Phone, group: str) -> None:
    """The learner says so, or an admin where it is not theirs to say."""
    await ACCOUNTS.fetch(phone.served.app).set_age(phone.tokens["learnerId"], msgspec.convert(group, AgeGroup))


async def names(phone: Phone) -> list[str]:
    return [member["name"] for member in (await phone.get("/me/leagues/current"))["members"]]


async def test_whoever_turns_out_to_be_a_child_is_shown_to_no_adult_from_then_on(served: Served) -> None:
    ana, ben = await player(served, "Ana"), await player(served, "Ben")
    assert set(await names(ben)) == {"Ana", "Ben"}
    await aged(ana, "under13")
    assert await names(ben) == ["Ben"]
    assert (await ana.get("/me/leagues/current"))["phase"] == "off"
    assert (await ben.get("/me/game"))["xp"] == (await ana.get("/me/game"))["xp"]
    await ana.post("/me/game/settings", ana.envelope(weekly=False, league="on"))
    await scoring(served).flush()
    league = await ana.get("/me/leagues/current")
    assert (league["phase"], len(league["members"]), league["members"][0]["you"]) == ("ranked", 1, True)
    assert league["members"][0]["name"] != "Ana"
    assert await names(ben) == ["Ben"]
    await aged(ana, "adult")
    assert set(await names(ben)) == set(await names(ana)) == {"Ana", "Ben"}


async def test_whoever_is_no_child_any_more_leaves_the_seat_among_children(served: Served) -> None:
    ana, ben = await player(served), await player(served)
    for phone in (ana, ben):
        await aged(phone, "under18")
        await phone.post("/me/game/settings", phone.envelope(weekly=False, league="on"))
    await scoring(served).flush()
    assert len(await names(ana)) == len(await names(ben)) == 2
    await aged(ana, "adult")
    assert len(await names(ben)) == 1
    assert (await ana.get("/me/leagues/current"))["phase"] == "ranked"


async def test_where_word_of_an_age_is_lost_the_account_still_decides(served: Served) -> None:
    ana, ben, _ = [await player(served, name) for name in ("Ana", "Ben", "Cy")]
    service = LEAGUES.fetch(served.app)
    seat = (await service._record(ana.tokens["learnerId"])).seat
    assert seat is not None
    service._accounts.aged.clear()
    await aged(ana, "under13")
    assert set(await names(ben)) == {"Ben", "Cy"}
    await ana.sleep(MONDAY_AFTER_NEXT)
    result = await service._closing.result(seat.cohort)
    assert result.row(seat.handle) is None
    assert result.size == 2
    past = (await ana.get("/me/leagues/history"))["items"]
    assert all(not row["outcome"] for row in past)
    assert (await ana.get("/me/leagues/current"))["tier"]["place"] == 1


async def test_late_work_of_a_child_brings_no_adult_seat_back(served: Served) -> None:
    ana, ben = await player(served, "Ana"), await player(served, "Ben")
    session = await ana.start("every-kind", 2)
    await aged(ana, "under13")
    await ana.play(session)
    await scoring(served).flush()
    assert await names(ben) == ["Ben"]
    assert (await ana.get("/me/leagues/current"))["phase"] == "off"


async def test_past_weeks_come_page_by_page(served: Served) -> None:
    ana = await player(served)
    for _ in range(2):
        await ana.sleep(7 * 86_400)
        await ana.play(await ana.start("every-kind", 4))
        await scoring(served).flush()
    first = await ana.get("/me/leagues/history?limit=1")
    assert first["items"][0]["outcome"] == "promoted"
    rest = await ana.get(f"/me/leagues/history?cursor={first['nextCursor']}")
    weeks = [row["week"] for row in (*first["items"], *rest["items"])]
    assert weeks == ["2026-W10", "2026-W09"]
    assert rest["nextCursor"] is None
    refused = await served.client.get("/v1/me/leagues/history?cursor=made-up", headers=ana.headers)
    assert refused.status_code == 400


async def test_who_deletes_their_account_is_in_no_standing_and_no_document(served: Served) -> None:
    ana, ben = await player(served, "Ana Gone"), await player(served)
    name = ana.tokens["learnerId"]
    answer = await served.client.delete(f"/v1/me?confirm={name}", headers=ana.headers)
    assert answer.status_code == 204
    await scoring(served).flush()
    await scoring(served).checkpoint(0.0)
    league = await ben.get("/me/leagues/current")
    assert [member.get("you") for member in league["members"]] == [True]
    documents = LEAGUES.fetch(served.app)._books.documents
    for kind in (LEAGUE, "leagueCohort", "leagueResult", "leaguePlan"):
        for document in await documents.all(kind, limit=500):
            assert name not in document.id
            assert name.encode() not in document.body
            assert b"Ana Gone" not in document.body


async def test_merging_keeps_one_membership_with_the_xp_of_both(served: Served) -> None:
    guest = await player(served, "Guest")
    answer = await served.client.post(
        "/v1/auth/register",
        json={"email": "ana@example.org", "password": "correct horse battery", "zone": "UTC", "displayName": "Ana"},
    )
    assert answer.status_code == 201, answer.text
    account = await player(served, "Ana", answer.json()["tokens"])
    xp = [(await phone.get("/me/game"))["xp"]["total"] for phone in (guest, account)]
    merged: httpx.Response = await served.client.post(
        "/v1/me/merge", json={"guestAccessToken": guest.tokens["accessToken"]}, headers=account.headers
    )
    assert merged.status_code == 200, merged.text
    await scoring(served).flush()
    league = await account.get("/me/leagues/current")
    assert [(member["name"], member["xp"], member["you"]) for member in league["members"]] == [("Ana", sum(xp), True)]
    documents = await LEAGUES.fetch(served.app)._books.documents.all(LEAGUE)
    assert [document.id for document in documents] == [account.tokens["learnerId"]]


async def test_a_guest_that_has_been_in_leagues_for_longer_gives_the_account_its_place(served: Served) -> None:
    guest = await player(served)
    await guest.sleep(MONDAY_AFTER_NEXT)
    await guest.play(await guest.start("every-kind", 4))
    await scoring(served).flush()
    before = await guest.get("/me/leagues/current")
    assert before["tier"]["place"] == 2
    answer = await served.client.post(
        "/v1/auth/register", json={"email": "ana@example.org", "password": "correct horse battery", "zone": "UTC"}
    )
    account = Phone(served, answer.json()["tokens"])
    merged = await served.client.post(
        "/v1/me/merge",
        json={"guestAccessToken": guest.headers["authorization"].removeprefix("Bearer ")},
        headers=account.headers,
    )
    assert merged.status_code == 200, merged.text
    after = await account.get("/me/leagues/current")
    assert after["tier"]["place"] == 2
    assert after["xp"] == before["xp"]
    assert [member["name"] for member in after["members"]] == [member["name"] for member in before["members"]]
    assert after["lastWeek"] == before["lastWeek"]
