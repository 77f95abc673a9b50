"""A database with learners in it that is damaged: told with what to do, never replaced, not a byte of it changed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.composition import DATABASE_FILE
from api.doctor import database
from api.settings import Settings
from api.store import open_store
from api.store.ports import Commit, JournalEntry
from api.wire import new_id

PAGE = 4096


async def fill(path: Path) -> None:
    """A whole store of some hundred pages."""
    store = await open_store(path)
    for n in range(300):
        entry = JournalEntry(id=new_id(), kind="k", effective_at=n, body=os.urandom(1500))
        await store.journal.append(Commit(learner_id="ana", seq=n + 1, events=(entry,), facts=(), accepted_at=n))
    await store.close()


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def pages_lost(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE)


def scribbled_on(path: Path) -> None:
    with path.open("r+b") as file:
        for page in range(2, 30, 3):
            file.seek(page * PAGE)
            file.write(os.urandom(PAGE))


def emptied(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [cut_off, pages_lost, scribbled_on, emptied], ids=lambda damage: damage.__name__)
def test_damage_is_told_and_the_file_left_as_it_is(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / DATABASE_FILE
    asyncio.run(fill(path))
    damage(path)
    damaged = path.read_bytes()
    command = [
        sys.executable,
        "-c",
        "from api.cli import main; main()",
        "serve",
        "--port",
        "0",
        "--data",
        str(tmp_path),
    ]
    served = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert served.returncode == 1, served.stdout
    assert str(path) in served.stderr
    assert "pacer doctor" in served.stderr
    assert "Traceback" not in served.stderr
    assert path.read_bytes() == damaged
    (finding,) = database(Settings(data=str(tmp_path)))
    assert not finding.ok
    assert "restore a backup" in finding.advice
    assert path.read_bytes() == damaged
