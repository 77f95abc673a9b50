"""The benchmark of the environment reports in the agreed form."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from benchmarks.environment import main


def test_it_ends_with_one_line_of_json_and_writes_it_too(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    result = CliRunner().invoke(main, ["--seconds", "0.02", "--family", "markov", "--json", str(file)])
    assert result.exit_code == 0
    line = result.stdout.splitlines()[-1]
    assert file.read_text(encoding="utf-8") == line + "\n"
    figures = json.loads(line)
    assert figures["family"] == "markov"
    assert all(figures[f"steps_per_second_{n}"] > 0 for n in (1, 64, 1024))
