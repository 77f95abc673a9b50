"""`pacer rebuild`: recompute, compare, and tell what differs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from api.learners.commands import rebuild as command
from api.learners.rebuild import rebuild, rebuild_all
from api.learners.states import load, snapshot_of


async def test_a_healthy_journal_rebuilds_without_a_mismatch(served: Any, student: Any) -> None:
    states = served.app.state["sessions"]._states
    await states.close()
    verdicts = [verdict async for verdict in rebuild_all(states.journal, states.courses)]
    assert [verdict.learner_id for verdict in verdicts] == [student.tokens["learnerId"]]
    assert verdicts[0].n_events > 30
    assert verdicts[0].mismatches == ()


async def test_a_snapshot_that_is_not_what_the_journal_gives_is_told(served: Any, student: Any) -> None:
    states, learner_id = served.app.state["sessions"]._states, student.tokens["learnerId"]
    await states.close()
    learner = await load(states.journal, states.courses, learner_id)
    learner.state.xp += 1
    version = next(iter(learner.state.studies))
    pupil = states.courses.open(version, (), learner.state.studies[version].belief)
    pupil.belief.learners += 1e-6
    learner.pupils[version] = pupil
    learner.state.last = (learner.state.last[0] + 86_400_000, learner.state.last[1])
    await states.journal.save_snapshot(msgspec.structs.replace(snapshot_of(learner, states.fold_version)))
    found = (await rebuild(states.journal, states.courses, learner_id)).mismatches
    assert {mismatch.where.split()[0] for mismatch in found} == {"xp", "last", "belief"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def test_the_command_says_that_all_is_well(served: Any, student: Any, data: Path) -> None:
    learner_id = student.tokens["learnerId"]
    await served.app.state["sessions"]._states.close()
    copy = data.parent / "copy"
    copy.mkdir()
    source = await open_copy(data, copy)
    assert source.exists()
    for arguments in (["--data", str(copy)], ["--data", str(copy), "--learner", learner_id]):
        result = await asyncio.to_thread(CliRunner().invoke, command, arguments)
        assert result.exit_code == 0, result.output
        assert "1 learners" in result.output
        assert "0 mismatches" in result.output
    result = await asyncio.to_thread(CliRunner().invoke, command, ["--data", str(copy), "--learner", "nobody"])
    assert result.exit_code == 1
    assert "no learner 'nobody'" in result.output


def test_the_command_says_where_it_looked_for_a_database(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "there is no database" in result.output


async def open_copy(data: Path, copy: Path) -> Path:
    """A copy of a running server's database, through SQLite's own backup."""
    import sqlite3

    target = copy / "pacer.db"
    with sqlite3.connect(data / "pacer.db") as source, sqlite3.connect(target) as destination:
        source.backup(destination)
    source.close()
    destination.close()
    return target
