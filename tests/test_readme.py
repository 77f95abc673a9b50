"""The README keeps its word: it is quick to the point, and everything it says to type works."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from tests.commands import Desk
from tests.documents import README, Block, blocks

SHELL = blocks(README, "sh")
FIRST_COMMAND_BEFORE = 25
LINES_OF_THE_EXAMPLE = 10


def test_the_first_command_comes_early() -> None:
    assert SHELL[0].text.strip() == "make run"
    assert SHELL[0].line + 1 < FIRST_COMMAND_BEFORE


@pytest.mark.slow
@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.name)
def test_every_command_runs(block: Block, tmp_path: Path) -> None:
    Desk(tmp_path, patient=True).run_all(block.text)


def test_the_tutor_takes_ten_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (example,) = blocks(README, "python")
    lines = [line for line in example.text.splitlines() if line and not line.startswith(("from ", "import "))]
    assert len(lines) <= LINES_OF_THE_EXAMPLE
    monkeypatch.chdir(Desk(tmp_path).folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example.text, example.name, "exec"), {})
    assert printed.getvalue().startswith("values-and-expressions ['This is new")
