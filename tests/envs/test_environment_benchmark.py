"""The benchmark of the environment reports in the agreed form."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from benchmarks.environment import main


def test_it_ends_with_one_line_of_json_and_writes_it_too(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    arguments = ["--seconds", "0.02", "--family", "markov", "--learners", "64", "--skills", "12", "--json", str(file)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    line = result.stdout.splitlines()[-1]
    assert file.read_text(encoding="utf-8") == line + "\n"
    report = json.loads(line)
    assert (report["learners"], report["skills"], report["candidates"]) == (64, 12, 32)
    (found,) = report["steps_per_second"].values()
    assert set(found) == {"reset_us", "environment", "with_belief", "single"}
    assert min(found.values()) > 0
