"""How operations reach the database: counted while under way, faults translated, open outcomes settled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from api.store.mongo.faults import FAULTS, passing, short, store_error, unsent
from api.store.ports import StoreError

T = TypeVar("T")

# A write whose outcome is open is sent again for at most this long, with pauses that double.
SETTLE_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.5


class UnsettledError(Exception):
    """What stands in a write's way is not yet acknowledged by a majority: it may still vanish. Look again."""


class Calls:
    """The operations of one store, from its opening to its closing."""

    def __init__(self) -> None:
        self.settle_seconds = SETTLE_SECONDS
        self._closed = False
        self._n_under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """The frame of every operation.

        Raises:
            StoreError: the store is closed, or the operation failed in a way of the database's.
        """
        self._begin()
        try:
            yield
        except FAULTS as error:
            raise store_error(what, error) from error
        finally:
            self._end()

    async def write(self, what: str, send: Callable[[bool], Awaitable[T]]) -> T:
        """Send a write until its outcome is known.

        `send` must be safe to repeat. It is told whether an earlier attempt may have been carried out, so that it can
        tell its own work from another's. A caller that is cancelled does not stop the write, nor learn its outcome.

        Raises:
            StoreError: the store is closed, the write was refused, or it cannot be said after SETTLE_SECONDS.
        """
        self._begin()
        return await asyncio.shield(self._framed(what, send))

    async def _framed(self, what: str, send: Callable[[bool], Awaitable[T]]) -> T:
        try:
            return await self._settled(what, send)
        except FAULTS as error:
            raise store_error(what, error) from error
        finally:
            self._end()

    async def _settled(self, what: str, send: Callable[[bool], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.settle_seconds
        pause, is_open = FIRST_PAUSE_SECONDS, False
        while True:
            try:
                return await send(is_open)
            except (*FAULTS, UnsettledError) as error:
                if not is_open and (unsent(error) or not (passing(error) or isinstance(error, UnsettledError))):
                    raise
                is_open = is_open or passing(error)
                if loop.time() + pause > deadline:
                    raise _given_up(what, error, is_open=is_open) from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _begin(self) -> None:
        if self._closed:
            raise StoreError("the store is closed")
        self._n_under_way += 1
        self._idle.clear()

    def _end(self) -> None:
        self._n_under_way -= 1
        if not self._n_under_way:
            self._idle.set()

    async def close(self) -> None:
        """Refuse what comes, wait for what is under way."""
        self._closed = True
        await self._idle.wait()


def _given_up(what: str, error: BaseException, *, is_open: bool) -> StoreError:
    if is_open:
        return StoreError(f"{what}: it is not known whether it was written ({short(error)}); ask again to learn it")
    return StoreError(f"{what} failed: {short(error)}")
