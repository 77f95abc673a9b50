"""The quest of two friends, played on two servers that share a store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from api.game.friends.friendship import Friendship
from api.game.friends.together import SHARED_GEMS, shared_quest
from api.settings import Settings
from api.wire import new_id
from tests.api.conftest import MovableClock, Served, running
from tests.api.game.friends.test_friends import friends, items, learner
from tests.api.sessions.conftest import EVERY_KIND, Phone

MONDAY = 739_677  # 2026-03-02


async def with_lessons(service: Any, phone: Phone, ref: str) -> str:
    """The friendship under an id whose quest of the week asks for lessons."""
    wanted = new_id()
    while shared_quest(wanted, MONDAY).kind != "lessons":
        wanted = new_id()

    def edit(found: Friendship) -> Friendship:
        return msgspec.structs.replace(found, ref=wanted)

    await service.friendships.edit(phone.tokens["learnerId"], ref, edit)
    return wanted


async def lesson(phone: Phone, enrolment: str) -> None:
    await phone.play(await phone.open(enrolment, 3))


@asynccontextmanager
async def servers(url: str, settings: Settings, clock: MovableClock) -> AsyncIterator[tuple[Served, Served]]:
    """Two servers on the database of a URL, each with a folder of its own; one on a file if there is none."""
    if not url:
        async with running(settings, clock) as only:
            yield only, only
        return
    secret = "a secret that both servers know, of more than 32 letters"
    both = [
        msgspec.structs.replace(settings, store=url, secret=secret, data=f"{settings.data}-{name}") for name in "ab"
    ]
    async with running(both[0], clock) as one, running(both[1], clock) as two:
        yield one, two


@pytest.mark.parametrize("store", ["sqlite", "mongodb"])
async def test_two_friends_on_two_servers_do_a_quest_and_each_is_rewarded_once(
    request: pytest.FixtureRequest, trackless: Settings, clock: MovableClock, store: str
) -> None:
    url = request.getfixturevalue("mongo_url") if store == "mongodb" else ""
    settings = msgspec.structs.replace(trackless, tracks=str(EVERY_KIND))
    clock.forward(86_400)  # to that Monday
    async with servers(url, settings, clock) as (one, two):
        ana, bo = await learner(one, "Ana"), await learner(two, "Bo")
        track = (await ana.get("/tracks"))["items"][0]["id"]
        ref = await with_lessons(one.app.state["friends"], ana, await friends(ana, bo))
        hers, his = (await ana.enrol(track))["id"], (await bo.enrol(track))["id"]
        for _ in range(5):
            await lesson(ana, hers)
        (seen,) = await items(bo)
        assert (seen["quest"]["yours"], seen["quest"]["theirs"], seen["quest"]["done"]) == (0, 5, False)
        open_ = await ana.post(f"/me/friends/{ref}/quest/reward", {}, 409)
        assert open_["type"] == "urn:pacer:problem:shared-quest-open"
        await lesson(bo, his)
        (seen,) = await items(ana)
        assert (seen["quest"]["yours"], seen["quest"]["theirs"], seen["quest"]["done"]) == (5, 1, True)

        elsewhere = Phone(two, ana.tokens, "tablet")
        for phone in (ana, elsewhere, bo):
            taken = await phone.post(f"/me/friends/{ref}/quest/reward", {})
            assert taken["items"][0]["quest"]["rewarded"] is True
        journal = one.app.state["friends"]._states.journal
        for phone in (ana, bo):
            commits = await journal.read(phone.tokens["learnerId"])
            rows = [fact.body for commit in commits for fact in commit.facts if fact.kind == "gemsMoved"]
            shared = [msgspec.json.decode(row) for row in rows if b"friend." in row]
            assert [row["amount"] for row in shared] == [SHARED_GEMS]
            assert "together" in {badge["id"] for badge in (await phone.get("/me/badges"))["items"] if badge["tier"]}
