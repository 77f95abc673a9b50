"""A worker: a process that serves on a socket its parent has bound, and ends when its parent does."""

from __future__ import annotations

import os
import socket
from multiprocessing.connection import Connection
from typing import Literal

import msgspec

from api.health import ReadyPart
from api.live.ports import LiveError
from api.settings import Settings, SettingsError
from api.store.ports import StoreError
from api.telemetry.logs import write_logs
from api.workers.agreement import COUNTS
from api.workers.counts import kept
from api.workers.process import serve_process
from content.faults import ContentError

START_FAULTS = (SettingsError, StoreError, LiveError, ContentError)
"""What keeps a service from starting, and tells in its text what to do."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker tells its parent, once: that it serves, with which parts, or why it cannot."""

    state: Literal["serving", "failed"]
    parts: tuple[ReadyPart, ...] = ()
    why: str = ""


def work(settings: Settings, listener: socket.socket, parent: Connection) -> None:
    """The entrance of the process. `parent` is at its end when the parent is gone, however it went."""
    write_logs(settings)

    def opened(parts: tuple[ReadyPart, ...]) -> None:
        parent.send(Report(state="serving", parts=parts))

    try:
        with kept(os.environ[COUNTS]):
            serve_process(settings, listener, opened, parent.fileno())
    except* START_FAULTS as group:
        parent.send(Report(state="failed", why=str(first(group))))
    finally:
        listener.close()


def first(error: BaseException) -> BaseException:
    """The first plain error in a group of groups."""
    return first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
