"""A server of several workers on real MongoDB and Redis."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.api.servers import Server, running_server


@pytest.fixture
def crowd(tmp_path: Path, mongo_url: str, redis_url: str) -> Callable[..., AbstractContextManager[Server]]:
    """`with crowd("--workers", "2") as server:` runs `pacer serve` on a database and a Redis of the test's own."""
    return partial(running_server, tmp_path, PACER_STORE=mongo_url, PACER_REDIS=redis_url)


def workers_of(server: Server) -> list[int]:
    """The process ids of the workers."""
    command = ["pgrep", "-P", str(server.process.pid), "-f", "spawn_main"]
    return [int(line) for line in subprocess.run(command, capture_output=True, text=True).stdout.split()]
