"""docs/authors-guide.md makes a course: its commands are run, one after another, against a real server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.commands import Desk
from tests.documents import ROOT, blocks

PAGE = ROOT / "docs" / "authors-guide.md"
ADDRESS = "pacer=http://127.0.0.1:8000\n"


@pytest.mark.slow
def test_its_course_is_written_reviewed_published_and_translated(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.environment |= {"PACER_STARTER": "false"}
    first, *rest = [block.text for block in blocks(PAGE, "sh")]
    script = "".join(rest)
    assert ADDRESS in script
    assert run(desk, first).returncode == 0
    with desk.serving("pacer", "serve", "--port", "0") as (url, _):
        made = run(desk, script.replace(ADDRESS, f"pacer={url}\n"))
    assert made.returncode == 0, made.stdout + made.stderr
    for told in (
        "/items/oceans/explanation\n",
        "elementChanged\n",
        "The seven seas are a figure of speech.\n",
        "approved\n",
        "Hay 4 mapas. ¿Cuántos océanos muestran juntos?\n",
        "wording\n",
    ):
        assert told in made.stdout, made.stdout


def run(desk: Desk, script: str) -> subprocess.CompletedProcess[str]:
    """A script of the shell at the desk."""
    return subprocess.run(
        ["sh", "-eu", "-c", script],
        capture_output=True,
        text=True,
        cwd=desk.folder,
        env=desk.environment,
        timeout=280,
        check=False,
    )
