"""`pacer fit` on a few made-up learners: its line of JSON, its plot, its weights; and on real logs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from rl.fit.logs import LogError, data_folder, first_learners, read_log, train_and_test
from rl.fit.mastery import fit_tracing
from rl.fit.progress import Progress
from rl.fit.scoring import fitness
from simulators.neural.weights import Weights


def fit(data: Path, out: Path, *more: str) -> dict[str, object]:
    given = ["fit", "--data", str(data), "--out", str(out), "--epochs", "1", *more]
    result = CliRunner().invoke(main, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert isinstance(figures, dict)
    return figures


@pytest.mark.slow
def test_everything_is_fitted_plotted_and_told_in_one_line(data_files: Path, tmp_path: Path) -> None:
    figures = fit(data_files, tmp_path / "run", "--json", str(tmp_path / "fit.json"))
    assert json.loads((tmp_path / "fit.json").read_text()) == figures
    assert {(part["log"], part["what"]) for part in figures["heldOut"]} == {  # type: ignore[attr-defined]
        ("assist2015", "answers"),
        ("assistments09", "answers"),
        ("cloze", "answers"),
        ("cloze", "repeats"),
    }
    for part in figures["heldOut"]:  # type: ignore[attr-defined]
        assert {"mean", "skill mean", "recurrent"} <= set(part["models"])
        assert all(np.isfinite(told["logLikelihood"]) for told in part["models"].values())
    names = [(curve["name"], curve["log"]) for curve in figures["curves"]]  # type: ignore[attr-defined]
    assert names == [
        ("learning", "assist2015"),
        ("learning", "assistments09"),
        ("forgetting", "cloze"),
        ("learning", "cloze"),
        ("time", "cloze"),
    ]
    assert (tmp_path / "run" / "curves.png").stat().st_size > 10_000
    weights = Weights.load(tmp_path / "run" / "recurrent.npz")
    assert weights.sets.tolist() == [[0, 6], [6, 5], [11, 4]]


def test_one_seed_gives_one_result(data_files: Path, tmp_path: Path) -> None:
    once, again = (fit(data_files, tmp_path / str(run), "--log", "cloze") for run in range(2))
    for key in ("heldOut", "curves", "spreads"):
        assert once[key] == again[key]


def test_without_logs_it_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["fit", "--data", str(tmp_path / "nowhere")])
    assert result.exit_code == 1
    assert "name their folder with --data or in PACER_DATA" in result.output


@pytest.mark.slow
def test_knowledge_tracing_beats_the_means_on_real_learners(unheard: Progress) -> None:
    try:
        log = first_learners(read_log("assist2015", data_folder(None)), 3_000)
    except LogError as error:
        pytest.skip(str(error))
    fitted, tested = train_and_test(log, seed=1)
    found = fitness(tested.correct, fit_tracing(fitted, 20, unheard).predicted(tested))
    means = np.bincount(fitted.skill, fitted.correct, log.n_skills) / np.maximum(np.bincount(fitted.skill), 1)
    assert found.auc > fitness(tested.correct, means[tested.skill]).auc + 0.03
    assert found.auc > 0.67
