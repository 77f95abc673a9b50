"""HTTP/1.1 for load: a connection that sends prepared bytes and gives the body of the answer, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

LENGTH = b"content-length: "
END = b"\r\n\r\n"

Done = Callable[[bytes], None]


class LoadError(Exception):
    """The server did not answer as it should."""


class Connection(asyncio.Protocol):
    """One connection to a port of this machine, with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.WriteTransport | None = None
        self._done: Done | None = None
        self._buffer = b""
        self._whole = -1
        self._head = 0

    @classmethod
    async def to(cls, port: int) -> Connection:
        """Connect."""
        connection = cls(port)
        await connection.renew()
        return connection

    async def renew(self) -> None:
        """Connect again; servers close connections that rest for some seconds."""
        if self._transport is not None:
            self._transport.abort()
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)

    def close(self) -> None:
        """Let go of it; nothing may be under way."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's does not inherit from it

    def send(self, request: bytes, done: Done) -> None:
        """Send; `done` gets the body."""
        if self._transport is None or self._done is not None:
            raise LoadError("the connection is not free")
        self._done = done
        self._transport.write(request)

    async def ask(self, request: bytes) -> bytes:
        """Send, and wait for the body."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.send(request, future.set_result)
        return await future

    def data_received(self, data: bytes) -> None:
        """Collect an answer; give its body when it is whole."""
        self._buffer += data
        if self._whole < 0:
            self._measure()
        if self._whole < 0 or len(self._buffer) < self._whole:
            return
        body, done = self._buffer[self._head : self._whole], self._done
        self._buffer, self._whole, self._done = b"", -1, None
        if done is not None:
            done(body)

    def connection_lost(self, exc: Exception | None) -> None:
        """A request under way will never be answered."""
        if self._done is not None:
            raise LoadError(f"the server closed a connection: {exc}")

    def _measure(self) -> None:
        end = self._buffer.find(END)
        if end < 0:
            return
        if self._buffer[9:10] != b"2":
            raise LoadError(self._buffer[:600].decode(errors="replace"))
        at = self._buffer.find(LENGTH, 0, end) + len(LENGTH)
        self._head = end + len(END)
        self._whole = self._head + int(self._buffer[at : self._buffer.find(b"\r\n", at)])


def http(method: str, path: str, body: bytes = b"", token: str = "") -> bytes:
    """A request as bytes."""
    head = f"{method} {path} HTTP/1.1\r\nhost: pacer\r\n"
    if token:
        head += f"authorization: Bearer {token}\r\n"
    if body:
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body
