"""kill -9 of a process that appends under load, at random moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.store import check_store, open_store

ROOT = Path(__file__).parents[3]
ROUNDS = 12


def killed_while_appending(path: Path, rng: random.Random) -> list[str]:
    """The acknowledgements of a process that was killed somewhere in its first commits."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("appender.py")), str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    with process.stdout as acknowledged:
        lines = [acknowledged.readline() for _ in range(rng.randrange(1, 300))]
        time.sleep(rng.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        lines += acknowledged.readlines()
    assert process.wait() == -signal.SIGKILL
    return [line.decode() for line in lines if line.endswith(b"\n")]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
async def test_no_kill_loses_an_acknowledged_commit_or_keeps_one_twice(tmp_path: Path) -> None:
    path, rng = tmp_path / "pacer.db", random.Random(7)
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        acknowledged += killed_while_appending(path, rng)
        store = await open_store(path)
        kept = {
            (commit.learner_id, commit.seq): [event.id for event in commit.events]
            for learner in await store.journal.learners()
            for commit in await store.journal.read(learner)
        }
        await store.close()
        for line in acknowledged:
            learner, seq, *event_ids = line.split()
            assert kept[learner, int(seq)] == event_ids
        event_ids = [id for ids in kept.values() for id in ids]
        assert len(event_ids) == len(set(event_ids))
    assert len(acknowledged) > ROUNDS
    assert "all readable" in await check_store(path)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
async def test_a_kill_while_the_file_is_made_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    rng = random.Random(11)
    for round in range(4):
        path = tmp_path / f"{round}.db"
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("appender.py")), str(path)],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        deadline = time.monotonic() + 60
        while not any(tmp_path.glob(f"{round}.db-*")) and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(rng.random() * 0.004)
        process.kill()
        process.wait()
        assert not path.exists() or path.stat().st_size >= 4096
        await (await open_store(path)).close()
