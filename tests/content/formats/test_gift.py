"""GIFT: the public parser's own samples, and what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from content.formats.decoding import decode_text
from content.formats.exchange import FormatError
from content.formats.registry import read
from content.items import Matching, MultipleChoice, MultipleResponse, Numeric, ShortText, TrueFalse
from tests.content.formats.gift_oracle import as_oracle
from tests.content.formats.samples import PLACEMENT, needs_samples, sample_files

ORACLES = sample_files("gift", suffixes=(".gift",))


@needs_samples
@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.stem)
def test_a_file_parses_as_the_public_parser_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert as_oracle(decode_text(path.read_bytes())) == expected


@needs_samples
@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.stem)
def test_every_question_gives_an_item_or_a_reason(path: Path) -> None:
    expected = [one for one in json.loads(path.with_suffix(".json").read_text()) if one["type"] != "Category"]
    if not expected:
        with pytest.raises(FormatError, match="holds no questions"):
            read(path.read_bytes(), path.name, PLACEMENT)
        return
    imported = read(path.read_bytes(), path.name, PLACEMENT)
    assert len(imported.items) + len(imported.refused) == len(expected)


def one(text: str) -> object:
    """The only item of a file."""
    imported = read(text.encode(), "file.gift", PLACEMENT)
    assert not imported.refused
    (item,) = imported.items
    return item


def test_wrong_feedback_of_a_truth_comes_first_as_moodle_defines_it() -> None:
    item = one("The sky is blue.{TRUE#Look up!#Quite so.}")
    assert isinstance(item, TrueFalse)
    assert item.key is True
    assert item.explanation == "Quite so."
    assert [mistake.feedback for mistake in item.misconceptions] == ["Look up!"]


def test_weighted_options_become_a_multiple_response() -> None:
    item = one("Which are even?{~%50%2 ~%50%4 ~%-100%5}")
    assert isinstance(item, MultipleResponse)
    assert [option.text for option in item.options if option.id in item.key] == ["2", "4"]


def test_feedback_of_a_wrong_option_is_a_misconception() -> None:
    item = one("Two and two?{~three#Count again. =four#Right.}")
    assert isinstance(item, MultipleChoice)
    assert [mistake.feedback for mistake in item.misconceptions] == ["Count again."]
    assert item.explanation == "Right."


def test_a_range_is_a_number_with_a_tolerance() -> None:
    item = one("Pi?{#3.1..3.2}")
    assert isinstance(item, Numeric)
    assert (item.key, item.tolerance) == ("3.15", 0.05)


def test_pairs_and_typed_answers() -> None:
    assert isinstance(one("Match.{=a -> 1 =b -> 2}"), Matching)
    item = one("Capital of France?{=Paris =paris, France}")
    assert isinstance(item, ShortText)
    assert item.accepted == ("Paris", "paris, France")


def test_a_file_in_another_encoding_is_refused_with_the_line() -> None:
    with pytest.raises(FormatError, match="line 2: byte 6 is not UTF-8: save"):
        read("ok\ncaf\xe9 {=x}".encode("latin-1"), "a.gift", PLACEMENT)


def test_a_typed_answer_that_only_looks_like_a_tag_is_kept_as_it_is() -> None:
    item = one("::a::[html]Close the tag{=</b =a</i}")
    assert isinstance(item, ShortText)
    assert item.accepted == ("</b", "a</i")
