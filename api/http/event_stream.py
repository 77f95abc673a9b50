"""Server-sent events: frames, and a response that sends them for as long as they come and are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from litestar import Response
from litestar.types import Receive, Scope, Send

EVENT_STREAM = "text/event-stream"
HEADERS = [
    (b"content-type", EVENT_STREAM.encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
"""The last keeps nginx from holding events back."""
SEND_SECONDS = 10.0
"""A reader who takes nothing for so long is let go; it comes back with the id of the last event that it has."""
HEARTBEAT = b":\n\n"
Frames = AsyncGenerator[bytes, None]


def frame(event: str, data: bytes, id: str) -> bytes:
    """An event whose data is one line, as JSON is. Without an id, a reader keeps the one before."""
    lines = f"id: {id}\nevent: {event}\n" if id else f"event: {event}\n"
    return b"%sdata: %s\n\n" % (lines.encode(), data)


class EventStream(Response[None]):
    """A response made of frames. They are closed when the reader is gone, too slow, or they end by themselves."""

    def __init__(self, frames: Frames, send_seconds: float = SEND_SECONDS) -> None:
        super().__init__(None, media_type=EVENT_STREAM)
        self._frames = frames
        self._send_seconds = send_seconds

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """What sends it."""

        async def answer(_: Scope, receive: Receive, send: Send) -> None:
            sending = asyncio.create_task(self._send(send))
            leaving = asyncio.create_task(_gone(receive))
            try:
                await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (sending, leaving):
                    task.cancel()
                await asyncio.wait({sending, leaving})
            if not sending.cancelled():
                sending.result()

        return answer

    async def _send(self, send: Send) -> None:
        async with aclosing(self._frames) as frames:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            async for chunk in frames:
                try:
                    async with asyncio.timeout(self._send_seconds):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                except TimeoutError:
                    return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
