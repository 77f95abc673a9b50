"""The side that asks: one worker process, started when first needed, ended and replaced when it oversteps a limit."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import msgspec

from content.grading.worker.frames import FrameError, FrameTimeoutError, read_frame, write_frame

# What a worker is told of its surroundings: never a secret or a setting of the service.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
GRACE_SECONDS = 2.0
REST_SECONDS = 30.0  # before a worker that did not start is tried again


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker may use.

    Attributes:
        memory_mb: address space once it is ready, in MiB (RLIMIT_AS): more is refused by the kernel.
        seconds: for one request, processor time and elapsed time each.
        start_seconds: until it must be ready.
    """

    memory_mb: int
    seconds: float
    start_seconds: float = 20.0


class WorkerError(RuntimeError):
    """The worker gave no answer: it failed, ended, or its package is missing. The text says which."""


class WorkerTimeoutError(WorkerError):
    """No answer came within the limit; the worker was ended."""


class WorkerBusyError(WorkerError):
    """Others are being served, and the wait for a turn was over."""


class Worker:
    """A process that answers one request after another. Safe to use from several threads."""

    def __init__(self, task: str, limits: Limits) -> None:
        """Args: task: a name of `content.grading.worker.tasks.TASKS`; the process starts with the first request."""
        self.task, self.limits = task, limits
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: tuple[float, str] = (0.0, "")

    @property
    def pid(self) -> int | None:
        """The process, if one runs."""
        return None if self._process is None else self._process.pid

    def ask(self, request: bytes, wait_seconds: float | None = None) -> bytes:
        """The worker's reply.

        Args:
            request: what the task understands.
            wait_seconds: for a turn, where others are being served; None waits as long as a request may take.

        Raises:
            WorkerBusyError: no turn came.
            WorkerTimeoutError: the request took too long.
            WorkerError: the worker ended, say for want of memory, or refused.
        """
        if not self._turn.acquire(timeout=self.limits.seconds if wait_seconds is None else wait_seconds):
            raise WorkerBusyError(f"the worker {self.task!r} is busy")
        try:
            return self._served(request)
        finally:
            self._turn.release()

    def warm(self) -> None:
        """Start the process now, so that the first request need not wait. Raises WorkerError."""
        with self._turn:
            self._started()

    def close(self) -> None:
        """End the process; a later request starts another."""
        with self._turn:
            self._end()

    def _served(self, request: bytes) -> bytes:
        process = self._started()
        deadline = time.monotonic() + self.limits.seconds + GRACE_SECONDS
        try:
            write_frame(_fd(process.stdin), request, deadline)
            reply = read_frame(_fd(process.stdout), deadline)
        except FrameTimeoutError as error:
            self._end()
            raise WorkerTimeoutError(f"{self.task}: no answer within {self.limits.seconds:g} s") from error
        except FrameError as error:
            self._end()
            raise WorkerError(f"{self.task}: the worker ended: {error}") from error
        if reply[:1] != b"+":
            self._end()
            raise WorkerError(f"{self.task}: {reply[1:].decode(errors='replace')}")
        return reply[1:]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        if self._failure[1] and time.monotonic() - self._failure[0] < REST_SECONDS:
            raise WorkerError(self._failure[1])
        surroundings = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "content.grading.worker", self.task, str(self.limits.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**surroundings, **_ONE_THREAD, "PACER_WORKER_SECONDS": f"{self.limits.seconds:g}"},
            cwd=_root(),
            bufsize=0,
        )
        try:
            ready = read_frame(_fd(self._process.stdout), time.monotonic() + self.limits.start_seconds)
        except FrameError as error:
            raise self._not_started(f"the worker did not start: {error}") from error
        if ready[:1] != b"+":
            raise self._not_started(ready[1:].decode(errors="replace"))
        self._failure = (0.0, "")
        return self._process

    def _not_started(self, why: str) -> WorkerError:
        self._end()
        self._failure = (time.monotonic(), f"{self.task}: {why}")
        return WorkerError(self._failure[1])

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _fd(pipe: object) -> int:
    number: int = pipe.fileno()  # type: ignore[attr-defined]
    return number


def _root() -> str:
    """The folder that holds the package `content`, so that the worker runs the same code."""
    import content

    return os.path.dirname(os.path.dirname(os.path.abspath(content.__file__ or ".")))
