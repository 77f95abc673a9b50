"""What the live ports do while Redis fails, and that they work again by themselves."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator

import pytest

from api.live.opening import open_live
from api.live.ports import Entry, Live, LiveError, Standing, SubscriptionLostError
from tests.servers.processes import free_port
from tests.servers.redis import RedisServer

DAY = 86_400.0
BOARD = [Entry("ana", 10, 1), Entry("ben", 20, 2)]


@pytest.fixture
def blamed() -> list[str]:
    """The ports whose calls failed."""
    return []


@pytest.fixture
async def live(redis_url: str, blamed: list[str]) -> AsyncIterator[Live]:
    live = await open_live(redis_url, blamed.append)
    yield live
    await live.close()


async def back(live: Live) -> None:
    """Wait until Redis answers again."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await live.ping()
            except LiveError:
                await asyncio.sleep(0.05)


async def take(live: Live) -> None:
    """Hold and free a lock."""
    async with live.locks.lock("league", 60.0):
        pass


async def test_while_redis_is_dead_each_port_does_what_it_promises(
    live: Live, redis: RedisServer, blamed: list[str]
) -> None:
    await live.leaderboards.replace("board", BOARD)
    await live.presence.beat("class", "ana", 60.0)
    redis.stop(signal.SIGKILL)
    with pytest.raises(LiveError, match="Redis did not answer leaderboards"):
        await live.leaderboards.top("board", 2)
    for call in (live.leaderboards.rank("board", "ana"), live.pubsub.publish("a", b"x"), take(live), live.ping()):
        with pytest.raises(LiveError):
            await call
    with pytest.raises(LiveError):
        async with live.pubsub.subscribe("a"):
            pass
    assert await live.presence.present("class") == frozenset()
    await live.presence.beat("class", "ana", 60.0)
    await live.presence.leave("class", "ana")
    assert [(await live.rate_limits.hit("ana", 2, DAY)).allowed for _ in range(3)] == [True, True, False]
    assert {"leaderboards", "pubsub", "locks", "presence", "rate_limits", "ping"} <= set(blamed)


async def test_every_port_works_again_when_redis_is_back(live: Live, redis: RedisServer) -> None:
    await asyncio.gather(*(live.leaderboards.top("board", 2) for _ in range(20)))
    await live.rate_limits.hit("ana", 1, DAY)
    redis.stop(signal.SIGKILL)
    with pytest.raises(LiveError):
        await live.leaderboards.top("board", 2)
    redis.start()
    await back(live)
    await live.leaderboards.replace("board", BOARD)
    assert await live.leaderboards.rank("board", "ben") == Standing(1, "ben", 20)
    assert (await live.rate_limits.hit("ana", 1, DAY)).allowed
    await live.presence.beat("class", "ana", 60.0)
    assert await live.presence.present("class") == {"ana"}
    await take(live)
    async with live.pubsub.subscribe("a") as messages:
        await live.pubsub.publish("a", b"hello")
        assert await anext(messages) == b"hello"


async def test_subscribers_are_told_that_messages_may_be_missing(live: Live, redis: RedisServer) -> None:
    async with live.pubsub.subscribe("a") as one, live.pubsub.subscribe("b") as other:
        await live.pubsub.publish("a", b"before")
        assert await anext(one) == b"before"
        redis.stop(signal.SIGKILL)
        for messages in (one, other):
            with pytest.raises(SubscriptionLostError, match="connection to Redis"):
                await anext(messages)
    redis.start()
    await back(live)
    async with live.pubsub.subscribe("a") as messages:
        await live.pubsub.publish("a", b"after")
        assert await anext(messages) == b"after"


async def test_a_listening_connection_that_redis_cuts_is_a_gap_too(live: Live, redis: RedisServer) -> None:
    async with live.pubsub.subscribe("a") as messages:
        assert redis.command("CLIENT KILL TYPE pubsub") == ":1"
        with pytest.raises(SubscriptionLostError):
            await anext(messages)
        async with live.pubsub.subscribe("a") as again:
            await live.pubsub.publish("a", b"on")
            assert await anext(again) == b"on"


async def test_flushing_everything_empties_the_live_state_and_harms_nothing(live: Live, redis: RedisServer) -> None:
    await live.leaderboards.replace("board", BOARD)
    await live.rate_limits.hit("ana", 1, DAY)
    await live.presence.beat("class", "ana", 60.0)
    async with live.locks.lock("league", 60.0) as held, live.pubsub.subscribe("a") as messages:
        redis.empty()
        assert await live.leaderboards.top("board", 2) == []
        assert (await live.rate_limits.hit("ana", 1, DAY)).allowed
        assert await live.presence.present("class") == frozenset()
        with pytest.raises(LiveError, match="was lost"):
            await held.renew()
        async with live.locks.lock("league", 60.0) as second:
            assert second.token > held.token
        await live.pubsub.publish("a", b"still")
        assert await anext(messages) == b"still"


async def test_half_a_board_is_no_board(live: Live, redis: RedisServer) -> None:
    for half in ("order", "at"):
        await live.leaderboards.replace("board", BOARD)
        redis.command(f"DEL pacer:board:{{board}}:{half}")
        assert await live.leaderboards.rank("board", "ana") is None
        assert await live.leaderboards.around("board", "ana", 1) == []
        assert not await live.leaderboards.remove("board", "ana")
        assert (await live.leaderboards.set("board", "ana", 3, 9)).score == 3
        await live.leaderboards.drop("board")


async def test_scripts_that_redis_forgot_are_sent_again(live: Live, redis: RedisServer) -> None:
    await live.leaderboards.replace("board", BOARD)
    assert redis.command("SCRIPT FLUSH") == "+OK"
    assert (await live.leaderboards.add("board", "ana", 1, 3)).score == 11
    assert redis.command("SCRIPT FLUSH") == "+OK"
    assert (await live.rate_limits.hit("ana", 1, DAY)).remaining == 0


async def test_cancelled_calls_leave_no_reply_behind_for_the_next_caller(live: Live) -> None:
    for i in range(40):
        await live.leaderboards.set("board", f"m{i}", i, 1)
    for round_ in range(30):
        calls = [asyncio.create_task(live.leaderboards.rank("board", f"m{i}")) for i in range(40)]
        for _ in range(round_ % 6):
            await asyncio.sleep(0)
        for call in calls[::2]:
            call.cancel()
        found = await asyncio.gather(*calls, return_exceptions=True)
        for i, standing in enumerate(found):
            none = isinstance(standing, asyncio.CancelledError | LiveError)
            assert none or standing == Standing(40 - i, f"m{i}", i)
    await back(live)
    assert await live.leaderboards.rank("board", "m7") == Standing(33, "m7", 7)


async def test_an_outage_is_told_once_and_so_is_its_end(
    live: Live, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    await live.ping()
    redis.stop(signal.SIGKILL)
    with caplog.at_level(logging.WARNING, logger="pacer.live"):
        for _ in range(20):
            await live.presence.present("class")
            await asyncio.sleep(0.05)
        redis.start()
        await back(live)
    assert [record.message.partition(" (")[0] for record in caplog.records] == ["Redis failed", "Redis is back"]


async def test_a_redis_that_is_full_is_told_as_such(live: Live, redis: RedisServer) -> None:
    redis.command("CONFIG SET maxmemory 1")
    try:
        with pytest.raises(LiveError, match="maxmemory"):
            await live.leaderboards.set("board", "ana", 1, 1)
        assert (await live.rate_limits.hit("ana", 1, DAY)).allowed
    finally:
        redis.command("CONFIG SET maxmemory 0")
    assert (await live.leaderboards.set("board", "ana", 1, 1)).score == 1


async def test_a_redis_that_hangs_costs_one_timeout_and_not_one_for_each_call(
    redis_url: str, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.live.redis.link.REPLY_SECONDS", 0.2)
    live = await open_live(redis_url)
    await live.ping()
    assert redis.daemon.process is not None
    redis.daemon.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(LiveError, match="did not answer"):
            await live.ping()
        with pytest.raises(LiveError, match="a moment ago"):
            await live.ping()
    finally:
        redis.daemon.process.send_signal(signal.SIGCONT)
    await back(live)
    await live.close()


async def test_a_redis_that_is_not_there_is_no_error_before_it_is_used() -> None:
    live = await open_live(f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(LiveError):
        await live.ping()
    await live.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1", "redis://127.0.0.1:port", "127.0.0.1:6379", "unix:///run/redis"])
async def test_a_url_that_is_none_is_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(LiveError, match=r"PACER_REDIS is not usable.* allowed: redis://"):
        await open_live(url)
