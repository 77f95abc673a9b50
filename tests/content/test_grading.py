"""Grading of every kind: keys, misconceptions, partial credit, and answers that are none."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from content.answers import (
    Answer,
    CalendarDateAnswer,
    ClozeAnswer,
    EssayAnswer,
    ExpressionAnswer,
    ListingAnswer,
    MatchingAnswer,
    MultipleChoiceAnswer,
    MultipleResponseAnswer,
    NumericAnswer,
    OpenResponseAnswer,
    OrderingAnswer,
    ShortTextAnswer,
    TranslateAnswer,
    TrueFalseAnswer,
)
from content.grading import (
    AnswerShapeError,
    distractors,
    expected_text,
    grade,
    misconception_answers,
    model_answer,
)
from content.items import Item
from content.option_ids import public_id
from content.text import parse, plain_text

ANSWERS: tuple[Answer, ...] = (
    MultipleChoiceAnswer(choice="first"),
    MultipleResponseAnswer(choices=("a",)),
    TrueFalseAnswer(value=True),
    NumericAnswer(text="1"),
    ShortTextAnswer(text="x"),
    ClozeAnswer(gaps={}),
    OrderingAnswer(order=("a",)),
    MatchingAnswer(pairs={}),
    ExpressionAnswer(text="1"),
    CalendarDateAnswer(text="1815"),
    ListingAnswer(entries=("x",)),
    TranslateAnswer(text="x"),
    OpenResponseAnswer(text="x"),
    EssayAnswer(text="x"),
)


def test_the_key_is_right(any_item: Item) -> None:
    found = grade(any_item, model_answer(any_item))
    if any_item.id == "item-essay":
        assert found.pending, "no essay is right by itself"
        return
    assert (found.score, found.correct, found.misconception, found.feedback) == (1.0, True, None, "")


def test_a_misconception_is_wrong_under_its_own_name(any_item: Item) -> None:
    for name, answer in misconception_answers(any_item):
        found = grade(any_item, answer)
        assert (found.correct, found.misconception, found.feedback) == (False, name, "FEEDBACK")
        assert 0.0 <= found.score < 1.0


def test_distractors_are_wrong_and_repeatable(any_item: Item) -> None:
    for seed in range(30):
        answer = distractors(any_item, seed)
        assert not grade(any_item, answer).correct
        assert answer == distractors(any_item, seed)


def test_an_answer_of_another_kind_is_an_error_that_names_the_expected_one(any_item: Item) -> None:
    own = type(model_answer(any_item))
    for answer in ANSWERS:
        if type(answer) is not own:
            with pytest.raises(AnswerShapeError, match=own.__struct_config__.tag):
                grade(any_item, answer)


def test_grades_and_answers_survive_json(any_item: Item) -> None:
    answer = model_answer(any_item)
    assert msgspec.json.decode(msgspec.json.encode(answer), type=Answer) == answer
    found = grade(any_item, answer)
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("choice", "beta"),
        ("response", "alpha; beta"),
        ("truth", "True"),
        ("numeric", "98765"),
        ("text", "la mañana"),
        ("cloze", "Yo estoy en casa con él, x = None."),
        ("order", "one\ntwo\nthree\nfour"),
        ("match", "dog → perro\ncat → gato\ncow → vaca"),
    ],
)
def test_the_right_answer_can_be_shown(items: dict[str, Item], name: str, text: str) -> None:
    assert plain_text(expected_text(items[name])) == text


def test_a_filled_cloze_keeps_its_languages_and_code(items: dict[str, Item]) -> None:
    spans = parse(expected_text(items["cloze"]))
    assert [(span.text, span.lang, span.code) for span in spans][1:4:2] == [
        ("casa con él", "es", False),
        ("x = None", "", True),
    ]


@pytest.mark.parametrize(
    ("choices", "score"),
    [
        ("a b", 1.0),
        ("a", 0.5),  # 1/2 - 0/3
        ("", 0.0),
        ("a b c", 2 / 3),  # 2/2 - 1/3
        ("a c", 1 / 6),  # 1/2 - 1/3
        ("a b c d e", 0.0),  # 2/2 - 3/3
        ("c d", 0.0),
    ],
)
def test_several_choices_score_hits_less_false_ones(items: dict[str, Item], choices: str, score: float) -> None:
    found = grade(items["response"], MultipleResponseAnswer(choices=tuple(choices.split())))
    assert found.score == pytest.approx(score)
    assert found.correct == (score == 1.0)
    assert len(found.parts) == 5


@pytest.mark.parametrize(
    ("order", "score"),
    [
        ("abcd", 1.0),
        ("bcda", 2 / 3),
        ("abdc", 1 / 3),
        ("cdab", 2 / 3),
        ("dcba", 0.0),
        ("badc", 0.0),
    ],
)
def test_an_order_scores_neighbours_kept(items: dict[str, Item], order: str, score: float) -> None:
    assert grade(items["order"], OrderingAnswer(order=tuple(order))).score == pytest.approx(score)


def test_lines_that_read_the_same_may_change_places(items: dict[str, Item]) -> None:
    twin = msgspec.structs.replace(items["order"].options[3], text="one")  # type: ignore[union-attr]
    item: Any = msgspec.structs.replace(items["order"], options=(*items["order"].options[:3], twin))  # type: ignore[union-attr]
    assert grade(item, OrderingAnswer(order=("d", "b", "c", "a"))).correct


def test_matching_scores_each_pair_and_missing_ones_are_wrong(items: dict[str, Item]) -> None:
    found = grade(items["match"], MatchingAnswer(pairs={"a": "a", "b": "d"}))
    assert found.score == pytest.approx(1 / 3)
    assert [(part.id, part.score) for part in found.parts] == [("a", 1.0), ("b", 0.0), ("c", 0.0)]


def test_a_cloze_scores_each_gap(items: dict[str, Item]) -> None:
    found = grade(items["cloze"], ClozeAnswer(gaps={"estar": "estoy", "prep": "sin", "code": " "}))
    assert found.score == pytest.approx(1 / 3)
    assert [part.score for part in found.parts] == [1.0, 0.0, 0.0]


def test_code_in_a_gap_keeps_its_case_but_not_its_spaces(items: dict[str, Item]) -> None:
    gaps = {"estar": "Estoy", "prep": "con"}
    assert grade(items["cloze"], ClozeAnswer(gaps={**gaps, "code": " None "})).correct
    assert not grade(items["cloze"], ClozeAnswer(gaps={**gaps, "code": "none"})).correct


def test_ids_as_shown_are_understood_in_answers(items: dict[str, Item]) -> None:
    def shown(item: str, option: str, side: str = "") -> str:
        return public_id(f"item-{item}", option, side)

    answers: dict[str, Answer] = {
        "choice": MultipleChoiceAnswer(choice=shown("choice", "second")),
        "response": MultipleResponseAnswer(choices=(shown("response", "a"), shown("response", "b"))),
        "order": OrderingAnswer(order=tuple(shown("order", name) for name in "abcd")),
        "match": MatchingAnswer(pairs={shown("match", n, "left"): shown("match", n, "right") for n in "abc"}),
        "cloze": ClozeAnswer(
            gaps={
                shown("cloze", "estar", "gap"): "estoy",
                shown("cloze", "prep", "gap"): "con",
                shown("cloze", "code", "gap"): "None",
            }
        ),
    }
    for name, answer in answers.items():
        assert grade(items[name], answer).correct


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("choice", MultipleChoiceAnswer(choice="fourth"), "'fourth'; expected one of"),
        ("choice", MultipleChoiceAnswer(choice=""), "''"),
        ("choice", MultipleChoiceAnswer(choice="x" * 10_000), "…'; expected"),
        ("response", MultipleResponseAnswer(choices=("a", "z")), "'z'; expected ids out of"),
        ("response", MultipleResponseAnswer(choices=("a", "a")), "'a' is chosen twice"),
        ("response", MultipleResponseAnswer(choices=("a", public_id("item-response", "a"))), "'a' is chosen twice"),
        ("numeric", NumericAnswer(text="many"), "'many' is not a number; expected a number"),
        ("numeric", NumericAnswer(text=""), "expected a number"),
        ("numeric", NumericAnswer(text="12 apples"), "'apples'.*without a unit"),
        ("numeric", NumericAnswer(text="1e999999999"), "exponent 999999999 is too large"),
        ("numeric", NumericAnswer(text="9" * 81), "81 characters"),
        ("numeric", NumericAnswer(text="1/0"), "divides by zero"),
        ("text", ShortTextAnswer(text=" \n"), "empty"),
        ("text", ShortTextAnswer(text="a" * 501), "501 characters"),
        ("cloze", ClozeAnswer(gaps={"nowhere": "x"}), "'nowhere'; expected ids out of"),
        ("cloze", ClozeAnswer(gaps={"prep": "por"}), "'por'.*expected one of con, para, sin"),
        ("cloze", ClozeAnswer(gaps={"estar": "a" * 501}), "501"),
        ("cloze", ClozeAnswer(gaps={"estar": "a", public_id("item-cloze", "estar", "gap"): "b"}), "filled twice"),
        ("order", OrderingAnswer(order=("a", "b", "c")), f"lacks {public_id('item-order', 'd')}; expected"),
        ("order", OrderingAnswer(order=("a", "b", "c", "c")), "'c' is given twice"),
        ("order", OrderingAnswer(order=("a", "b", "c", "e")), "'e'; expected each of .* once"),
        ("match", MatchingAnswer(pairs={"z": "a"}), "left option.*'z'"),
        ("match", MatchingAnswer(pairs={"a": "z"}), "right option.*'z'"),
        ("match", MatchingAnswer(pairs={"a": "a", public_id("item-match", "a", "left"): "b"}), "matched twice"),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_what_is_expected(
    items: dict[str, Item], name: str, answer: Answer, told: str
) -> None:
    with pytest.raises(AnswerShapeError, match=told):
        grade(items[name], answer)


@pytest.mark.parametrize(
    ("name", "answer", "side", "names"),
    [
        ("choice", MultipleChoiceAnswer(choice="zz"), "", ("first", "second", "third")),
        ("response", MultipleResponseAnswer(choices=("zz",)), "", ("a", "b", "c", "d", "e")),
        ("cloze", ClozeAnswer(gaps={"zz": "x"}), "gap", ("estar", "prep", "code")),
        ("order", OrderingAnswer(order=("zz",)), "", ("a", "b", "c", "d")),
        ("order", OrderingAnswer(order=()), "", ("a", "b", "c", "d")),
        ("match", MatchingAnswer(pairs={"zz": "a"}), "left", ("a", "b", "c")),
        ("match", MatchingAnswer(pairs={"a": "zz"}), "right", ("a", "b", "c", "d")),
    ],
)
def test_an_error_lists_what_was_shown_and_neither_the_author_s_names_nor_their_order(
    items: dict[str, Item], name: str, answer: Answer, side: str, names: tuple[str, ...]
) -> None:
    with pytest.raises(AnswerShapeError) as caught:
        grade(items[name], answer)
    told = str(caught.value).rpartition("expected ")[2]
    assert ", ".join(sorted(public_id(items[name].id, one, side) for one in names)) in told
    assert not set(re.findall(r"[\w-]+", told)) & set(names)
