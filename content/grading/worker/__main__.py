"""The worker process: opens its task, gives up what it does not need, and answers until its input ends."""

from __future__ import annotations

import os
import resource
import sys
from math import ceil

from content.grading.worker.frames import FrameError, read_frame, write_frame
from content.grading.worker.tasks import Handler, TaskError, open_task

MIB = 1 << 20
MAX_FAILURE_CHARACTERS = 300


def main(task: str, memory_mb: int, seconds: float) -> int:
    """Serve. A reply begins with "+", a failure with "-" and its text; after one the asker starts another worker."""
    incoming, outgoing = os.dup(0), os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(quiet, standard)
    try:
        handler = open_task(task)
    except (TaskError, RuntimeError, ValueError) as error:
        write_frame(outgoing, _failure(error))
        return 1
    confine(memory_mb)
    write_frame(outgoing, b"+")
    while True:
        try:
            request = read_frame(incoming)
        except FrameError:
            return 0
        allow_seconds(seconds)
        reply = answer(handler, request)
        write_frame(outgoing, reply)
        if reply[:1] == b"-":
            return 1


def answer(handler: Handler, request: bytes) -> bytes:
    """The reply; whatever a library raises ends the worker, and not its asker."""
    try:
        return b"+" + handler(request)
    except MemoryError:
        return b"-out of memory"
    except RecursionError:
        return b"-too deeply nested"
    except Exception as error:  # the boundary of the process: what is unexpected here must reach the asker as text
        return _failure(error)


def _failure(error: BaseException) -> bytes:
    return f"-{type(error).__name__}: {error}"[:MAX_FAILURE_CHARACTERS].encode()


def confine(memory_mb: int) -> None:
    """No more memory than told, no new processes, files, or core dumps."""
    for kind, most in (
        (resource.RLIMIT_AS, memory_mb * MIB),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(kind)
        capped = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (capped, capped))


def allow_seconds(seconds: float) -> None:
    """Let this much more processor time pass before the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(used.ru_utime + used.ru_stime + seconds) + 1, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(os.environ["PACER_WORKER_SECONDS"])))
