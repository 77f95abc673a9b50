"""Messages inside one process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.live.hub import Hub, Subscription
from api.live.ports import LiveError


class EmbeddedPubSub:
    """See api.live.ports.PubSub."""

    def __init__(self) -> None:
        self._hub = Hub()
        self._closed = False

    async def publish(self, channel: str, message: bytes) -> None:
        """Hand a message to all subscribers."""
        self._hub.deliver(channel, bytes(message))

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[Subscription]:
        """Messages published from now on."""
        if self._closed:
            raise LiveError("the service stops")
        subscription = self._hub.join(channel)
        try:
            yield subscription
        finally:
            self._hub.leave(subscription)

    async def close(self) -> None:
        """End all subscriptions."""
        self._closed = True
        self._hub.lose_all("the service stops")
