"""The processes of a measurement: servers on one core, the load generator on another, where there are two."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PACER = (sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0")
PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")
POLL_SECONDS = 0.005
START_SECONDS = 60.0
NO_LIMIT = "9999999/60"


class ProcessError(Exception):
    """A process did not do what it was started for."""


def cores(*, load: bool) -> set[int]:
    """Where the servers run, or the load generator: the last core is its own. Empty where that cannot be said."""
    if not hasattr(os, "sched_getaffinity"):
        return set()
    found = sorted(os.sched_getaffinity(0))
    if len(found) < 2:
        return set(found)
    return {found[-1]} if load else {found[-2]}


@contextmanager
def process(command: tuple[str, ...], *, load: bool = False, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A process on its core, with these settings of Pacer and no others, killed at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PACER_")} | settings
    made = subprocess.Popen(
        command, stdin=subprocess.PIPE if load else None, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        wanted = cores(load=load)
        if wanted:
            os.sched_setaffinity(made.pid, wanted)
        yield made
    finally:
        made.kill()
        made.communicate()


@contextmanager
def pacer(data: Path, policy: str | None = None) -> Iterator[tuple[int, int, float]]:
    """A Pacer server; yields its port, its process id, and the seconds from its start until it was ready.

    Its requests are counted against a limit as always, but one that no learner of a measurement reaches.
    """
    started = time.perf_counter()
    command = (*PACER, "--data", str(data), *(("--policy", policy) if policy else ()))
    with process(command, PACER_LEARNER_RATE=NO_LIMIT) as made:
        found = PORT.search(first_line(made))
        if found is None:
            raise ProcessError("the server did not start")
        url = f"http://127.0.0.1:{found[1]}/ready"
        while not _is_ready(url):
            if time.perf_counter() - started > START_SECONDS:
                raise ProcessError(f"the server was not ready after {START_SECONDS:.0f} s")
            time.sleep(POLL_SECONDS)
        yield int(found[1]), made.pid, time.perf_counter() - started


@contextmanager
def bare() -> Iterator[int]:
    """The bare server; yields its port."""
    with process((sys.executable, "-m", "benchmarks.bare")) as made:
        yield int(first_line(made))


class Load:
    """The load generator, told what to do."""

    def __init__(self, made: subprocess.Popen[str]) -> None:
        self._process = made

    def ask(self, **command: Any) -> dict[str, Any]:
        """Let it do something; the result. Raises ProcessError."""
        if self._process.stdin is None:
            raise ProcessError("the load generator cannot be spoken to")
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        result: dict[str, Any] = json.loads(first_line(self._process))
        return result


@contextmanager
def load(pacer_port: int, bare_port: int, n_connections: int) -> Iterator[Load]:
    """A load generator, connected to both servers."""
    command = (sys.executable, "-m", "benchmarks.load", str(pacer_port), str(bare_port), str(n_connections))
    with process(command, load=True) as made:
        first_line(made)
        yield Load(made)


def memory_mb(pid: int) -> float:
    """Resident memory of a process in MB (10^6 bytes), NaN where that cannot be read."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6


def first_line(made: subprocess.Popen[str]) -> str:
    """The next line a process prints. Raises ProcessError if it has ended."""
    line = made.stdout.readline() if made.stdout else ""
    if not line:
        raise ProcessError(f"{made.args!r} ended without an answer; what it wrote to standard error says why")
    return line


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False
