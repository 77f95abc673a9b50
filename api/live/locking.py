"""How a lock is waited for, held and let go, whatever it is kept in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from api.live.ports import LiveError, LockHeldError

POLL_SECONDS = 0.05


class Keeper(Protocol):
    """Keeps locks; each call is atomic."""

    async def take(self, name: str, ttl_seconds: float) -> int | None:
        """The token of the new holder, or None if there is one already."""

    async def keep(self, name: str, token: int, ttl_seconds: float) -> bool:
        """Begin the holder's ttl anew; whether it was still the holder."""

    async def give_back(self, name: str, token: int) -> None:
        """End it, if this is still the holder."""


@dataclass(frozen=True, slots=True)
class Grip:
    """See api.live.ports.Held."""

    keeper: Keeper
    name: str
    token: int
    ttl_seconds: float

    async def renew(self) -> None:
        """Hold it for another ttl from now."""
        if not await self.keeper.keep(self.name, self.token, self.ttl_seconds):
            raise LockHeldError(f"the lock {self.name!r} was lost: it ended, or the live state was deleted")


class KeptLocks:
    """See api.live.ports.Locks."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    @asynccontextmanager
    async def lock(self, name: str, ttl_seconds: float, wait_seconds: float = 0.0) -> AsyncIterator[Grip]:
        """Hold the lock inside the `async with`."""
        if ttl_seconds <= 0:
            raise ValueError(f"a lock is held for more than 0 s, not {ttl_seconds}")
        token = await self._wait(name, ttl_seconds, wait_seconds)
        try:
            yield Grip(self._keeper, name, token, ttl_seconds)
        finally:
            with suppress(LiveError):  # it ends by itself
                await self._keeper.give_back(name, token)

    async def _wait(self, name: str, ttl_seconds: float, wait_seconds: float) -> int:
        clock = asyncio.get_running_loop().time
        deadline = clock() + wait_seconds
        while True:
            token = await self._keeper.take(name, ttl_seconds)
            if token is not None:
                return token
            left = deadline - clock()
            if left <= 0:
                raise LockHeldError(f"the lock {name!r} is held by somebody else")
            await asyncio.sleep(min(POLL_SECONDS, left))
