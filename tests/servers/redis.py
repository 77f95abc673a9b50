"""Real Redis servers on free loopback ports, in a temporary folder."""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.processes import HOST, Daemon, DaemonError, free_port, require

TRIES = 5


@dataclass
class RedisServer:
    """A redis-server."""

    port: int
    daemon: Daemon

    @property
    def url(self) -> str:
        """What `open_live` and drivers take."""
        return f"redis://{HOST}:{self.port}/0"

    def command(self, *words: str) -> str:
        """One command by hand, in Redis' inline form; the first line of the answer. Raises OSError."""
        with socket.create_connection((HOST, self.port), timeout=5) as connection:
            connection.sendall(" ".join(words).encode() + b"\r\n")
            with connection.makefile("rb") as answer:
                return answer.readline().decode().strip()

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            return self.command("PING") == "+PONG"
        except OSError:
            return False

    def empty(self) -> None:
        """Forget everything."""
        assert self.command("FLUSHALL") == "+OK"

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop the process; SIGKILL for the hard way. What it held is gone, unless it was started durable."""
        self.daemon.stop(number)

    def start(self) -> None:
        """Start the process again on the same port and wait until it takes commands."""
        self.daemon.start()
        self.daemon.wait_until(self.answers, f"port {self.port} answered")


@contextmanager
def running_redis(folder: Path, *, durable: bool = False) -> Iterator[RedisServer]:
    """A redis-server that lives as long as the context. Skips or fails the test where there is none."""
    program = require(shutil.which("redis-server"), "redis-server", "run 'make services', or install Redis")
    server = _start(program, folder, durable)
    try:
        yield server
    finally:
        server.stop()


def _start(program: str, folder: Path, durable: bool) -> RedisServer:
    folder.mkdir(parents=True, exist_ok=True)
    for attempt in range(TRIES):
        port = free_port()
        command = [program, "--port", str(port), "--bind", HOST, "--dir", str(folder), "--daemonize", "no"]
        command += ["--appendonly", "yes", "--appendfsync", "always"] if durable else ["--appendonly", "no"]
        server = RedisServer(port, Daemon([*command, "--save", ""], folder / "redis.log"))
        try:
            server.start()
        except DaemonError:
            server.stop(signal.SIGKILL)
            if attempt == TRIES - 1 or "Address already in use" not in server.daemon.tail():
                raise
        else:
            return server
    raise AssertionError("unreachable")
