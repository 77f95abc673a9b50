"""The benchmark of the recipe's parts: every variant changes something that is there, and figures come as agreed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import ablations


def test_every_variant_changes_what_the_recipe_says() -> None:
    for name, changes in ablations.VARIANTS.items():
        assert changes or name == "the recipe"
        for module, attribute, value in changes:
            assert not np.array_equal(getattr(module, attribute), value)


@pytest.mark.slow
def test_it_ends_with_one_line_of_json_and_writes_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablations, "families_of", lambda _: ("afm", "hlr"))
    monkeypatch.setattr("benchmarks.ablations.TRAINED_ON", "afm,hlr")
    file = tmp_path / "figures.json"
    arguments = ["--variant", "squared error alone", "--steps", "1024", "--learners", "4", "--json", str(file)]
    result = CliRunner().invoke(ablations.main, arguments)
    assert result.exit_code == 0, result.output
    line = result.stdout.splitlines()[-1]
    assert file.read_text(encoding="utf-8") == line + "\n"
    (row,) = json.loads(line)["rows"]
    assert set(row["ratios"]) == {"afm", "hlr"}
    assert row["worst_ratio"] == min(row["ratios"].values())
