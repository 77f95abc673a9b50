"""Decks and the Anki program itself: it opens ours, and we read what it writes, in both of its formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.notes import Note

from content.formats.exchange import Imported
from content.formats.registry import read, write
from content.items import Cloze, ShortText
from content.text import plain_text
from tests.content.formats.builders import PNG, moodle
from tests.content.formats.samples import PLACEMENT

FORMS = pytest.mark.parametrize("legacy", [True, False], ids=["schema-11", "zstandard"])


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Collection]:
    """An empty collection of Anki's."""
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def ours() -> Imported:
    """Items of several kinds, one with a picture."""
    return read(moodle(), "moodle.xml", PLACEMENT)


def take_ours(anki: Collection, path: Path) -> None:
    """Write our items as a deck, and have Anki import it."""
    items = ours()
    path.write_bytes(write(items.items, {one.sha256: one.data for one in items.blobs}, "anki", "Rivers").data)
    options = ImportAnkiPackageOptions(merge_notetypes=True)
    anki.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))


def exported(anki: Collection, path: Path, legacy: bool) -> Imported:
    """What we read of a deck that Anki wrote."""
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy)
    anki.export_anki_package(out_path=str(path), options=options, limit=None)
    return read(path.read_bytes(), path.name, PLACEMENT)


def notes(anki: Collection) -> list[Note]:
    """All notes, oldest first."""
    return [anki.get_note(number) for number in sorted(anki.find_notes(""))]


def add(anki: Collection, kind: str, fields: list[str], tags: list[str], deck: str = "Default") -> None:
    """A note as somebody types it in Anki."""
    note_type = anki.models.by_name(kind)
    assert note_type is not None
    note = anki.new_note(note_type)
    note.fields, note.tags = fields, tags
    anki.add_note(note, anki.decks.id(deck))


def test_anki_opens_our_deck_with_all_notes_fields_tags_and_media(anki: Collection, tmp_path: Path) -> None:
    take_ours(anki, tmp_path / "ours.apkg")
    items = ours().items
    found = notes(anki)
    assert len(found) == len(items) == len(anki.find_cards('deck:"Rivers"'))
    for note, item in zip(found, items, strict=True):
        assert note.keys() == ["Prompt", "Options", "Answer", "Explanation", "Data"]
        assert note["Prompt"].startswith(plain_text(item.prompt))
        assert sorted(note.tags) == [f"band::{item.band}", "skill::skill"]
    (picture,) = ours().blobs
    (kept,) = Path(anki.media.dir()).iterdir()
    assert kept.read_bytes() == picture.data
    assert kept.name in found[0].cards()[0].question()
    assert not anki.media.check().missing
    assert anki.fix_integrity()[1]


def test_cards_of_our_deck_ask_and_answer(anki: Collection, tmp_path: Path) -> None:
    take_ours(anki, tmp_path / "ours.apkg")
    cards = [note.cards()[0] for note in notes(anki)]
    asked, answered = cards[1].question(), cards[1].answer()
    assert "Paris lies on the [Seine / Rhine / Loire], [...] on the Thames." in asked
    assert "Paris lies on the Seine, London on the Thames." in answered
    assert "<li>Rome</li>" in cards[3].question()
    assert "Seine → Paris" in cards[3].answer()
    assert all("{" not in card.question().partition("</style>")[2] for card in cards)


def test_a_deck_imported_twice_has_each_note_once(anki: Collection, tmp_path: Path) -> None:
    take_ours(anki, tmp_path / "first.apkg")
    take_ours(anki, tmp_path / "second.apkg")
    assert len(notes(anki)) == len(ours().items)


@FORMS
def test_items_come_back_whole_from_a_deck_that_went_through_anki(
    anki: Collection, tmp_path: Path, legacy: bool
) -> None:
    take_ours(anki, tmp_path / "ours.apkg")
    back = exported(anki, tmp_path / "back.apkg", legacy)
    assert not back.refused
    assert {item.id: item for item in back.items} == {item.id: item for item in ours().items}
    assert [one.sha256 for one in back.blobs] == [one.sha256 for one in ours().blobs]


@FORMS
def test_a_deck_made_in_anki_gives_its_cards_clozes_tags_and_media(
    anki: Collection, tmp_path: Path, legacy: bool
) -> None:
    name = anki.media.write_data("map 1.png", PNG)
    add(anki, "Basic", [f'Capital of <b>Italy</b>? <img src="{name}">', "Rome"], ["band::hard", "trips"], "Trips::Rome")
    add(anki, "Cloze", ["{{c1::Rome::a city}} lies on the {{c2::Tiber}}.", "It has hills."], [], "Trips::Rome")
    add(anki, "Basic (and reversed card)", ["Naïve “quotes” &amp; ünïcode", "yes"], [])
    found = exported(anki, tmp_path / "theirs.apkg", legacy)
    assert not found.refused
    card, city, river, reverse = found.items
    assert isinstance(card, ShortText)
    assert (plain_text(card.prompt), card.accepted, card.band) == ("Capital of Italy?", ("Rome",), "hard")
    assert [one.data for one in found.blobs] == [PNG]
    assert card.media[0].sha256 == found.blobs[0].sha256
    assert isinstance(city, Cloze)
    assert isinstance(river, Cloze)
    assert (city.gaps[0].accepted, city.hints) == (("Rome",), ("a city",))
    assert (river.gaps[0].accepted, river.explanation) == (("Tiber",), "It has hills.")
    assert plain_text(reverse.prompt) == "Naïve “quotes” & ünïcode"
    assert any(loss.what == "the reversed card" for loss in found.losses)


@FORMS
def test_a_whole_collection_that_anki_packed_is_read(anki: Collection, tmp_path: Path, legacy: bool) -> None:
    add(anki, "Basic", ["One and one?", "two"], [])
    path = tmp_path / "all.colpkg"
    anki.export_collection_package(str(path), include_media=True, legacy=legacy)
    (item,) = read(path.read_bytes(), path.name, PLACEMENT).items
    assert isinstance(item, ShortText)
    assert item.accepted == ("two",)
