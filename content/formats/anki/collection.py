"""An Anki package's notes and media. The database of a stranger is opened in memory, read-only, and watched."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from content.formats.anki.protobuf import fields, first
from content.formats.anki.unpack import unzstd
from content.formats.archive import Archive
from content.formats.exchange import FormatError
from content.formats.limits import MAX_ITEMS, MAX_MEMBER, MAX_UNPACKED

DATABASES = ("collection.anki21b", "collection.anki21", "collection.anki2")
_MAX_STEPS = 40_000
"""Ticks of 10,000 instructions of SQLite's machine: some seconds."""
_ZSTD = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True)
class NoteType:
    """A kind of note: its fields, and whether it is a cloze."""

    name: str
    fields: tuple[str, ...]
    cloze: bool
    reversed: bool


@dataclass(frozen=True)
class Note:
    """One note, with the name of the deck of its first card."""

    id: int
    guid: str
    type: NoteType
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str


def open_package(data: bytes) -> tuple[bytes, dict[str, str], Archive | None]:
    """Database, zip member by media name, and archive of a package; a bare database has neither of the latter.

    Raises:
        FormatError: damaged, or without a collection.
    """
    if data.startswith(b"SQLite format 3\0"):
        return data, {}, None
    archive = Archive(data)
    name = next((name for name in DATABASES if name in archive.names), None)
    if name is None:
        raise FormatError("the package holds no collection (collection.anki2)")
    database = archive.read(name, MAX_UNPACKED)
    if name.endswith("b"):
        database = unzstd(database, MAX_UNPACKED, name)
    return database, _media(archive), archive


def _media(archive: Archive) -> dict[str, str]:
    if "media" not in archive.names:
        return {}
    data = archive.read("media")
    if data.startswith(_ZSTD):
        return _new_media(unzstd(data, MAX_MEMBER, "media"))
    if not data.lstrip().startswith(b"{"):
        return _new_media(data)
    try:
        names = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FormatError("the package's list of media is no JSON") from error
    return {str(name): str(number) for number, name in names.items()} if isinstance(names, dict) else {}


def _new_media(data: bytes) -> dict[str, str]:
    names: dict[str, str] = {}
    for number, entry in fields(data):
        if number == 1 and isinstance(entry, bytes):
            position = len(names)
            for inner, value in fields(entry):
                if inner == 1 and isinstance(value, bytes):
                    names[value.decode("utf-8", "replace")] = str(position)
    return names


def read_medium(archive: Archive, member: str) -> bytes:
    """Bytes of a media file of the package."""
    data = archive.read(member)
    return unzstd(data, MAX_MEMBER, member) if data.startswith(_ZSTD) else data


def read_notes(database: bytes) -> list[Note]:
    """All notes of a collection.

    Raises:
        FormatError: no collection of Anki's, damaged, or so made that reading it takes too long.
    """
    if not database.startswith(b"SQLite format 3\0"):
        raise FormatError("the collection is no SQLite database")
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            _open(connection, database)
            return list(_notes(connection))
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise FormatError(f"the collection is damaged: {error}") from error


def _open(connection: sqlite3.Connection, database: bytes) -> None:
    if len(database) < 100:
        raise FormatError("the collection is cut off")
    header = bytearray(database)
    if header[18] == 2:  # written for a log that is not here
        header[18] = header[19] = 1
    connection.deserialize(bytes(header))
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.create_collation("unicase", lambda a, b: (a.casefold() > b.casefold()) - (a.casefold() < b.casefold()))
    ticks = iter(range(_MAX_STEPS))
    connection.set_progress_handler(lambda: int(next(ticks, None) is None), 10_000)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _notes(connection: sqlite3.Connection) -> Iterator[Note]:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "notes" not in tables:
        raise FormatError("the collection has no table of notes")
    types = _new_types(connection) if "notetypes" in tables else _old_types(connection)
    decks = _decks(connection, tables)
    query = "SELECT id, guid, mid, tags, flds FROM notes ORDER BY id"
    for number, (note_id, guid, type_id, tags, flds) in enumerate(connection.execute(query)):
        if number >= MAX_ITEMS:
            raise FormatError(f"the collection holds more than {MAX_ITEMS} notes")
        kind = types.get(type_id if isinstance(type_id, int) else 0, NoteType("?", (), False, False))
        texts = tuple(str(flds).split("\x1f"))
        name = decks.get(note_id, "")
        yield Note(int(note_id or 0), str(guid), kind, texts, tuple(str(tags or "").split()), name)


def _old_types(connection: sqlite3.Connection) -> dict[int, NoteType]:
    models = _json(connection, "models")
    return {int(key): _old_type(model) for key, model in models.items() if key.lstrip("-").isdigit()}


def _old_type(model: Any) -> NoteType:
    if not isinstance(model, dict):
        return NoteType("?", (), False, False)
    named = model.get("flds")
    names = tuple(str(one.get("name", "")) for one in named if isinstance(one, dict)) if isinstance(named, list) else ()
    templates = model.get("tmpls")
    n_templates = len(templates) if isinstance(templates, list) else 1
    return NoteType(str(model.get("name", "")), names, model.get("type") == 1, n_templates > 1)


def _json(connection: sqlite3.Connection, column: str) -> dict[str, Any]:
    row = connection.execute(f"SELECT {column} FROM col").fetchone()
    try:
        value = json.loads(row[0]) if row and row[0] else {}
    except (ValueError, TypeError, RecursionError) as error:
        raise FormatError(f"the collection's {column} are no JSON") from error
    return value if isinstance(value, dict) else {}


def _new_types(connection: sqlite3.Connection) -> dict[int, NoteType]:
    names: dict[int, list[str]] = {}
    for type_id, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        names.setdefault(type_id, []).append(str(name))
    templates = dict(connection.execute("SELECT ntid, count(*) FROM templates GROUP BY ntid"))
    found = {}
    for type_id, name, config in connection.execute("SELECT id, name, config FROM notetypes"):
        cloze = first(bytes(config), 1) == 1 if isinstance(config, bytes) else False
        several = int(templates.get(type_id, 1)) > 1
        found[type_id] = NoteType(str(name), tuple(names.get(type_id, [])), cloze, several)
    return found


def _decks(connection: sqlite3.Connection, tables: set[str]) -> dict[int, str]:
    """Name of the deck of each note."""
    if "decks" in tables:
        found = connection.execute("SELECT id, name FROM decks")
        names = {deck: str(name).replace("\x1f", "::") for deck, name in found}
    else:
        decks = _json(connection, "decks")
        names = {int(key): str(deck.get("name", "")) for key, deck in decks.items() if key.isdigit() and _is_deck(deck)}
    if "cards" not in tables:
        return {}
    cards = connection.execute("SELECT nid, did FROM cards ORDER BY nid, ord DESC LIMIT 500000")
    return {note: names.get(deck, "") for note, deck in cards}


def _is_deck(value: object) -> bool:
    return isinstance(value, dict)
