"""Every exercise of the tracks that come with Pacer, played: keys, wrong answers, hints, what is shown."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import pytest

from content.check import check_path
from content.formats.yaml_track import load_track
from content.giveaway import giveaway, holds, words
from content.grading import distractors, expected_text, grade, misconception_answers, model_answer
from content.items import Item, ShortText
from content.presentation import present
from content.starter import starter_tracks
from content.templates import instantiate
from content.text import escape, parse, plain_text
from content.tracks import Track, publish

TEMPLATE_SEEDS = (0, 1, 2, 3, 2**31 - 1)
TRACKS = pytest.mark.parametrize("path", starter_tracks(), ids=lambda path: path.name)


@lru_cache
def track_at(path: Path) -> Track:
    return load_track(path)


@lru_cache
def items_of(path: Path) -> tuple[Item, ...]:
    track = track_at(path)
    made = [instantiate(template, seed) for template in track.templates for seed in TEMPLATE_SEEDS]
    return (*track.items, *made)


def test_three_tracks_come_with_pacer() -> None:
    names = [path.name for path in starter_tracks()]
    assert names == ["arithmetic-to-algebra", "first-spanish", "python-from-zero"]
    assert [track_at(path).id for path in starter_tracks()] == names


@TRACKS
def test_a_track_has_no_faults(path: Path) -> None:
    assert [str(fault) for fault in check_path(path)] == []


@TRACKS
def test_every_key_is_right(path: Path) -> None:
    wrong = [item.id for item in items_of(path) if not grade(item, model_answer(item)).correct]
    assert wrong == []


@TRACKS
def test_every_named_wrong_answer_is_wrong_with_its_misconception(path: Path) -> None:
    for item in items_of(path):
        for name, answer in misconception_answers(item):
            found = grade(item, answer)
            assert (found.correct, found.misconception, found.feedback != "") == (False, name, True), (item.id, answer)


@TRACKS
def test_every_item_has_a_wrong_answer_that_a_learner_might_give(path: Path) -> None:
    for item in items_of(path):
        assert not grade(item, distractors(item, 1)).correct, item.id


@TRACKS
def test_every_item_hints_without_giving_the_key_away(path: Path) -> None:
    for item in items_of(path):
        assert item.hints, item.id
        assert [hint for hint in item.hints if giveaway(item, hint)] == [], item.id


@TRACKS
def test_every_item_explains_itself(path: Path) -> None:
    for item in items_of(path):
        assert item.explanation.strip(), item.id
        assert plain_text(expected_text(item)).strip(), item.id


@TRACKS
def test_what_is_shown_carries_no_feedback_no_explanation_and_no_hint(path: Path) -> None:
    for item in items_of(path):
        shown = msgspec.json.encode(present(item, 3)).decode()
        secrets = [item.explanation, *item.hints, *(one.feedback for one in item.misconceptions)]
        for secret in secrets:
            assert msgspec.json.encode(plain_text(secret)).decode()[1:-1] not in shown, item.id
        assert '"key"' not in shown
        assert '"accepted"' not in shown


@TRACKS
def test_what_is_read_aloud_or_described_does_not_tell_a_typed_key(path: Path) -> None:
    """But for words of up to three letters, which stand in any sentence, and what the prompt says anyway."""
    for item in items_of(path):
        if isinstance(item, ShortText):
            aside = words(" ".join((item.accessibility.speech, item.accessibility.description)))
            keys = [words(escape(text)) for text in item.accepted if len(text) > 3]
            told = [key for key in keys if holds(aside, key) and not holds(words(item.prompt), key)]
            assert told == [], item.id


@TRACKS
def test_every_text_parses_to_spans(path: Path) -> None:
    for item in items_of(path):
        for text in (item.prompt, item.explanation, *item.hints):
            assert parse(text), item.id
            assert not any("]{lang" in span.text for span in parse(text)), item.id


@TRACKS
def test_loading_twice_gives_the_same_version(path: Path) -> None:
    assert publish(load_track(path)).version == publish(track_at(path)).version
