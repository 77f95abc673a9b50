"""Connections that never finish what they begin, and what they cost the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from litestar.types import Receive, Scope, Send

from api.http.protocol import BoundedProtocol
from tests.api.security.conftest import Target
from tests.api.security.raw import Wire

STEP = 0.02
PATIENCE = 30.0
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


class Impatient(BoundedProtocol):
    """Waits a few hundredths of a second where a server waits for seconds."""

    head_seconds = message_seconds = 5 * STEP
    look_seconds = STEP


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body; to "/early" before it has read any, to "/endless" until the caller goes."""
    if scope["path"] == "/endless":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    n_bytes, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return
        n_bytes, more = n_bytes + len(message["body"]), message["more_body"]
    body = str(n_bytes).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


@asynccontextmanager
async def serving(protocol: type[BoundedProtocol]) -> AsyncIterator[int]:
    """The port of a server."""
    config = uvicorn.Config(echo, http=protocol, lifespan="off", log_config=None, port=0, timeout_keep_alive=1)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


async def rest_of(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the server closes."""
    try:
        return await asyncio.wait_for(reader.read(), PATIENCE)
    except ConnectionResetError:  # whoever goes on sending to a closed connection may lose what it was told
        return b"reset"


@pytest.mark.parametrize(
    ("begun", "told"),
    [
        (b"", b""),
        (b"\r\n", b"408"),
        (b"P", b"408"),
        (HEAD, b"408"),
        (HEAD + b"Content-Length: 10\r\n\r\n12345", b"408"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n", b"408"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n", b"408"),
    ],
)
async def test_a_request_that_does_not_go_on_is_ended(begun: bytes, told: bytes) -> None:
    async with serving(Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        answer = await rest_of(reader)
        assert answer.startswith(b"HTTP/1.1 " + told if told else b"")
        assert bool(answer) == bool(told)
        assert not told or b"urn:pacer:problem:too-slow" in answer
        writer.close()


async def test_a_request_that_drips_is_ended_however_steadily_it_drips() -> None:
    async with serving(Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        ending = asyncio.create_task(rest_of(reader))
        while not ending.done():
            writer.write(b"X: y\r\n")
            await asyncio.sleep(STEP / 4)
        assert await ending in (b"", b"reset") or b" 408 " in ending.result()
        writer.close()


@pytest.mark.parametrize("n_requests", [1, 3])
async def test_a_connection_is_closed_when_nothing_follows_its_answers(n_requests: int) -> None:
    async with serving(BoundedProtocol) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write((HEAD + b"Content-Length: 5\r\n\r\n12345") * n_requests)
        assert (await rest_of(reader)).count(b"HTTP/1.1 200") == n_requests
        writer.close()


async def test_a_connection_answered_before_its_body_came_is_closed_as_well() -> None:
    async with serving(BoundedProtocol) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
        assert b"200" in await reader.readuntil(b"\r\n\r\n0")
        writer.write(b"12345")
        assert await rest_of(reader) == b""
        writer.close()


async def test_a_whole_request_in_small_pieces_is_answered() -> None:
    async with serving(BoundedProtocol) as port:
        for request in (
            HEAD + b"Content-Length: 3\r\n\r\n123",
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\n0\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for place in range(len(request)):
                writer.write(request[place : place + 1])
                await writer.drain()
            assert b"\r\n\r\n3" in await rest_of(reader)
            writer.close()


def test_hundreds_of_unfinished_requests_keep_nobody_from_being_answered(target: Target) -> None:
    wires = [Wire(target.url) for _ in range(300)]
    try:
        for number, wire in enumerate(wires):
            wire.send(
                (b"", b"GET /health HT", b"POST /v1/auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")[
                    number % 3
                ]
            )
        for _ in range(5):
            assert target.client.get("/health").status_code == 200
            assert target.guest()["learnerId"]
    finally:
        for wire in wires:
            wire.socket.close()
