"""`pacer content grader` from files to a model and its figures, on answers made here."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner

from api.cli import main
from content.grading.sentences.weights import ModelMissingError, model_directory
from content.grading.short_answers.model import ShortAnswerModel
from content.grading.short_answers.report import plot
from content.grading.short_answers.trials import Point

SEAS = ("Baltic", "Adriatic", "Caspian", "Aegean", "Tasman", "Celtic", "Ligurian", "Bering")
SAID = {
    "correct": ("The {} Sea is salty because rivers carry minerals there.", "Rivers bring minerals to the {} Sea."),
    "contradictory": ("The {} Sea is not salty, rivers carry nothing.", "Rivers never bring minerals to the {} Sea."),
    "incorrect": ("Fish swim in the {} Sea.", "I think it is because of the moon."),
}  # fmt: skip
QUESTION = "Why is the {} Sea salty?"
REFERENCE = "The {} Sea is salty because rivers carry minerals into it."


@pytest.fixture
def sets(tmp_path: Path) -> list[str]:
    """A set with labels and one with scores, as options."""
    try:
        model_directory()
    except ModelMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    folder = tmp_path / "seas"
    folder.mkdir()
    for sea in SEAS:
        answers = "".join(
            f'<studentAnswer accuracy="{label}">{escape(text.format(sea))}</studentAnswer>'
            for label, texts in SAID.items()
            for text in (*texts, texts[0] + " Yes.")
        )
        reference = f"<referenceAnswers><referenceAnswer>{REFERENCE.format(sea)}</referenceAnswer></referenceAnswers>"
        text = f"<questionText>{QUESTION.format(sea)}</questionText>{reference}"
        (folder / f"{sea}.xml").write_text(f'<question module="m">{text}{answers}</question>')
    with (tmp_path / "scores.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "question", "desired_answer", "student_answer", "score_avg"))
        for number, sea in enumerate(SEAS):
            for label, score in (("correct", 5), ("contradictory", 2), ("incorrect", 0)):
                known = QUESTION.format(sea), REFERENCE.format(sea)
                rows.writerow((f"{1 + number % 4}.{number}", *known, SAID[label][0].format(sea), score))
    return ["--labels", f"seas={folder}", "--scores", f"scored={tmp_path / 'scores.csv'}"]


@pytest.mark.slow
def test_a_model_is_fitted_measured_and_used_from_the_command_line(sets: list[str], tmp_path: Path) -> None:
    model, report = tmp_path / "model.npz", tmp_path / "report"
    train = ["content", "grader", "train", *sets, "--out", str(model), "--report", str(report)]
    result = CliRunner().invoke(main, train, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert [line.partition(":")[0] for line in result.output.splitlines()[:8]] == [
        f"{name}, unseen {unseen}, {measure}"
        for unseen in ("answers", "questions")
        for name, measures in (("seas", ("macro-F1", "same label")), ("scored", ("Pearson r", "RMSE")))
        for measure in measures
    ]
    assert len(ShortAnswerModel.load(model).experts) == 2
    assert (report / "grading-figures.md").read_text().startswith("| set | held out | measure |")
    assert (report / "grading-coverage.svg").read_text().startswith("<?xml")
    evaluate = ["content", "grader", "evaluate", *sets, "--model", str(model)]
    result = CliRunner().invoke(main, evaluate, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "96 answers, 96 of them to questions that the model was fitted on"
    assert float(lines[1].partition(": ")[2].split()[0]) > 0.8


def test_equal_curves_give_equal_plots(tmp_path: Path) -> None:
    curve = [Point(share / 4, 1.0 - share / 8, 0.9) for share in range(1, 5)]
    for name in ("one.svg", "other.svg"):
        plot(tmp_path / name, {"unseen answers": curve, "unseen questions": curve}, 0.6)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


def test_what_is_no_set_of_answers_is_refused(tmp_path: Path) -> None:
    for given, told in ((["--labels", "seas"], "is not NAME=PATH"), ([], "there are no answers")):
        run = ["content", "grader", "evaluate", *given]
        result = CliRunner().invoke(main, run)
        assert result.exit_code == 1, result.output
        assert told in result.output
    assert not list(tmp_path.iterdir())
