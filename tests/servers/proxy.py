"""A loopback proxy that loses requests and answers on purpose, between a MongoDB driver and its server."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Literal

from tests.servers.processes import HOST

# What becomes of a command: carried out and answered; lost on the way there; carried out, and the answer lost.
Fate = Literal["answered", "lost", "unanswered"]
_LENGTH = struct.Struct("<i")


class Proxy:
    """Passes MongoDB messages on. Those that contain a planned text meet the next of its fates, then `afterwards`."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.port = 0
        self._fates: dict[bytes, deque[Fate]] = {}
        self._afterwards: Fate = "answered"
        self._tasks: set[asyncio.Task[None]] = set()

    def url(self, database: str) -> str:
        """For a driver that must not look past the proxy."""
        return f"mongodb://{HOST}:{self.port}/{database}?directConnection=true"

    def plan(self, fates: Mapping[str, Iterable[Fate]], afterwards: Fate = "answered") -> None:
        """From now on, commands with these texts as values in them (such as a learner's id) meet these fates."""
        self._fates = {text.encode() + b"\0": deque(planned) for text, planned in fates.items()}
        self._afterwards = afterwards

    def _fate(self, message: bytes) -> Fate:
        for text, planned in self._fates.items():
            if text in message:
                return planned.popleft() if planned else self._afterwards
        return "answered"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a message, its answer, the next message."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            server_reader, server_writer = await asyncio.open_connection(HOST, self.target_port)
            try:
                await self._pass_on(reader, writer, server_reader, server_writer)
            finally:
                server_writer.close()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # either side went away, or the test is over
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        server_reader: asyncio.StreamReader,
        server_writer: asyncio.StreamWriter,
    ) -> None:
        while True:
            message = await _message(reader)
            fate = self._fate(message)
            if fate == "lost":
                return
            server_writer.write(message)
            answer = await _message(server_reader)
            if fate == "unanswered":
                return
            writer.write(answer)
            await writer.drain()

    async def close(self) -> None:
        """End every connection."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(_LENGTH.size)
    return head + await reader.readexactly(_LENGTH.unpack(head)[0] - _LENGTH.size)


@asynccontextmanager
async def running_proxy(target_port: int) -> AsyncIterator[Proxy]:
    """A proxy in front of a server on this machine."""
    proxy = Proxy(target_port)
    server = await asyncio.start_server(proxy.serve, HOST, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 5)
