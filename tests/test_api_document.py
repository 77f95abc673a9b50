"""docs/api.md plays a lesson: its commands are run, one after another, against a real server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from api.errors import BY_STATUS, INTERNAL, TABLE
from content.answers import Answer
from tests.commands import Desk
from tests.documents import ROOT, blocks

PAGE = ROOT / "docs" / "api.md"
TRACK = blocks(ROOT / "docs" / "authoring.md", "yaml")[0]
ADDRESS = "pacer=http://127.0.0.1:8000\n"


@pytest.mark.slow
def test_its_lesson_can_be_played(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "seas.yaml").write_text(TRACK.text, encoding="utf-8")
    desk.environment |= {"PACER_TRACKS": "seas.yaml", "PACER_STARTER": "false"}
    script = "".join(block.text for block in blocks(PAGE, "sh"))
    assert ADDRESS in script
    with desk.serving("pacer", "serve", "--port", "0") as (url, _):
        lesson = subprocess.run(
            ["sh", "-eu", "-c", script.replace(ADDRESS, f"pacer={url}\n")],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=desk.environment,
            timeout=120,
            check=False,
        )
    assert lesson.returncode == 0, lesson.stdout + lesson.stderr
    assert "True\n" in lesson.stdout
    assert '"chosenBy"' in lesson.stdout
    assert '"displayName":"Ana"' in lesson.stdout


def test_it_shows_the_answer_of_every_kind() -> None:
    shown = dict(re.findall(r'^\| `(\w+)` \| `"(\w+)":', PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert shown == {kind.__struct_config__.tag: kind.__struct_fields__[0] for kind in get_args(Answer)}


def test_it_lists_every_problem() -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    kinds = {*TABLE.values(), *BY_STATUS.values(), INTERNAL}
    assert listed == {(kind.name, str(kind.status)) for kind in kinds}
