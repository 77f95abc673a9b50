"""One place among the workers: the process that fills it now, and when the next one is due."""

from __future__ import annotations

import signal
import socket
import time
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess

from api.settings import Settings
from api.workers.agreement import Parts, Report
from api.workers.worker import work

START_SECONDS = 120.0
STEADY_SECONDS = 10.0
"""A worker that lived for less is followed only after a pause, which doubles each time."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0


class Place:
    """A worker's place. `serving` says whether its process does."""

    def __init__(self, number: int, context: SpawnContext) -> None:
        self.number = number
        self.serving = False
        self._context = context
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._started = self._due = self._pause = 0.0
        self._why = ""

    @property
    def empty(self) -> bool:
        """Whether no process fills it."""
        return self._process is None

    @property
    def pid(self) -> int:
        """The process id, 0 if there is none."""
        return (self._process.pid or 0) if self._process is not None else 0

    @property
    def handles(self) -> list[int | Connection]:
        """What becomes readable when there is news of its process."""
        if self._process is None or self._pipe is None:
            return []
        return [self._process.sentinel] if self.serving else [self._process.sentinel, self._pipe]

    @property
    def seconds_left(self) -> float:
        """Until the next process is due, or this one is overdue."""
        if self.serving:
            return START_SECONDS
        due = self._due if self.empty else self._started + START_SECONDS
        return max(0.0, due - time.monotonic())

    def start(self, settings: Settings, listener: socket.socket) -> None:
        """Fill it with a new process, which serves on the listener."""
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=work, args=(settings, listener, theirs), name=f"pacer-worker-{self.number}"
        )
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C reaches a worker when it can take it
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        theirs.close()
        self._started, self._why = time.monotonic(), ""

    def news(self) -> Parts | None:
        """The parts of the service, once, when the process has said that it serves."""
        if self.serving or self._pipe is None or not self._pipe.poll():
            return None
        try:
            report: Report = self._pipe.recv()
        except EOFError:
            return None
        self.serving, self._why = report.state == "serving", report.why
        return report.parts if self.serving else None

    def ended(self) -> str:
        """Why its process has ended, which leaves the place empty; "" while there is no such thing to tell."""
        if self._process is None or self._process.is_alive():
            return ""
        why = self._why or f"process {self.pid} ended with {_told(self._process.exitcode or 0)}"
        self._pause = self._next_pause()
        self._due = time.monotonic() + self._pause
        self._empty()
        return why

    def _next_pause(self) -> float:
        if self.serving and time.monotonic() - self._started > STEADY_SECONDS:
            return 0.0
        return min(max(2 * self._pause, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)

    def terminate(self) -> None:
        """Ask the process to finish."""
        if self._process is not None:
            self._process.terminate()

    def give_up(self) -> None:
        """End a process that has taken too long to start."""
        if self._process is not None:
            self._why = f"process {self.pid} was not ready after {START_SECONDS:g} s"
            self._process.kill()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of its process; whether it has ended by itself. One that has not is killed."""
        if self._process is None:
            return True
        self._process.join(seconds)
        in_time = not self._process.is_alive()
        if not in_time:
            self._process.kill()
            self._process.join()
        self._empty()
        return in_time

    def _empty(self) -> None:
        if self._process is not None:
            self._process.close()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None
        self.serving = False


def _told(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
