"""Programs that tests start: found, started on a free loopback port, watched until ready, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 30.0


def free_port() -> int:
    """A loopback port that was free a moment ago; whoever takes it tries another if it was faster taken."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def require(program: Path | str | None, name: str, advice: str) -> str:
    """The program's path. Without it the test fails on CI, and is skipped with the reason elsewhere."""
    if program is not None:
        return str(program)
    reason = f"{name} is not on this machine; {advice}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@dataclass
class Daemon:
    """A server process that writes to a log file."""

    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    @property
    def pid(self) -> int:
        """The process id while it runs."""
        assert self.process is not None, "not started"
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal, wait for the end; what does not end in time is killed."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_until(self, ready: Callable[[], bool], what: str) -> None:
        """Wait until `ready` says so. Raises DaemonError if the process ends before, or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if not self.running:
                raise DaemonError(f"{self.command[0]} ended before {what}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise DaemonError(f"{self.command[0]} took more than {START_SECONDS:g} s until {what}:\n{self.tail()}")
            time.sleep(0.02)

    def tail(self, n_characters: int = 3000) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-n_characters:] if self.log.exists() else ""


class DaemonError(Exception):
    """A server did not come up; the text has the end of its log."""
