"""Messages between a process and its worker: a length of four bytes, little endian, and as many bytes."""

from __future__ import annotations

import os
import select
import time

MAX_BYTES = 4_000_000
_HEAD = 4


class FrameError(RuntimeError):
    """The other side is gone, or what came is no message."""


class FrameTimeoutError(FrameError):
    """No whole message came or went in time."""


def write_frame(descriptor: int, message: bytes, deadline: float = float("inf")) -> None:
    """Write a message whole. `deadline` is of the monotonic clock. Raises FrameError, FrameTimeoutError."""
    if len(message) > MAX_BYTES:
        raise FrameError(f"a message of {len(message)} bytes is too long; {MAX_BYTES} are allowed")
    rest = memoryview(len(message).to_bytes(_HEAD, "little") + message)
    while rest:
        _wait(descriptor, deadline, for_writing=True)
        try:
            rest = rest[os.write(descriptor, rest[:65_536]) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise FrameError(f"the other side does not read any more: {error}") from error


def read_frame(descriptor: int, deadline: float = float("inf")) -> bytes:
    """Read a message whole. Raises FrameError, FrameTimeoutError."""
    n_bytes = int.from_bytes(_read(descriptor, _HEAD, deadline), "little")
    if n_bytes > MAX_BYTES:
        raise FrameError(f"a message of {n_bytes} bytes was announced; {MAX_BYTES} are allowed")
    return _read(descriptor, n_bytes, deadline)


def _read(descriptor: int, n_bytes: int, deadline: float) -> bytes:
    read = bytearray()
    while len(read) < n_bytes:
        _wait(descriptor, deadline, for_writing=False)
        try:
            part = os.read(descriptor, n_bytes - len(read))
        except BlockingIOError:
            continue
        if not part:
            raise FrameError("the other side has ended")
        read += part
    return bytes(read)


def _wait(descriptor: int, deadline: float, *, for_writing: bool) -> None:
    """Until the descriptor, which may have any number, is ready; one whose other side is gone is, too."""
    left = deadline - time.monotonic()
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT if for_writing else select.POLLIN)
    ready = poll.poll(None if deadline == float("inf") else max(left, 0.0) * 1000.0)
    if left <= 0 or not ready:
        raise FrameTimeoutError("the time is over")
