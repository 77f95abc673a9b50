"""The directory in which workers count together. A process that was killed leaves its own to whoever starts next.

Whoever uses one holds a shared lock on it, which the system takes back however the process ends.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.workers.agreement import COUNTS

NAME = "pacer-metrics-"
logger = logging.getLogger("pacer.workers")


class Counts:
    """The directory, held by the parent of those that count in it. It can vanish: others clean temporary files, too."""

    def __init__(self) -> None:
        self.directory, self._descriptor = _new_directory()

    def restore(self) -> None:
        """Make it again if it is gone, for those that start from now on; what cannot be made is told in the log."""
        if _leads_to(self.directory, self._descriptor):
            return
        logger.error("%s was removed while it was used, and is made again: its counts are lost", self.directory)
        try:
            os.mkdir(self.directory, mode=stat.S_IRWXU)
            descriptor = _hold(self.directory)
        except OSError as error:
            logger.error("%s cannot be made again: %s", self.directory, error.strerror)
            return
        os.close(self._descriptor)
        self._descriptor = descriptor

    def remove(self) -> None:
        """Remove it with all that was counted, if it is there."""
        with suppress(FileNotFoundError):
            if _leads_to(self.directory, self._descriptor):
                shutil.rmtree(self.directory)
        os.close(self._descriptor)


@contextmanager
def counting_together() -> Iterator[Counts]:
    """Processes started meanwhile count in files of one directory, which is gone afterwards."""
    remove_left()
    counts = Counts()
    os.environ[COUNTS] = counts.directory
    try:
        yield counts
    finally:
        del os.environ[COUNTS]
        counts.remove()


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
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not _leads_to(directory, descriptor):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "it was removed", directory)
    return descriptor


def _leads_to(directory: str, descriptor: int) -> bool:
    """Whether the path is that of the directory that is open, not gone and not another one's."""
    try:
        return os.path.samestat(os.lstat(directory), os.fstat(descriptor))
    except FileNotFoundError:
        return False
