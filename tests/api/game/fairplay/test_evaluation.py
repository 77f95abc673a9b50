"""`pacer evaluate fairplay`, small."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from api.game.evaluation.intervals import bootstrap, wilson
from api.game.evaluation.mixing import INFORMATION, usual_xp
from api.game.fairplay.detectors import DETECTORS
from api.game.xp import Attempt, grant


def test_the_command_tells_tables_and_ends_with_its_json(tmp_path: Path) -> None:
    file = tmp_path / "fairplay.json"
    sizes = ["--learners", "300", "--tuning", "200", "--cheats", "2"]
    done = CliRunner().invoke(main, ["evaluate", "fairplay", *sizes, "--json", str(file)])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout.splitlines()[-1])
    assert report == json.loads(file.read_text())
    assert report["simulated"] is True
    assert set(report["detectors"]) == set(DETECTORS)
    assert (report["nHonest"], report["nCheats"]) == (300, 2 * 3 * 7)
    assert "Cheats found" in done.stdout


def test_an_interval_of_none_of_ten_by_hand() -> None:
    share, low, high = wilson(0, 10)
    assert (share, low) == (0.0, 0.0)
    assert high == pytest.approx(3.8415 / (10 + 3.8415), abs=1e-4)


def test_the_bootstrap_resamples_seeds() -> None:
    rng = np.random.default_rng(1)
    values = np.r_[np.zeros(50), np.ones(50)]
    mean, low, high = bootstrap(values, np.repeat([1, 2], 50), rng)
    assert (mean, low, high) == (0.5, 0.0, 1.0)  # both seeds may be drawn twice


def test_xp_of_the_crowd_is_that_of_the_rules() -> None:
    for difficulty, hints in ((-2.5, 0), (0.0, 1), (1.5, 3)):
        told = (INFORMATION - 0.5) / 4.0
        attempt = Attempt(
            score=1.0, difficulty=difficulty, information=told, repeats=0, seconds=20, expected_seconds=20, hints=hints
        )
        assert usual_xp(np.ones(1), np.array([difficulty]), np.array([hints]))[0] == grant(attempt).amount
