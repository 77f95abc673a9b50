"""Messages between a process and its worker: whole, bounded, in time, and whatever number a descriptor has."""

from __future__ import annotations

import fcntl
import os
import resource
import time
from collections.abc import Iterator

import pytest

from content.grading.worker.frames import MAX_BYTES, FrameError, FrameTimeoutError, read_frame, write_frame

HIGH = 1_500  # beyond what `select` can wait for: a server with many connections has such descriptors


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe, numbered as in a busy server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, HIGH + 64), hard))
    low = os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, HIGH) for end in low]
    for end in low:
        os.close(end)
    yield ends[0], ends[1]
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_message_arrives_whole(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    assert min(pipe) >= HIGH
    deadline = time.monotonic() + 5.0
    write_frame(writing, b"one", deadline)
    write_frame(writing, b"", deadline)
    assert (read_frame(reading, deadline), read_frame(reading)) == (b"one", b"")


def test_silence_ends_with_the_time(pipe: tuple[int, int]) -> None:
    with pytest.raises(FrameTimeoutError):
        read_frame(pipe[0], time.monotonic() + 0.05)


def test_an_other_side_that_is_gone_is_noticed_at_once(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.write(writing, b"\x05\x00\x00\x00ab")
    os.close(writing)
    with pytest.raises(FrameError, match="ended"):
        read_frame(reading, time.monotonic() + 60.0)


def test_what_is_too_long_is_refused_on_both_sides(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    with pytest.raises(FrameError, match="too long"):
        write_frame(writing, bytes(MAX_BYTES + 1))
    os.write(writing, (MAX_BYTES + 1).to_bytes(4, "little"))
    with pytest.raises(FrameError, match="announced"):
        read_frame(reading)
