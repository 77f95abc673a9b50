"""The directory in which workers count together. A process that was killed leaves its own to whoever starts next.

Whoever uses one holds a shared lock on it, which the system takes back however the process ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.workers.agreement import COUNTS

NAME = "pacer-metrics-"
logger = logging.getLogger("pacer.workers")


@contextmanager
def counting_together() -> Iterator[str]:
    """Processes started meanwhile count in files of one directory, whose path is given; it is gone afterwards."""
    remove_left()
    directory, descriptor = _new_directory()
    os.environ[COUNTS] = directory
    try:
        yield directory
    finally:
        del os.environ[COUNTS]
        shutil.rmtree(directory)
        os.close(descriptor)


@contextmanager
def kept(directory: str) -> Iterator[None]:
    """Nobody removes the directory meanwhile, also if the process that made it is gone."""
    descriptor = _hold(directory)
    try:
        yield
    finally:
        os.close(descriptor)


def forget_process(pid: int, directory: str) -> None:
    """Count a process that has ended among the living no more; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid, directory)  # type: ignore[no-untyped-call]


def remove_left() -> None:
    """Remove the directories of this user that nobody holds any more."""
    for path in Path(tempfile.gettempdir()).glob(f"{NAME}*"):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:  # another user's, no directory, or gone meanwhile
            continue
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
        except BlockingIOError:  # somebody holds it
            continue
        except OSError as error:
            logger.warning("%s was left by a server that is gone, and cannot be removed: %s", path, error.strerror)
        finally:
            os.close(descriptor)


def _new_directory() -> tuple[str, int]:
    """A directory and the descriptor that holds it; made again if it was taken for a left one before it was held."""
    while True:
        directory = tempfile.mkdtemp(prefix=NAME)
        try:
            return directory, _hold(directory)
        except FileNotFoundError:
            continue


def _hold(directory: str) -> int:
    """Lock a directory; the lock lasts until the descriptor is closed. Raises FileNotFoundError if it is gone."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not os.path.exists(directory):
        os.close(descriptor)
        raise FileNotFoundError(f"{directory} was removed")
    return descriptor
