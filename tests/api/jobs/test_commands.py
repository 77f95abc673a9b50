"""`pacer jobs` shows the dead letters and sends them again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.composition import DATABASE_FILE, system_clock
from api.jobs.outbox import Outbox
from api.store.opening import open_store


async def fill(data: Path) -> None:
    """Two dead jobs, and one that waits."""
    store = await open_store(data / DATABASE_FILE)
    outbox = Outbox(store.documents, system_clock)
    await outbox.declare()
    for key in ("a", "b", "c"):
        id, _ = await outbox.add("mail", b'{"to": "somebody"}', key, None)
        found = await outbox.get(id)
        assert found is not None
        if key != "c":
            await outbox.bury(found, "the relay said no")
    await store.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    asyncio.run(fill(tmp_path))
    return tmp_path


def jobs(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["jobs", *arguments, "--data", str(data)])


def test_the_dead_letters_are_listed_with_their_reason(data: Path) -> None:
    lines = jobs(data, "list").output.splitlines()
    assert lines[0].startswith("mail:a  mail  2")
    assert lines[0].endswith("UTC  attempts 0: the relay said no")
    assert lines[2] == "2 dead"


def test_other_states_are_listed_when_asked_for_and_for_programs_as_json(data: Path) -> None:
    assert jobs(data, "list", "--state", "waiting").output.splitlines()[-1] == "1 waiting"
    (line,) = jobs(data, "list", "--state", "waiting", "--json").output.splitlines()
    found = json.loads(line)
    assert (found["id"], found["state"], found["payload"]) == ("mail:c", "waiting", {"to": "somebody"})


def test_one_or_all_can_be_sent_again(data: Path) -> None:
    result = jobs(data, "retry", "mail:a")
    assert (result.exit_code, result.output) == (0, "1 to be tried again\n")
    assert jobs(data, "list").output.splitlines()[-1] == "1 dead"
    assert jobs(data, "retry", "--all").output == "1 to be tried again\n"
    assert jobs(data, "list", "--state", "waiting").output.splitlines()[-1] == "3 waiting"


def test_what_is_not_dead_is_not_sent_again_and_told(data: Path) -> None:
    result = jobs(data, "retry", "mail:a", "mail:c", "mail:z")
    assert result.exit_code == 1
    assert "1 to be tried again" in result.output
    assert "not among those that failed for good: mail:c, mail:z" in result.output


@pytest.mark.parametrize("arguments", [["retry"], ["retry", "mail:a", "--all"]])
def test_retry_has_to_be_told_which(data: Path, arguments: list[str]) -> None:
    result = jobs(data, *arguments)
    assert result.exit_code == 2
    assert "say which" in result.output
