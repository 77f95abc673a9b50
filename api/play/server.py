"""A server to play against where none is given: `pacer serve` on a free port, its data thrown away afterwards."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.play.phone import PlayError
from api.settings import MAX_BACKDATING_DAYS, PREFIX

SERVE = (sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0")
ADDRESS = re.compile(r"Pacer serves at (http://\S+?)/\s")
STOP_SECONDS = 20.0
BACKDATING = {f"{PREFIX}BACKDATING": str(MAX_BACKDATING_DAYS)}
"""Simulated days lie before now, and so before the learners signed in."""


@contextmanager
def own_server(policy: str | None = None) -> Iterator[str]:
    """Serve on this machine with a temporary data directory; yields the URL. Raises PlayError if it does not start."""
    with tempfile.TemporaryDirectory(prefix="pacer-play-") as directory:
        log = Path(directory) / "server.log"
        command = [*SERVE, "--data", str(Path(directory) / "data"), *(("--policy", policy) if policy else ())]
        with log.open("w") as errors:
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ | BACKDATING
            )
        try:
            yield _address(process, log)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    line = process.stdout.readline() if process.stdout else ""
    found = ADDRESS.search(line)
    if found is None:
        raise PlayError(f"the server did not start: {line}{log.read_text().strip()}")
    return found[1]
