"""The benchmark of course sizes reports in the agreed form."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from benchmarks.course_sizes import main
from rl.benchmark.benchmark import RELEASED_FILE


def test_it_ends_with_one_line_of_json_and_writes_it_too(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    sizes = ["--skills", "150", "--skills", "5", "--skills", "40"]
    arguments = ["--policy", str(RELEASED_FILE), "--rounds", "2", *sizes, "--json", str(file)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    line = result.stdout.splitlines()[-1]
    assert file.read_text(encoding="utf-8") == line + "\n"
    report = json.loads(line)
    assert list(report["us"]) == ["5", "40", "150"]
    assert all(low <= median <= high for parts in report["us"].values() for median, low, high in parts.values())
    # Five skills in two bands do not fill the 64 places, so the others are also compared among themselves.
    assert [len(report[name]["ranked"]) for name in ("over_smallest", "over_smallest_full")] == [3, 2]
