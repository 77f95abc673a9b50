"""Requests that follow each other on one connection, some sent before the one in front of them was answered."""

from __future__ import annotations

import asyncio
import re

import pytest

from api.http.protocol import MAX_HEAD_BYTES, BoundedProtocol
from tests.api.security.test_slow import HEAD, PATIENCE, Impatient, rest_of, serving

GET = b"GET /early HTTP/1.1\r\nHost: x\r\n\r\n"
ENDLESS = b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n"
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


@pytest.mark.parametrize("behind", [b"", GET, GET * 3, HEAD + b"Content-Length: 5\r\n\r\n12"])
async def test_an_answer_without_an_end_ends_when_its_caller_goes_whatever_was_asked_behind_it(behind: bytes) -> None:
    class Seen(BoundedProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            seen.append(self)

    seen: list[BoundedProtocol] = []
    async with serving(Seen) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ENDLESS + behind)
        await reader.readuntil(b"\r\n\r\n")
        (answering,) = seen[0].tasks
        writer.close()
        _, late = await asyncio.wait([answering], timeout=PATIENCE)
        answering.cancel()
        assert not late


@pytest.mark.parametrize("before", [b"", GET], ids=["alone", "behind another"])
@pytest.mark.parametrize("n_fields", [1, 1000])
async def test_a_whole_head_that_is_too_large_is_refused_however_it_came(before: bytes, n_fields: int) -> None:
    fields = b"X:" + b"\r\nX:".join([b"a" * (MAX_HEAD_BYTES // n_fields)] * n_fields) + b"\r\n\r\n"
    place = MAX_HEAD_BYTES // 2
    for parts in ([before + HEAD + fields], [before + HEAD + fields[:place], fields[place:]]):
        found = await answers_to(*parts)
        assert statuses(found) == [200] * bool(before) + [431]


async def test_a_head_that_is_just_small_enough_is_taken() -> None:
    fields = b"X: " + b"a" * (MAX_HEAD_BYTES - 200) + b"\r\n\r\n"
    assert (
        statuses(await answers_to(GET + LAST + fields)) == statuses(await answers_to(GET, LAST + fields)) == [200] * 2
    )


async def test_a_request_that_does_not_go_on_behind_another_is_ended() -> None:
    for begun in (b"POST /", HEAD, HEAD + b"Content-Length: 10\r\n\r\n12345"):
        found = await answers_to(GET + begun, protocol=Impatient)
        assert found.count(b"HTTP/1.1 200") == found.count(b"HTTP/1.1 408") == 1


BAD = b"GET / HTTP/1.1\r\n\r\n"
REFUSED = {
    "garbage": b"\x00\x01\x02\r\n\r\n",
    "length": HEAD + b"Content-Length: x\r\n\r\n",
    "no host": BAD,
    "no URL": b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\nzz\r\n",
}


def statuses(found: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", found)]


@pytest.mark.parametrize("n_before", [0, 1, 2, 5])
@pytest.mark.parametrize("refused", REFUSED.values(), ids=list(REFUSED))
async def test_all_requests_before_a_refused_one_are_answered_in_their_order_before_it(
    n_before: int, refused: bytes
) -> None:
    before = [posted(b"a" * n) for n in range(n_before)]
    for parts in ([b"".join(before) + refused + GET], [*before, refused, GET]):
        found = await answers_to(*parts)
        assert statuses(found) == [200] * n_before + [400]
        assert re.findall(rb"\r\n\r\n(\d)(?=HTTP)", found) == [b"%d" % n for n in range(n_before)]
        assert found.count(b"connection: close") == 1


async def test_what_comes_after_a_refused_request_is_not_done() -> None:
    found = await answers_to(posted(b"1") + posted(b"12") + BAD + posted(b"123"), posted(b"1234"))
    assert statuses(found) == [200, 200, 400]


async def test_an_answer_that_was_to_be_the_last_is_the_last_before_a_refused_request_too() -> None:
    found = await answers_to(posted(b"1") + posted(b"12", LAST) + BAD)
    assert statuses(found) == [200, 200]


class Endless(BoundedProtocol):
    """Waits a moment for a body, and for what was asked before."""

    message_seconds = look_seconds = 0.1


async def test_a_refused_request_waits_for_an_answer_without_an_end_no_longer_than_for_a_message() -> None:
    found = await answers_to(ENDLESS + BAD, protocol=Endless)
    assert statuses(found) == [200]
