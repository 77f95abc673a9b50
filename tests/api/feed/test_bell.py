"""Bells in two processes that share nothing but a channel."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from api.feed.bell import FORGET_SECONDS, MAX_OF_ONE, Bell
from api.http.errors import TooManyStreamsError
from api.live.opening import open_live
from api.live.ports import Live

LONG = 10.0


class Pair:
    """Two bells; seconds pass when told to."""

    def __init__(self, first: Live, second: Live) -> None:
        self.passed = 0.0
        self.here = Bell(first.pubsub, lambda: time.monotonic() + self.passed)
        self.there = Bell(second.pubsub, lambda: time.monotonic() + self.passed)


@pytest.fixture(params=["embedded", "redis"])
async def lives(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Live, Live]]:
    url = "" if request.param == "embedded" else request.getfixturevalue("redis_url")
    first = await open_live(url)
    second = await open_live(url) if url else first
    yield first, second
    await first.close()
    await second.close()


@pytest.fixture
def pair(lives: tuple[Live, Live]) -> Pair:
    return Pair(*lives)


async def rung(bell: Bell, learner: str, watch: object) -> bool:
    """Whether a watch rings when the bell is rung again and again, as it may not know of it yet."""
    for _ in range(200):
        bell.ring(learner)
        if await watch.wait(0.05):  # type: ignore[attr-defined]
            return True
    return False


async def settled(watch: object) -> None:
    """Wait until the rings of the start are over."""
    while await watch.wait(0.3):  # type: ignore[attr-defined]
        pass


async def test_a_watcher_is_woken_by_its_own_process_at_once(pair: Pair) -> None:
    with pair.here.watching("ana") as watch, pair.here.watching("ben") as other:
        pair.here.ring("ana")
        assert await watch.wait(0.0) or await watch.wait(LONG)
        assert not await other.wait(0.0)


async def test_a_watcher_is_woken_by_another_process(pair: Pair) -> None:
    async with pair.here.listening(), pair.there.listening():
        with pair.here.watching("ana") as watch:
            await settled(watch)
            assert await rung(pair.there, "ana", watch)


async def test_a_process_that_comes_later_learns_who_is_watched(pair: Pair) -> None:
    async with pair.here.listening():
        with pair.here.watching("ana") as watch:
            await settled(watch)
            async with pair.there.listening():
                assert await rung(pair.there, "ana", watch)


async def test_nobody_is_told_of_a_learner_nobody_watches(pair: Pair, lives: tuple[Live, Live]) -> None:
    heard: list[bytes] = []

    async def hear() -> None:
        async with lives[0].pubsub.subscribe("feed") as messages:
            async for message in messages:
                heard.append(message)

    async with pair.there.listening():
        hearing = asyncio.create_task(hear())
        for _ in range(100):
            pair.there.ring("ana")
            await asyncio.sleep(0.003)
        hearing.cancel()
    assert not any(b"ana" in message for message in heard)


async def test_watchers_of_a_process_that_is_gone_are_forgotten(pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(pair.here.listening())
        await stack.enter_async_context(pair.there.listening())
        with pair.here.watching("ana") as watch:
            await settled(watch)
            assert await rung(pair.there, "ana", watch)
            await settled(watch)
            pair.passed += FORGET_SECONDS + 1
            pair.there._announce_now()
            pair.there.ring("ana")
            assert not await watch.wait(0.3)


async def test_one_more_watcher_than_a_learner_may_have_ends_the_oldest(pair: Pair) -> None:
    with pair.here.watching("ana") as oldest:
        watches = [pair.here.watching("ana") for _ in range(MAX_OF_ONE)]
        opened = [watch.__enter__() for watch in watches]
        assert oldest.ended
        assert not any(watch.ended for watch in opened)
        assert await oldest.wait(LONG)
        for watch in watches:
            watch.__exit__(None, None, None)


async def test_a_process_has_room_for_so_many_and_no_more(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.feed.bell.MAX_WATCHERS", 2)
    with pair.here.watching("ana"):
        pair.here.check_room()
        with pair.here.watching("ben"), pytest.raises(TooManyStreamsError, match="try again"):
            pair.here.check_room()
        pair.here.check_room()


async def test_leaving_ends_every_watcher(pair: Pair) -> None:
    async with pair.here.listening():
        watching = pair.here.watching("ana")
        watch = watching.__enter__()
    assert watch.ended
    watching.__exit__(None, None, None)
