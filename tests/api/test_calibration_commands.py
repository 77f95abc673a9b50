"""`pacer content calibrate` and `simulate-answers`: files in, a table and a line of JSON out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from content.formats.yaml_track import load_track
from tests.content.calibration.published import FOLDER, needs_published_data
from tests.documents import ROOT


def pacer(*arguments: object) -> Result:
    """Run `pacer content`."""
    return CliRunner().invoke(main, ["content", *map(str, arguments)])


def last_line(result: Result) -> dict[str, Any]:
    """Its figures."""
    assert result.exit_code == 0, result.output
    figures: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return figures


def test_the_faults_that_were_put_into_simulated_items_are_found(tmp_path: Path) -> None:
    answers, items, figures = tmp_path / "answers.csv", tmp_path / "items.csv", tmp_path / "figures.json"
    truth = last_line(pacer("simulate-answers", answers, "--learners", 1500, "--items", 24))
    result = pacer("calibrate", answers, "--out", items, "--json", figures)
    found = last_line(result)
    assert json.loads(figures.read_text()) == found
    assert (found["answers"], found["learners"], found["items"], found["converged"]) == (36000, 1500, 24, True)
    with items.open(newline="") as file:
        rows = {row["item_id"]: row for row in csv.DictReader(file)}
    assert len(rows) == 24
    assert {name for name, row in rows.items() if "key-may-be-wrong" in row["findings"]} == set(truth["wrongKeys"])
    assert [rows[name]["status"] for name in truth["biased"]] == ["doubtful"]
    assert "24 of 24 items" in result.stderr
    assert sum(found["statuses"].values()) == 24


def test_equal_seeds_give_equal_files(tmp_path: Path) -> None:
    for name in ("one", "other"):
        last_line(pacer("simulate-answers", tmp_path / name, "--learners", 20, "--asked", 10, "--seed", 7))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@needs_published_data
def test_published_tests_are_read_as_they_come() -> None:
    lsat = last_line(pacer("calibrate", FOLDER / "lsat6.csv", "--wide"))
    assert lsat["logLikelihood"] == pytest.approx(-2466.653, abs=0.01)
    named = ("--learner", "id", "--score", "r2", "--facet", "Gender", "--model", "rasch")
    verbal = last_line(pacer("calibrate", FOLDER / "verbagg.csv", *named))
    assert verbal["logLikelihood"] == pytest.approx(-4036.9, abs=0.01)
    assert verbal["abilitySd"] == pytest.approx(1.3852, abs=0.01)
    rasch = last_line(pacer("calibrate", FOLDER / "raschdat1.csv", "--wide", "--model", "conditional"))
    assert rasch["logLikelihood"] == pytest.approx(-1434.4818, abs=1e-3)
    assert rasch["abilitySd"] is None


def test_json_lines_are_told_by_the_name_and_a_track_says_what_to_expect(tmp_path: Path) -> None:
    track = ROOT / "content" / "starter" / "python-from-zero"
    answers = tmp_path / "answers.jsonl"
    rows = [
        {"learner": f"l{i}", "item": item.id, "score": int((i + k) % 3 > 0), "seconds": 500}
        for i in range(60)
        for k, item in enumerate(load_track(track).items[:3])
    ]
    answers.write_text("\n".join(json.dumps(row) for row in rows))
    found = last_line(pacer("calibrate", answers, "--model", "rasch", "--track", track))
    assert found["items"] == 3
    assert found["findings"]["takes-longer"] == 3


def test_a_file_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path) -> None:
    empty, latin, one = tmp_path / "empty.csv", tmp_path / "latin.csv", tmp_path / "one.csv"
    empty.write_text("")
    latin.write_bytes("learner,item,score\nJos\xe9,q,1\n".encode("latin-1"))
    one.write_text("learner,item,score\nann,q,1\nbob,q,0\n")
    expected = {
        empty: "there is no column 'learner'",
        latin: "is not UTF-8",
        one: "1 items have right and wrong answers",
    }
    for file, message in expected.items():
        result = pacer("calibrate", file)
        assert result.exit_code == 1
        assert message in result.output
        assert file.name in result.output
    broken = pacer("calibrate", one, "--track", empty)
    assert broken.exit_code == 1
    assert "Traceback" not in broken.output


def test_more_items_asked_than_there_are_is_refused(tmp_path: Path) -> None:
    result = pacer("simulate-answers", tmp_path / "answers.csv", "--items", 3, "--asked", 9)
    assert result.exit_code == 1
    assert "9 items for each learner: give from 1 to 3" in result.output
