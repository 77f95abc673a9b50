"""The OpenAPI document as a file, and the programs that make clients of it.

Where a program is missing the tests are skipped, saying which; where CI is set they fail, as `make services` installs
them. Nothing is fetched here, and what is made stays in temporary folders.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.documented import described

TYPESCRIPT = Path(__file__).parent / "typescript"
SECONDS = 600


def need(found: object, what: str) -> None:
    """Skip without it, or fail where CI is set."""
    if found:
        return
    missing = f"{what} is missing; run: make services"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document, as `/docs/openapi.json` sends it."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_text(json.dumps(described()))
    return path


@pytest.fixture(scope="session")
def node() -> str:
    """The program that runs JavaScript, once the packages of the lock file are there."""
    found = shutil.which("node")
    need(found, "node")
    lock, installed = TYPESCRIPT / "package-lock.json", TYPESCRIPT / "node_modules" / ".installed"
    there = installed.exists() and installed.read_bytes() == lock.read_bytes()
    need(there, "tests/clients/typescript/node_modules, as its lock file has it,")
    return str(found)


@pytest.fixture(scope="session")
def run() -> Callable[..., str]:
    """Runs a command; what it printed, both streams. Fails the test with that if the command fails."""

    def run(*command: str | Path, folder: Path) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run
