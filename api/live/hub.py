"""Subscribers inside one process: a bounded queue for each, so that a slow one harms nobody but itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from api.live.ports import SubscriptionLostError

QUEUE_LENGTH = 256


class Subscription(AsyncIterator[bytes]):
    """The messages of one subscriber. After the last one that is certain, iteration raises SubscriptionLostError."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._waiting: deque[bytes] = deque()
        self._lost = ""
        self._arrived = asyncio.Event()

    def __aiter__(self) -> Subscription:
        """Itself."""
        return self

    async def __anext__(self) -> bytes:
        """The next message, waiting for it."""
        while not self._waiting:
            if self._lost:
                raise SubscriptionLostError(f"messages of {self.channel!r} may have been missed: {self._lost}")
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    def offer(self, message: bytes) -> bool:
        """Queue a message; False if there is no room."""
        if len(self._waiting) >= QUEUE_LENGTH:
            return False
        self._waiting.append(message)
        self._arrived.set()
        return True

    def lose(self, why: str) -> None:
        """End the iteration after what is queued."""
        self._lost = why
        self._arrived.set()


class Hub:
    """Subscriptions by channel."""

    def __init__(self) -> None:
        self._channels: dict[str, set[Subscription]] = {}

    @property
    def channels(self) -> frozenset[str]:
        """Channels with at least one subscriber."""
        return frozenset(self._channels)

    def join(self, channel: str) -> Subscription:
        """A new subscriber."""
        subscription = Subscription(channel)
        self._channels.setdefault(channel, set()).add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Hand it nothing any more."""
        members = self._channels.get(subscription.channel, set())
        members.discard(subscription)
        if not members:
            self._channels.pop(subscription.channel, None)

    def deliver(self, channel: str, message: bytes) -> None:
        """Queue a message for every subscriber; those without room are dropped."""
        for subscription in tuple(self._channels.get(channel, ())):
            if not subscription.offer(message):
                subscription.lose(f"the reader was more than {QUEUE_LENGTH} messages behind")
                self.leave(subscription)

    def lose_all(self, why: str) -> None:
        """Drop every subscriber."""
        for members in self._channels.values():
            for subscription in members:
                subscription.lose(why)
        self._channels.clear()
