"""Answers as a table: what is kept, and what is refused by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calibration.responses import CalibrationError, Labels, Responses, kept_rows, repeats_of


def test_learners_and_items_are_numbered_as_they_come() -> None:
    table = Responses.of(["ann", "bob", "ann"], ["q2", "q1", "q1"], [1, 0, 1], choice=["x", None, "x"])
    assert table.learner_ids == ("ann", "bob")
    assert table.item_ids == ("q2", "q1")
    assert table.item.tolist() == [0, 1, 1]
    assert table.choice is not None
    assert table.choice.code.tolist() == [0, -1, 0]


def test_a_matrix_leaves_out_what_was_not_answered() -> None:
    table = Responses.from_matrix([[1, np.nan], [0, 1]], ["q1", "q2"])
    assert (table.n_answers, table.n_learners, table.n_items) == (3, 2, 2)
    assert table.item.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("learners", "items", "scores", "message"),
    [
        (["ann"], ["q1"], [np.nan], "score nan of learner 'ann' on item 'q1' is not a number from 0 to 1"),
        (["ann"], ["q1"], [1.5], "score 1.5 of learner 'ann'"),
        (["ann"], ["q1"], ["yes"], "score holds what is no number.*yes"),
        (["ann", "ann"], ["q1", "q1"], [1, 0], "learner 'ann' on item 'q1' is there twice"),
        (["ann"], ["q9"], [1], "item 'q9' in row 1 is unknown; known are .'q1'"),
        ([""], ["q1"], [1], "'' in row 1 is no id"),
        (["ann"], ["q1", "q2"], [1], "1 learners and 2 items"),
        (["ann"], ["q1"], [1, 0], r"column 'score' has shape \(2,\); 1 answers need \(1,\)"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(
    learners: list[str], items: list[str], scores: list[float], message: str
) -> None:
    with pytest.raises(CalibrationError, match=message):
        Responses.of(learners, items, scores, known_items=["q1"])


def test_columns_of_words_must_be_as_long_as_the_answers() -> None:
    with pytest.raises(CalibrationError, match="column 'choice' has 2 words; 1 answers need as many"):
        Responses.of(["ann"], ["q1"], [1], choice=["a", "b"])
    with pytest.raises(CalibrationError, match="column 'locale' has 0 words"):
        Responses.of(["ann"], ["q1"], [1], facets={"locale": []})


def test_times_below_zero_and_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(CalibrationError, match=r"-1\.0 seconds of learner 'ann'"):
        Responses.of(["ann"], ["q1"], [1], seconds=[-1.0])
    one = np.asarray([1], np.int32)
    with pytest.raises(CalibrationError, match="item number 1 is unknown; there are 1"):
        Responses(one * 0, one, one * 1.0, ("ann",), ("q1",))
    with pytest.raises(CalibrationError, match="label code 1 is not among 1"):
        Labels(one, ("x",))


def test_a_half_right_answer_must_be_called_right_or_wrong() -> None:
    table = Responses.of(["ann", "bob"], ["q1", "q1"], [0.5, 1.0])
    with pytest.raises(CalibrationError, match=r"score 0\.5 of learner 'ann' on item 'q1' is neither 0 nor 1"):
        table.require_right_or_wrong()
    assert table.scored_right_from(0.5).score.tolist() == [1.0, 1.0]
    with pytest.raises(CalibrationError, match=r"least score 0\.0"):
        table.scored_right_from(0.0)


def test_no_answers_are_said_to_be_none() -> None:
    with pytest.raises(CalibrationError, match="there are no answers"):
        Responses.of([], [], []).require_right_or_wrong()


PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=40)


@given(PAIRS)
def test_the_first_or_last_answer_of_each_pair_is_kept(pairs: list[tuple[int, int]]) -> None:
    learner, item = (np.asarray([pair[k] for pair in pairs], np.int32) for k in (0, 1))
    first = {pair: row for row, pair in reversed(list(enumerate(pairs)))}
    last = {pair: row for row, pair in enumerate(pairs)}
    assert kept_rows(learner, item, 4, "first").tolist() == sorted(first.values())
    assert kept_rows(learner, item, 4, "last").tolist() == sorted(last.values())
    assert repeats_of(learner, item, 4).sum() == len(pairs) - len(first)
