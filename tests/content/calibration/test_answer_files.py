"""Answers from files: every layout, and every line that cannot be read named by its number."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calibration.answer_files import Form, read_answers
from content.calibration.responses import CalibrationError, Responses

CSV = """learner,item,score,choice,seconds,locale
ann,q1,1,a,4.5,en
ann,q2,no,b,,en
bob,q1,0.5,c,3,es
ann,q1,0,b,2,en
"""


def read(text: str, **form: object) -> tuple[Responses, int]:
    """From a text."""
    return read_answers(text.splitlines(keepends=True), Form(**form))  # type: ignore[arg-type]


def test_csv_gives_answers_with_all_that_is_known() -> None:
    found, n_repeats = read(CSV, right_from=0.5)
    assert n_repeats == 1
    assert found.score.tolist() == [1.0, 0.0, 1.0]
    assert found.learner_ids == ("ann", "bob")
    assert found.choice is not None
    assert [found.choice.names[code] for code in found.choice.code] == ["a", "b", "c"]
    assert found.seconds is not None
    assert np.isnan(found.seconds).tolist() == [False, True, False]
    assert list(found.facets) == ["locale"]


def test_the_last_answer_may_be_kept_or_repeats_refused() -> None:
    assert read(CSV, repeats="last")[0].score.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(CalibrationError, match="learner 'ann' on item 'q1' is there twice"):
        read(CSV, repeats="refuse")


def test_json_lines_give_the_same_as_csv() -> None:
    lines = (
        '{"learner": "ann", "item": "q1", "score": 1, "choice": null}\n\n{"learner": 7, "item": "q1", "score": false}\n'
    )
    found, _ = read(lines, layout="jsonl")
    assert found.learner_ids == ("ann", "7")
    assert found.score.tolist() == [1.0, 0.0]
    assert found.choice is None
    assert found.seconds is None


def test_a_wide_table_has_a_learner_a_line_with_or_without_a_name() -> None:
    found, _ = read("learner,q1,q2\nann,1,\nbob,0.0,NA\ncid,1,yes\n", layout="wide")
    assert found.n_answers == 4
    assert found.learner_ids == ("ann", "bob", "cid")
    assert read("q1,q2\n1,0\n0,1\n", layout="wide")[0].learner_ids == ("line-2", "line-3")


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("", {}, "there is no column 'learner'"),
        ("learner,item,mark\n", {}, r"there is no column 'score'; the file has \['learner', 'item', 'mark'\]"),
        ("learner,item,score\n", {}, "there are no answers"),
        (
            "learner,item,score\nann,q1,maybe\n",
            {},
            "line 2: score 'maybe' is neither a number from 0 to 1 nor yes or no",
        ),
        ("learner,item,score\nann,q1,\n", {}, "line 2: score '' is neither"),
        ("learner,item,score\nann,q1,nan\n", {}, "line 2: score 'nan' is neither"),
        ("learner,item,score\nann,,1\n", {}, "line 2: there is no 'item'; the line has learner='ann'"),
        ("learner,item,score,seconds\nann,q,1,soon\n", {}, "line 2: seconds 'soon' is no number"),
        ("learner,item,score,seconds\nann,q,1,-3\n", {}, "line 2: seconds '-3' is no time"),
        ("{}\n", {"layout": "jsonl"}, "line 1: there is no 'learner'"),
        ("[1]\n", {"layout": "jsonl"}, r"line 1 is no JSON object: \[1\]"),
        ("{]\n", {"layout": "jsonl"}, "line 1 is not JSON"),
        ("[" * 100_000, {"layout": "jsonl"}, "line 1 is not JSON: maximum recursion"),
        ("1" * 5_000, {"layout": "jsonl"}, "line 1 is not JSON"),
        ("learner,item,score\nann," + "q" * 200_000 + ",1\n", {}, "line 1 is no CSV: field larger than"),
        ("q1,q1\n1,2\n", {"layout": "wide"}, "line 2: score '2' is neither"),
        ("learner,item,score\nann,q1,1\n", {"right_from": 2.0}, r"least score 2\.0"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, form: dict[str, object], message: str) -> None:
    with pytest.raises(CalibrationError, match=message):
        read(text, **form)


@given(st.text(max_size=200), st.sampled_from(["csv", "jsonl", "wide"]))
def test_any_text_gives_answers_or_a_named_reason(text: str, layout: str) -> None:
    with suppress(CalibrationError):
        assert read(text, layout=layout)[0].n_answers > 0
