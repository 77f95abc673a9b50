"""Real servers for tests: the command in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PACER = (sys.executable, "-c", "from api.cli import main; main()")
ADDRESS = re.compile(r"Pacer serves at (http://\S+)/")
START_SECONDS = 60.0


@dataclass
class Server:
    """A real server in a process of its own. `log` holds what it wrote to standard error."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def get(self, path: str) -> httpx.Response:
        """A GET, repeated while the server is coming up."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return httpx.get(self.url + path, timeout=10.0)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> str:
        """Send a signal and wait for the end; what it printed after its address.

        Not by `communicate` with a timeout, which passes by the lines that reading the address has buffered.
        """
        self.process.send_signal(number)
        self.process.wait(timeout=START_SECONDS)
        return self.process.stdout.read() if self.process.stdout else ""


def environment(**settings: str) -> dict[str, str]:
    """The environment with these settings of Pacer and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PACER_")} | settings


@contextmanager
def running_server(folder: Path, *options: str, **settings: str) -> Iterator[Server]:
    """`pacer serve` on a free port with its data in folder / "data", killed at the end."""
    log = folder / "server.log"
    command = [*PACER, "serve", "--port", "0", "--data", str(folder / "data"), *options]
    with log.open("a") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment(**settings)
        )
    try:
        first = process.stdout.readline() if process.stdout else ""
        match = ADDRESS.search(first)
        assert match, first + log.read_text()
        yield Server(process, match[1], log)
    finally:
        process.kill()
        process.communicate()
