"""What a parent and its workers agree on. The parent answers nobody, so nothing here imports what answers."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec

COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Names the directory in which workers count together; the Prometheus client looks at it when it is imported."""
GRACE_SECONDS = 10
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Part(NamedTuple):
    """A part of the service as it is announced: its name, whether it works, its state, and why."""

    name: str
    ok: bool
    state: str
    detail: str


Parts = tuple[Part, ...]
Opened = Callable[[Parts], None]
"""Called with the parts of the service when it is about to serve."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker tells its parent, once: that it serves, with which parts, or why it cannot."""

    state: Literal["serving", "failed"]
    parts: Parts = ()
    why: str = ""


class WorkerError(Exception):
    """A worker cannot start, or did not stop; the text says why."""
