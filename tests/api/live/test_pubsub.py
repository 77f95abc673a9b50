"""What every back end of the messages does."""

from __future__ import annotations

import asyncio

import pytest

from api.live.hub import QUEUE_LENGTH
from api.live.ports import Live, LiveError, SubscriptionLostError


async def test_messages_reach_every_subscriber_of_the_channel_in_order(workers: tuple[Live, Live]) -> None:
    first, second = workers
    async with first.pubsub.subscribe("a") as here, second.pubsub.subscribe("a") as there:
        for i in range(20):
            await second.pubsub.publish("b", b"not for you")
            await second.pubsub.publish("a", b"%d" % i)
        expected = [b"%d" % i for i in range(20)]
        assert [await anext(here) for _ in range(20)] == expected
        assert [await anext(there) for _ in range(20)] == expected


async def test_what_was_published_before_or_after_is_not_heard(live: Live) -> None:
    await live.pubsub.publish("a", b"before")
    async with live.pubsub.subscribe("a") as messages:
        await live.pubsub.publish("a", b"during")
        assert await anext(messages) == b"during"
    await live.pubsub.publish("a", b"between")
    async with live.pubsub.subscribe("a") as messages:
        await live.pubsub.publish("a", b"again")
        assert await anext(messages) == b"again"


async def test_one_that_leaves_takes_nobody_with_it(live: Live) -> None:
    async with live.pubsub.subscribe("a") as staying:
        async with live.pubsub.subscribe("a"):
            pass
        await live.pubsub.publish("a", b"still here")
        assert await anext(staying) == b"still here"


async def test_subscribers_may_come_and_go_at_once(live: Live) -> None:
    async def visit(name: int) -> bytes:
        async with live.pubsub.subscribe(f"room-{name % 3}") as messages:
            await live.pubsub.publish(f"room-{name % 3}", b"hello")
            return await anext(messages)

    for _ in range(5):
        assert set(await asyncio.gather(*(visit(name) for name in range(12)))) == {b"hello"}


async def test_a_slow_subscriber_is_dropped_and_neither_publisher_nor_others_wait(live: Live) -> None:
    n_messages = QUEUE_LENGTH + 10
    async with live.pubsub.subscribe("a") as slow, live.pubsub.subscribe("a") as quick:

        async def read() -> int:
            for _ in range(n_messages):
                await anext(quick)
            return n_messages

        reading = asyncio.create_task(read())
        for i in range(n_messages):
            await live.pubsub.publish("a", b"%d" % i)
            await asyncio.sleep(0)
        assert await reading == n_messages
        heard = [await anext(slow) for _ in range(QUEUE_LENGTH)]
        assert heard == [b"%d" % i for i in range(QUEUE_LENGTH)]
        with pytest.raises(SubscriptionLostError, match=r"256 messages behind"):
            await anext(slow)


async def test_a_waiting_subscriber_ends_when_the_service_stops(live: Live) -> None:
    async with live.pubsub.subscribe("a") as messages:
        waiting = asyncio.create_task(anext(messages))
        await asyncio.sleep(0)
        await live.close()
        with pytest.raises(SubscriptionLostError, match="stops"):
            await waiting
    with pytest.raises(LiveError, match="stops"):
        async with live.pubsub.subscribe("a"):
            pass


async def test_a_reader_that_gives_up_waiting_loses_nothing(live: Live) -> None:
    async with live.pubsub.subscribe("a") as messages:
        waiting = asyncio.create_task(anext(messages))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await live.pubsub.publish("a", b"there")
        assert await anext(messages) == b"there"
