import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from api.http.event_stream import HEARTBEAT, EventStream, frame


class Reader:
    """A connection that takes so many messages and then no more."""

    def __init__(self, takes: int = 1000) -> None:
        self.takes, self.sent, self.leaves, self.closed = takes, list[Any](), asyncio.Event(), False

    async def frames(self, n: int, then: asyncio.Event | None = None) -> AsyncGenerator[bytes, None]:
        try:
            for number in range(n):
                yield frame("thing", b"{}", str(number))
            if then is not None:
                await then.wait()
        finally:
            self.closed = True

    async def read(self, frames: AsyncGenerator[bytes, None], seconds: float = 10.0) -> None:
        async def receive() -> Any:
            await self.leaves.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if len(self.sent) == self.takes:
                await asyncio.Event().wait()
            self.sent.append(message)

        await EventStream(frames, seconds).to_asgi_response()({}, receive, send)

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def test_a_frame_has_an_id_a_name_and_one_line_of_data() -> None:
    assert frame("happened", b'{"a":1}', "7") == b'id: 7\nevent: happened\ndata: {"a":1}\n\n'
    assert frame("happened", b"1", "") == b"event: happened\ndata: 1\n\n"
    assert HEARTBEAT == b":\n\n"


async def test_all_frames_are_sent_and_the_response_ends_with_them() -> None:
    reader = Reader()
    await reader.read(reader.frames(3))
    assert (b"content-type", b"text/event-stream") in reader.sent[0]["headers"]
    assert reader.body.count(b"event: thing") == 3
    assert [message["more_body"] for message in reader.sent[1:]] == [True, True, True, False]
    assert reader.closed


async def test_a_reader_that_leaves_ends_the_frames() -> None:
    reader = Reader()
    reading = asyncio.create_task(reader.read(reader.frames(2, asyncio.Event())))
    while len(reader.sent) < 3:
        await asyncio.sleep(0)
    assert not reader.closed
    reader.leaves.set()
    await reading
    assert reader.closed


async def test_a_reader_that_takes_nothing_is_let_go() -> None:
    reader = Reader(takes=3)
    await reader.read(reader.frames(1000), seconds=0.05)
    assert reader.closed
    assert len(reader.sent) == 3


async def test_a_fault_in_the_frames_is_not_hidden() -> None:
    async def broken() -> AsyncGenerator[bytes, None]:
        yield b":\n\n"
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await Reader().read(broken())


async def test_a_timeout_in_the_frames_is_not_taken_for_a_slow_reader() -> None:
    async def late() -> AsyncGenerator[bytes, None]:
        yield b":\n\n"
        raise TimeoutError("the store")

    with pytest.raises(TimeoutError, match="the store"):
        await Reader().read(late())


async def test_a_server_that_stops_ends_the_frames() -> None:
    reader = Reader()
    reading = asyncio.create_task(reader.read(reader.frames(1, asyncio.Event())))
    while len(reader.sent) < 2:
        await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait([reading])
    assert reader.closed
