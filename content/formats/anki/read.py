"""Anki notes as items: cards with a typed answer, clozes, and our own notes with everything they hold."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import unquote

from content.formats.anki.collection import Note, open_package, read_medium, read_notes
from content.formats.archive import Archive
from content.formats.collector import Collector, QuestionError
from content.formats.exchange import Imported, Placement
from content.formats.kinds import add_cloze, add_text, strict_policy
from content.formats.markup.html import parse_html
from content.formats.markup.prose import prose
from content.formats.markup.reading import TextReader
from content.formats.question import Question
from content.formats.table.flat import from_row
from content.formats.writing import media_name
from content.items import Gap, Media
from content.text import plain_text

OUR_TYPE = "Pacer"
DATA_FIELD = "Data"
MAX_ANSWER = 200
"""Characters of an answer that can be typed."""
_CLOZE = re.compile(r"\{\{c(\d{1,3})::(.*?)(?:::(.*?))?\}\}", re.DOTALL)
_SOUND = re.compile(r"\[sound:([^\]]{1,300})\]")
_TAGS = re.compile(r"<[^<>]{0,2000}>")
_LATEX = re.compile(r"\[(/?)(?:latex|\$\$?)\]")
_FRONT = frozenset(("front", "question", "term", "expression", "word", "text", "prompt"))
_BACK = frozenset(("back", "answer", "definition", "meaning", "translation"))


def read_anki(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read a deck or collection; what Anki knows of a learner (intervals, reviews) is left out.

    Raises:
        FormatError: damaged, unsafe, or no collection.
    """
    out = Collector("anki", placement)
    database, media, archive = open_package(data)
    notes = read_notes(database)
    decks = dict.fromkeys(note.deck for note in notes if note.deck)
    out.title = next((deck.rpartition("::")[2] for deck in decks if deck != "Default"), "")
    out.lose("dropped", "the deck", "schedules and reviews", "they are a learner's, not the content's")
    for note in notes:
        where = f"note {note.id}"
        reader = _NoteReader(out, where, note, media, archive)
        out.attempt(where, plain(note.fields[0])[:80], reader.add)
    return out.result()


def plain(html: str) -> str:
    """Text of a field, without markup."""
    return plain_text(prose(parse_html(html[:20_000]).children).markup).strip()


class _NoteReader:
    def __init__(self, out: Collector, where: str, note: Note, media: dict[str, str], archive: Archive | None) -> None:
        self._out = out
        self._note = note
        self._media = media
        self._archive = archive
        self._question = Question(out, where)
        self._texts = TextReader(self._question, self._resolve)

    def add(self) -> None:
        kind = self._note.type
        if kind.name.startswith(OUR_TYPE) and DATA_FIELD in kind.fields:
            self._own()
            return
        self._question.take_tags([tag.replace("::", ":") for tag in self._note.tags])
        if kind.cloze or _CLOZE.search(self._note.fields[0]):
            self._clozes()
        else:
            self._card()

    def _resolve(self, source: str) -> tuple[bytes, str] | None:
        name = unquote(source)
        member = self._media.get(name) or self._media.get(source)
        if member is None or self._archive is None or member not in self._archive.names:
            return None
        return read_medium(self._archive, member), name

    def _own(self) -> None:
        fields = dict(zip(self._note.type.fields, self._note.fields, strict=False))
        item = from_row(_row(fields.get(DATA_FIELD, "")))
        for media in item.media:
            found = self._resolve(media_name(media)) or self._resolve(media.name)
            if found is None or self._keep(found, media) is None:
                self._question.lose("dropped", f"media {media.name!r}", "the file is not there")
        if self._out.free_id(item.id) != item.id:
            raise QuestionError(f"its id {item.id!r} is taken or no id")
        self._out.add(item)

    def _keep(self, found: tuple[bytes, str], media: Media) -> Media | None:
        return self._out.media(found[0], found[1], media.alt)

    def _html(self, field: str) -> str:
        text = _LATEX.sub("", field)
        for sound in _SOUND.findall(text):
            self._texts.picture(sound, "")
        return self._texts.html(_SOUND.sub(" ", text))

    def _card(self) -> None:
        question, note = self._question, self._note
        names = [name.strip().lower() for name in note.type.fields]
        front = next((k for k, name in enumerate(names) if name in _FRONT), 0)
        back = next((k for k, name in enumerate(names) if name in _BACK and k != front), 1 if front == 0 else 0)
        if len(note.fields) < 2 or max(front, back) >= len(note.fields):
            raise QuestionError("the note has one field, so that nothing is asked")
        question.prompt = self._html(note.fields[front])
        answer = plain(_SOUND.sub("", note.fields[back]))
        if not answer:
            raise QuestionError("its answer has no text to type")
        if len(answer) > MAX_ANSWER:
            raise QuestionError(f"its answer has {len(answer)} characters, too many to type: it is a text to recall")
        self._html(note.fields[back])
        for k, field in enumerate(note.fields):
            if k not in (front, back) and field.strip():
                question.note(self._html(field), f"field {note.type.fields[k] if k < len(names) else k!r}")
        if note.type.reversed:
            question.lose("dropped", "the reversed card", "an item asks one way")
        lines = [line.strip() for line in answer.split("\n") if line.strip()]
        if len(lines) > 1:
            question.lose("changed", "an answer of several lines", "it is typed on one line")
        add_text(question, [" ".join(lines)], policy=strict_policy(question.locale))

    def _clozes(self) -> None:
        text = self._note.fields[0]
        numbers = sorted({int(match[1]) for match in _CLOZE.finditer(text)})
        if not numbers:
            raise QuestionError("it is a cloze without a gap")
        question = self._question
        for field in self._note.fields[1:]:
            question.note(self._html(field))
        for number in numbers:
            told = f"{question.where}: gap {number}"
            self._out.attempt(told, plain(text)[:80], lambda number=number: self._one_cloze(text, number))  # type: ignore[misc]

    def _one_cloze(self, text: str, number: int) -> None:
        gaps: list[Gap] = []
        hints: list[str] = []

        def mark(match: re.Match[str]) -> str:
            if int(match[1]) != number:
                return match[2]
            answer = plain(match[2])
            if not answer:
                raise QuestionError("a gap has no text to type")
            name = f"gap{len(gaps) + 1}"
            gaps.append(Gap(id=name, accepted=(answer,), policy=strict_policy(self._question.locale)))
            if match[3]:
                hints.append(self._html(match[3]))
            return f"{{{{{name}}}}}"

        html = _CLOZE.sub(mark, text)
        question = self._question
        question.prompt, question.hints = "", hints
        question.ident = plain(_CLOZE.sub(r"\2", text))[:60]
        add_cloze(question, self._html(html), gaps)


def _row(data: str) -> dict[str, str]:
    """Columns and cells of our own note's data, which are JSON with HTML's signs escaped."""
    try:
        value = json.loads(unescape(_TAGS.sub("", data)))
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"the data of the note are no JSON: {error}") from error
    if not isinstance(value, dict):
        raise QuestionError("the data of the note are no table")
    return {str(name): str(text) for name, text in value.items()}
