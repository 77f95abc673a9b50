"""Requests that follow each other on one connection, some sent before the one in front of them was answered."""

from __future__ import annotations

import asyncio

import pytest

from api.http.protocol import MAX_HEAD_BYTES, BoundedProtocol
from tests.api.security.test_slow import HEAD, Impatient, rest_of, serving

GET = b"GET /early HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = HEAD + b"Connection: close\r\n"
LARGE = b"a" * (3 * MAX_HEAD_BYTES)
BEGUN = 1000
"""Bytes of a body that come together with its head."""


def posted(body: bytes, head: bytes = HEAD) -> bytes:
    """A request with a body."""
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def answers_to(*parts: bytes, protocol: type[BoundedProtocol] = BoundedProtocol) -> bytes:
    """All that comes back for parts of which each is read by itself."""
    async with serving(protocol) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.05)
            return await rest_of(reader)
        finally:
            writer.close()


@pytest.mark.parametrize("first", [GET, posted(b"12345"), posted(LARGE)], ids=["get", "post", "large"])
@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("n_begun", [0, BEGUN])
async def test_a_large_body_whose_head_came_with_the_request_before_it_is_taken(
    first: bytes, framing: str, n_begun: int
) -> None:
    if framing == "length":
        head, body = LAST + b"Content-Length: %d\r\n\r\n" % len(LARGE), LARGE
    else:
        head, body = LAST + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n0\r\n\r\n" % (len(LARGE), LARGE)
    found = await answers_to(first + head + body[:n_begun], body[n_begun : 2 * BEGUN], body[2 * BEGUN :])
    assert found.count(b"HTTP/1.1 ") == found.count(b"HTTP/1.1 200") == 2
    assert found.endswith(b"\r\n\r\n%d" % len(LARGE))


async def test_a_large_body_after_an_answer_is_taken() -> None:
    found = await answers_to(posted(LARGE), posted(LARGE), posted(LARGE, LAST))
    assert found.count(b"HTTP/1.1 200") == 3


async def test_a_head_without_an_end_is_not_held_behind_another_request_either() -> None:
    found = await answers_to(GET + HEAD + b"X: ", *[b"a" * (MAX_HEAD_BYTES // 4 + 1)] * 4)
    assert found.count(b"HTTP/1.1 200") == 1
    assert found.count(b"HTTP/1.1 431") == 1


async def test_a_request_that_does_not_go_on_behind_another_is_ended() -> None:
    for begun in (b"POST /", HEAD, HEAD + b"Content-Length: 10\r\n\r\n12345"):
        found = await answers_to(GET + begun, protocol=Impatient)
        assert found.count(b"HTTP/1.1 200") == found.count(b"HTTP/1.1 408") == 1


@pytest.mark.parametrize("garbage", [b"\x00\x01\x02\r\n\r\n", HEAD + b"Content-Length: x\r\n\r\n"])
async def test_a_refused_request_takes_no_answer_from_the_one_before_it(garbage: bytes) -> None:
    found = await answers_to(posted(b"12345") + garbage)
    assert found.count(b"HTTP/1.1 ") == found.count(b"HTTP/1.1 200") == found.count(b"connection: close") == 1
    found = await answers_to(posted(b"12345"), garbage)
    assert found.startswith(b"HTTP/1.1 200")
    assert found.count(b"HTTP/1.1 400") == 1
