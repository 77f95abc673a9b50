"""Typed words: Unicode, case, accents, letters of their own, typos."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.answers import ShortTextAnswer
from content.grading import Grade, grade
from content.items import ShortText, TextMisconception, TextPolicy


def graded(accepted: str, text: str, wrong: str = "", **policy: Any) -> Grade:
    misconceptions = (TextMisconception(id="named", answer=wrong, feedback="F"),) if wrong else ()
    item = ShortText(
        id="t", skills=("s",), band="b", prompt="?", accepted=tuple(accepted.split("|")), policy=TextPolicy(**policy),
        misconceptions=misconceptions,
    )  # fmt: skip
    return grade(item, ShortTextAnswer(text=text))


@pytest.mark.parametrize(
    ("accepted", "text"),
    [
        ("hello", "  HELLO "),
        ("straße", "Straße"),
        ("it's", "it’s"),
        ("well-known", "well known"),
        ("¿Cómo estás?", "cómo estás"),
        ("I am here.", "i am   here"),
        ("café", unicodedata.normalize("NFD", "café")),
        ("ﬁne", "fine"),
        ("one|uno", "uno"),
        ("?", "?"),
    ],
)
def test_what_reads_the_same_is_the_same(accepted: str, text: str) -> None:
    assert graded(accepted, text, language="es", typos="none", accents="required") == Grade(score=1.0, correct=True)


def test_case_and_punctuation_count_where_the_policy_says_so() -> None:
    assert not graded("Madrid", "madrid", case_sensitive=True, typos="none").correct
    assert not graded("a, b", "a b", punctuation=True, typos="none").correct


@pytest.mark.parametrize(
    ("policy", "correct", "noted"), [("required", False, True), ("lenient", True, True), ("ignored", True, False)]
)
def test_a_missing_accent_counts_as_the_policy_says(policy: str, correct: bool, noted: bool) -> None:
    found = graded("está", "esta", language="es", accents=policy)
    assert found.correct is correct
    assert ("[está]{lang=es}" in found.feedback) is noted


@pytest.mark.parametrize(
    ("language", "accepted", "text"),
    [
        ("es", "año", "ano"),
        ("de", "schön", "schon"),
        ("sv", "får", "far"),
        ("es", "mañana", "manana"),
        ("tr", "ılık", "ilik"),
    ],
)
def test_a_letter_of_its_own_is_no_accent_and_no_typo(language: str, accepted: str, text: str) -> None:
    assert not graded(accepted, text, language=language, accents="ignored").correct


def test_the_same_letter_is_an_accent_in_another_language() -> None:
    assert graded("schön", "schon", language="en", accents="ignored").correct
    assert graded("pingüino", "pinguino", language="es").correct


@pytest.mark.parametrize(
    ("accepted", "text", "correct"),
    [
        ("because", "becuase", True),  # neighbours swapped
        ("because", "becaause", True),
        ("because", "becase", True),
        ("because", "bekaase", False),  # two edits in seven letters
        ("understanding", "undrestnading", True),  # two in thirteen
        ("cat", "cut", False),  # short words allow none
        ("word", "wurd", False),
        ("hablo", "habla", False),  # the ending carries the person
        ("tables", "table", False),
        ("right", "night", False),
        ("call 5551234", "call 5551243", False),  # digits are never typos
        ("the yellow house", "the yelow huose", True),
        ("the yellow house", "yellow house", False),
    ],
)
def test_a_typo_is_a_slip_inside_a_longer_word(accepted: str, text: str, correct: bool) -> None:
    found = graded(accepted, text)
    assert found.correct is correct
    assert ("spelling" in found.feedback) is correct
    assert not graded(accepted, text, typos="none").correct


def test_a_missing_accent_does_not_hide_behind_a_typo() -> None:
    assert not graded("teléfono", "telefono", language="es", accents="required").correct
    assert not graded("teléfono", "telefno", language="es", accents="required").correct
    assert graded("teléfono", "teléfnoo", language="es", accents="required").correct


def test_a_named_wrong_answer_is_no_typo() -> None:
    found = graded("hombre", "hambre", wrong="hambre", language="es")
    assert (found.correct, found.misconception) == (False, "named")


def test_an_accepted_text_is_right_even_if_it_is_near_a_wrong_one() -> None:
    assert graded("el papá|el papa", "el papa", wrong="la papa", language="es", accents="required").correct


def test_code_ignores_spaces_between_signs_but_not_between_words() -> None:
    policy: dict[str, Any] = {"language": "zxx", "case_sensitive": True, "punctuation": True, "typos": "none"}
    assert graded("x = f(1, 2)", "x=f(1,2)", **policy).correct
    assert graded("print('a')", "print(‘a’)", **policy).correct
    assert not graded("not x", "notx", **policy).correct
    assert not graded("x = 1", "X = 1", **policy).correct


@given(st.text(max_size=40), st.sampled_from(["en", "es", "tr", "zxx"]))
def test_any_text_is_the_same_as_itself(text: str, language: str) -> None:
    own = f"x{text}".replace("|", "")
    assert graded(own, own, language=language) == Grade(score=1.0, correct=True)


@given(st.text(min_size=1, max_size=40).filter(str.strip), st.text(min_size=1, max_size=40).filter(str.strip))
def test_any_two_texts_can_be_compared(accepted: str, text: str) -> None:
    item = ShortText(
        id="t", skills=("s",), band="b", prompt="?", accepted=(accepted,), policy=TextPolicy(language="es")
    )
    assert grade(item, ShortTextAnswer(text=text)).score in (0.0, 1.0)
