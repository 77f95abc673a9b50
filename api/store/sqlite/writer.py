"""The one thread that writes, and how requests of the event loop reach it in groups."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from typing import Any, Protocol

from api.store.ports import StoreError
from api.store.sqlite.groups import Write, commit_group

# More than this waits for the next group, so that nobody waits long behind a crowd.
MAX_GROUP = 128

_Member = tuple[Write, "asyncio.Future[Any]"]
_Job = tuple[asyncio.AbstractEventLoop, list[_Member]]


class Writes(Protocol):
    """Where writes go."""

    async def write(self, write: Write) -> Any:
        """Wait until the write is durable; return its answer or raise its StoreError."""


class NoWriter:
    """Stands where nothing is written."""

    async def write(self, write: Write) -> Any:  # noqa: ARG002 - what it stands for takes one
        """Refuse."""
        raise StoreError("this store was opened for reading only")


class Writer:
    """Group commit. Everything that arrives while a group is being written makes up the next one.

    All state belongs to the event loop; the thread sees one finished group at a time and answers it with one call
    back into the loop, after the commit.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting: list[_Member] = []
        self._busy = False
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="pacer-writer", daemon=True)
        self._thread.start()

    async def write(self, write: Write) -> Any:
        """Wait until the write is durable; return its answer or raise its StoreError.

        A caller that is cancelled does not learn whether its write was made; nobody else is affected.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._bind(loop)
        if self._stopped:
            raise StoreError("the store is closed")
        if not self._thread.is_alive():
            raise StoreError("the writer has failed, nothing more is written; see the log for the cause, then restart")
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((write, future))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._hand_over)
        return await future

    def stop(self) -> None:
        """Commit what waits, end the thread and close its connection. Blocks for as long as the last commit takes."""
        if self._stopped:
            return
        self._stopped = True
        while self._waiting:
            self._hand_over()
        self._jobs.put(None)
        self._thread.join()

    def _bind(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is not None and not self._loop.is_closed():
            raise StoreError("this store belongs to another event loop, which is still running; open one for each loop")
        self._loop, self._waiting, self._busy = loop, [], False

    def _hand_over(self) -> None:
        group: list[_Member] = []
        while self._waiting and not group:  # a caller cancelled before its turn is not written
            group = [member for member in self._waiting[:MAX_GROUP] if not member[1].done()]
            del self._waiting[:MAX_GROUP]
        self._busy = bool(group)
        if group and self._loop is not None:
            self._jobs.put((self._loop, group))

    def _answer(self, group: list[_Member], answers: list[Any]) -> None:
        for (_, future), answer in zip(group, answers, strict=True):
            if future.done():  # cancelled while it was being written
                continue
            if isinstance(answer, StoreError):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        if not self._stopped:
            self._hand_over()

    def _run(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                self._serve(*job)
        finally:
            self._connection.close()

    def _serve(self, loop: asyncio.AbstractEventLoop, group: list[_Member]) -> None:
        answers: list[Any] = [StoreError("the writer failed; see the log for the cause") for _ in group]
        try:
            answers = commit_group(self._connection, [write for write, _ in group])
        finally:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to answer
                loop.call_soon_threadsafe(self._answer, group, answers)
