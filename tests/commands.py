"""Commands of the documents, run at a desk: a folder that looks like the project's, installed, with nothing to lose.

What would serve for ever is served on a free port until it is ready, what would take minutes is run with few learners,
and `make` only says what it would do where it would run this very suite, measure or check. The README's test runs the
long ones; the other documents' have their options read, no more, and so have benchmarks, which have tests of their own.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.documents import ROOT

BIN = Path(sys.executable).parent
LINKED = ("Makefile", "pyproject.toml", "constraints.txt", "content", "docs", "api", "rl", "benchmarks")
ADDRESS = re.compile(r"Pacer serves at (http://\S+)/")
SECONDS = 240
LONG = ("train", "tune", "benchmark", "fit", "evaluate")
REHEARSED = ("test", "check", "bench", "bench-scale", "chaos", "train", "left-out")
FEW = {
    "train": ["--imitation-steps", "64", "--steps", "0", "--learners", "2", "--validation", "1", "--family", "markov"],
    "benchmark": ["--matrix", "smoke", "--learners", "2", "--relived", "1", "--seeds", "1", "--family", "markov"],
    "play": ["--learners", "1", "--sessions", "1", "--exercises", "2", "--track", "python-from-zero"],
}


def plain_environment() -> dict[str, str]:
    """This process's environment without Pacer's settings, and without those of a make that runs the tests."""
    ours = ("PACER_", "MAKE", "MFLAGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class Desk:
    """Runs commands, one after another, in a folder of its own; the long ones only if told so."""

    def __init__(self, folder: Path, *, patient: bool = False) -> None:
        self.folder, self.patient = folder, patient
        (folder / ".venv").mkdir()
        for part in (BIN, BIN.parent / "lib", BIN.parent / "pyvenv.cfg"):
            (folder / ".venv" / part.name).symlink_to(part)
        for name in LINKED:
            (folder / name).symlink_to(ROOT / name)
        for stamp in ("serving", "everything"):
            (folder / ".venv" / stamp).touch()
        self.environment = plain_environment()
        self.environment["PATH"] = f"{BIN}{os.pathsep}{self.environment['PATH']}"
        self.environment["PACER_PORT"] = "0"

    def run_all(self, script: str) -> None:
        """Every line of a shell block."""
        for line in script.splitlines():
            words = shlex.split(line, comments=True)
            if words:
                self.run(words)

    def run(self, words: list[str]) -> str:
        """One command, bounded; what it printed. Fails if it does."""
        program, arguments = Path(words[0]).name, words[1:]
        if program == "make" and arguments[0] in REHEARSED:
            return self.call("make", "-n", *arguments)
        if words == ["make", "run"]:
            return self.serve("make", "run", f"ARGS=--port 0 --data {self.folder / 'data'}")
        if program == "pacer" and arguments[0] == "serve":
            return self.serve("pacer", *arguments, "--port", "0", "--data", str(self.folder / "data"))
        if program == "pacer" and arguments[0] in LONG and not self.patient:
            return self.call("pacer", *arguments, "--help")
        if program == "pacer":
            return self.call("pacer", *arguments, *FEW.get(arguments[0], []))
        if arguments[:1] == ["-m"] and arguments[1].startswith("benchmarks.") and not self.patient:
            return self.call(program, *arguments, "--help")
        return self.call(program, *arguments)

    def call(self, *command: str) -> str:
        """Run to the end; standard output."""
        ended = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, env=self.environment, timeout=SECONDS, check=False
        )
        assert ended.returncode == 0, f"{shlex.join(command)}:\n{ended.stdout}{ended.stderr}"
        return ended.stdout

    def serve(self, *command: str) -> str:
        """Serve until the server is ready, then stop it; what it printed."""
        with self.serving(*command) as (url, process):
            assert httpx.get(f"{url}/ready", timeout=10.0).status_code == 200
            os.killpg(process.pid, signal.SIGTERM)  # the whole group, as a terminal does
            return process.communicate(timeout=60)[0]

    @contextmanager
    def serving(self, *command: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        """A server's address and process, killed at the end."""
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=self.folder, env=self.environment, start_new_session=True
        )
        try:
            first = process.stdout.readline() if process.stdout else ""
            address = ADDRESS.search(first)
            assert address, f"{shlex.join(command)} printed {first!r}"
            yield address[1], process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
