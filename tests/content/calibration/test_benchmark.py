"""The benchmark measures what it says, on few answers; and girth, by others, finds the same as we do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import calibration


def test_girth_finds_the_same_items_and_no_better_ones() -> None:
    if os.environ.get("CI") != "true":
        pytest.importorskip("girth", reason="girth is not installed: pip install 'pacer[bench]'")
    found = calibration.beside_girth(300, 12)
    assert max(found["largestDifference"].values()) < 0.05
    assert found["logLikelihood"] >= found["girthLogLikelihood"] - 1e-3


def test_sparse_answers_are_fitted_in_a_process_of_their_own_and_its_memory_is_told() -> None:
    found = calibration.at_scale(400, 30, 15)
    assert found["answers"] == 6000
    assert found["megabytesMost"] >= found["megabytesOfAnswers"] > 0
    assert found["within95Difficulty"] > 0.7


def test_what_is_found_is_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(calibration, "PARTS", ("keys",))
    monkeypatch.setattr(
        calibration, "wrong_keys", lambda n_seeds: calibration._doubted(200, False, 20, n_seeds).tolist()
    )
    figures = tmp_path / "figures.json"
    result = CliRunner().invoke(calibration.main, ["--seeds", "1", "--json", str(figures)])
    assert result.exit_code == 0, result.output
    found, doubted, wrong = json.loads(figures.read_text())["keys"]
    assert found <= min(doubted, wrong)
    assert wrong == 1.0
    assert calibration._classes(300, 0.0, 20, 20, 1)[0] <= 2.0
