"""How operations reach the database: never cut short, faults translated, open outcomes settled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

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
    """The operations of one store, from its opening to its closing.

    Each runs in a task of its own that its caller's cancellation does not reach. PyMongo's asyncio client closes the
    connection under a cancelled operation, and at times reports that as a failure, so that a task which was told to
    stop went on.
    """

    def __init__(self) -> None:
        self.settle_seconds = SETTLE_SECONDS
        self._closed = False
        self._tasks: set[asyncio.Task[Any]] = set()

    async def ask(self, what: str, question: Callable[[], Awaitable[T]]) -> T:
        """Do something that may be done at any time.

        Raises:
            StoreError: the store is closed, or the operation failed in a way of the database's.
        """
        if self._closed:
            raise StoreError("the store is closed")
        task = asyncio.get_running_loop().create_task(_framed(what, question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def write(self, what: str, send: Callable[[bool], Awaitable[T]]) -> T:
        """Send a write until its outcome is known.

        `send` must be safe to repeat. It is told whether an earlier attempt may have been carried out, so that it can
        tell its own work from another's. A caller that is cancelled does not stop the write, nor learn its outcome.

        Raises:
            StoreError: the store is closed, the write was refused, or it cannot be said after SETTLE_SECONDS.
        """
        return await self.ask(what, partial(self._settled, what, send))

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

    async def close(self) -> None:
        """Refuse what comes, wait for what is under way."""
        self._closed = True
        while self._tasks:
            await asyncio.wait(self._tasks)


async def _framed(what: str, operation: Callable[[], Awaitable[T]]) -> T:
    try:
        return await operation()
    except FAULTS as error:
        raise store_error(what, error) from error


def _given_up(what: str, error: BaseException, *, is_open: bool) -> StoreError:
    if is_open:
        return StoreError(f"{what}: it is not known whether it was written ({short(error)}); ask again to learn it")
    return StoreError(f"{what} failed: {short(error)}")
