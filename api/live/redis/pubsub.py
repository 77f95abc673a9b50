"""Messages between processes: one connection listens for all subscribers of this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from api.live.hub import Hub, Subscription
from api.live.ports import LiveError
from api.live.redis.link import PREFIX, Link

PORT = "pubsub"
QUIET_SECONDS = 5.0
"""After so long without a message Redis is asked whether it is there; after as long again it is taken for gone."""
CONFIRM_SECONDS = 2.0


class RedisPubSub:
    """See api.live.ports.PubSub.

    Whenever the connection fails, all subscriptions of this process end: nobody knows what was missed. The next one to
    subscribe connects anew.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._hub = Hub()
        self._listening: Listening | None = None
        self._closed = False

    async def publish(self, channel: str, message: bytes) -> None:
        """Hand a message to all subscribers."""
        await self._link.call(PORT, lambda: self._link.client.publish(key_of(channel), bytes(message)))

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[Subscription]:
        """Messages published from now on."""
        if self._closed:
            raise LiveError("the service stops")
        subscription = self._hub.join(channel)
        try:
            await self._link.call(PORT, lambda: self._confirm(channel))
            yield subscription
        finally:
            self._hub.leave(subscription)
            if channel not in self._hub.channels and self._listening is not None:
                await self._listening.forget(channel)

    async def close(self) -> None:
        """End all subscriptions and the connection."""
        self._closed = True
        if self._listening is not None:
            await self._listening.stop()
        self._hub.lose_all("the service stops")

    async def _confirm(self, channel: str) -> None:
        if self._listening is None or self._listening.done:
            self._listening = Listening(self._link.client.pubsub(), self._hub)
        await self._listening.listen(channel)


class Listening:
    """One connection in listening mode, from its first channel to its failure."""

    def __init__(self, connection: PubSub, hub: Hub) -> None:
        self._connection = connection
        self._hub = hub
        self._confirmed: dict[str, asyncio.Future[None]] = {}
        self._sending = asyncio.Lock()
        self._reader: asyncio.Task[None] | None = None
        self.done = False

    async def listen(self, channel: str) -> None:
        """Return when Redis has confirmed the channel. Raises RedisError or TimeoutError."""
        async with self._sending:
            if channel not in self._confirmed:
                self._confirmed[channel] = asyncio.get_running_loop().create_future()
                await self._send(self._connection.subscribe, channel)
            confirmed = self._confirmed[channel]
            if self._reader is None:
                self._reader = asyncio.create_task(self._read())
        async with asyncio.timeout(CONFIRM_SECONDS):
            await asyncio.shield(confirmed)

    async def forget(self, channel: str) -> None:
        """Tell Redis that nobody listens to the channel, unless somebody does again."""
        async with self._sending:
            if channel in self._hub.channels or self.done:
                return
            if self._confirmed.pop(channel, None) is not None:
                with suppress(RedisError):
                    await self._send(self._connection.unsubscribe, channel)

    async def _send(self, command: Callable[[str], Awaitable[Any]], channel: str) -> None:
        """If it did not go out whole, the connection is of no use any more: others may have missed something."""
        sent = False
        try:
            await command(key_of(channel))
            sent = True
        finally:
            if not sent:
                await self._fail("the connection to Redis failed")

    async def stop(self) -> None:
        """Close the connection."""
        self.done = True  # should the client swallow the cancellation, as it now and then does
        if self._reader is not None and not self._reader.done():
            self._reader.cancel()
            await asyncio.wait({self._reader}, timeout=QUIET_SECONDS)
        await self._fail("the service stops")

    async def _read(self) -> None:
        try:
            await self._deliver()
        except (RedisError, OSError) as error:
            await self._fail(f"the connection to Redis was lost ({error})")

    async def _deliver(self) -> None:
        asked = False
        while not self.done:
            message = await self._connection.get_message(timeout=QUIET_SECONDS)
            if message is None:
                if asked:
                    raise RedisConnectionError("no sign of life")
                await self._connection.ping()
            elif message["type"] == "message":
                self._hub.deliver(channel_of(message["channel"]), message["data"])
            elif message["type"] == "subscribe":
                self._confirm(channel_of(message["channel"]))
            asked = message is None

    def _confirm(self, channel: str) -> None:
        future = self._confirmed.get(channel)
        if future is None:
            return
        if future.done():  # said again: the client has connected anew behind our back
            raise RedisConnectionError("it was interrupted")
        future.set_result(None)

    async def _fail(self, why: str) -> None:
        self.done = True
        self._hub.lose_all(why)
        for future in self._confirmed.values():
            if not future.done():
                future.set_exception(RedisConnectionError(why))
                future.exception()  # whoever waits is told; if nobody does, that is no fault
        with suppress(RedisError, OSError):
            await self._connection.aclose()  # type: ignore[no-untyped-call]


def key_of(channel: str) -> str:
    """The channel's name in Redis."""
    return f"{PREFIX}channel:{channel}"


def channel_of(key: bytes) -> str:
    """The channel of a name in Redis."""
    return key.decode().removeprefix(f"{PREFIX}channel:")
