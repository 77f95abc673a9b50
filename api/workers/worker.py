"""A worker: a process that serves on a socket its parent has bound, and ends when its parent does."""

from __future__ import annotations

import os
import socket
from multiprocessing.connection import Connection

from api.settings import Settings
from api.telemetry.logs import write_logs
from api.workers.agreement import COUNTS, Parts, Report
from api.workers.counts import kept


def work(settings: Settings, listener: socket.socket, parent: Connection) -> None:
    """The entrance of the process. `parent` is at its end when the parent is gone, however it went."""
    from api.workers.faults import START_FAULTS  # here, since the parent, which names this function, needs none of it
    from api.workers.process import serve_process

    write_logs(settings)

    def opened(parts: Parts) -> None:
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
