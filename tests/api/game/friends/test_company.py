"""Friends notice each other: live views tell how far a shared quest is, and a friend is sent word when it is done."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from api.notifications.routes import NOTIFICATIONS
from api.settings import Settings
from tests.api.feed.test_feed import View
from tests.api.game.friends.test_friends import friends, learner
from tests.api.game.friends.test_together import lesson, with_lessons
from tests.api.sessions.conftest import EVERY_KIND

SOON = 20.0


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, starter=False, tracks=str(EVERY_KIND))


async def test_a_friend_sees_what_the_other_did_and_is_sent_word_when_it_is_done(served: Any) -> None:
    served.clock.forward(86_400)  # to a Monday
    ana, bo = await learner(served, "Ana"), await learner(served, "Bo")
    track = (await ana.get("/tracks"))["items"][0]["id"]
    ref = await with_lessons(served.app.state["friends"], ana, await friends(ana, bo))
    hers, his = (await ana.enrol(track))["id"], (await bo.enrol(track))["id"]
    notified = NOTIFICATIONS.fetch(served.app)
    kept = await notified.books.preferences.of(bo.tokens["learnerId"])
    wanting = msgspec.structs.replace(kept, push=msgspec.structs.replace(kept.push, friend_quest=True))
    await notified.books.preferences.put(bo.tokens["learnerId"], wanting)
    await lesson(bo, his)
    async with View(served, bo) as view:
        await view.next()
        served.clock.forward(3)
        await lesson(ana, hers)
        name, data = "", None
        while name != "friendQuest":
            _, name, data = await view.next()
        assert data == {"friendId": ref, "target": 6, "yours": 1, "theirs": 1, "done": False}
    for _ in range(4):
        await lesson(ana, hers)
    async with asyncio.timeout(SOON):
        while not (log := await notified.log(bo.tokens["learnerId"])):
            await asyncio.sleep(0.05)
    assert [(message.kind, message.why) for message in log] == [("friendQuest", "questDone")]
    assert await notified.log(ana.tokens["learnerId"]) == []
