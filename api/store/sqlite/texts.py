"""Search by words on SQLite: an FTS5 table for each kind that declares a text, kept by triggers of `documents`.

A row holds the words of a document and the text that it is searched within, as a column of its own. Triggers keep it,
so that a restored backup and a moved store are searched like any other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


def table(kind: str) -> str:
    """The quoted name of a kind's table."""
    return f'"words of {kind}"'


class DeclareText:
    """Make the table and its triggers, and fill it from what is there, unless it is there already."""

    __slots__ = ("field", "kind", "within")

    def __init__(self, kind: str, field: str, within: str) -> None:
        self.kind = kind
        self.field = field
        self.within = within

    def apply(self, connection: sqlite3.Connection) -> None:
        known = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (f"words of {self.kind}",)
        ).fetchall()
        if known:
            return
        name, kind = table(self.kind), self.kind
        within, words = (_text(field) for field in (self.within, self.field))
        connection.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5(place, words, tokenize = 'unicode61 remove_diacritics 2')"
        )
        connection.execute(
            f"INSERT INTO {name} (rowid, place, words)"
            f" SELECT rowid, {place_of(within)}, {words} FROM documents new WHERE kind = ?",
            (kind,),
        )
        connection.execute(
            f"CREATE TRIGGER \"words of new {kind}\" AFTER INSERT ON documents WHEN new.kind = '{kind}' BEGIN"
            f" INSERT INTO {name} (rowid, place, words) VALUES (new.rowid, {place_of(within)}, {words}); END"
        )
        connection.execute(
            f"CREATE TRIGGER \"words of changed {kind}\" AFTER UPDATE OF body ON documents WHEN new.kind = '{kind}'"
            f" BEGIN UPDATE {name} SET place = {place_of(within)}, words = {words} WHERE rowid = new.rowid; END"
        )
        connection.execute(
            f"CREATE TRIGGER \"words of gone {kind}\" AFTER DELETE ON documents WHEN old.kind = '{kind}' BEGIN"
            f" DELETE FROM {name} WHERE rowid = old.rowid; END"
        )


def _text(field: str) -> str:
    """The SQL of a top-level text of the body, empty where there is none."""
    return f"coalesce(json_extract(CAST(new.body AS TEXT), '$.\"{field}\"'), '')"


def place_of(text: str) -> str:
    """The SQL of a text as a single word of letters and digits: its UTF-8 in hexadecimal, behind an x."""
    return f"'x' || hex({text})"


def search_sql(kind: str) -> str:
    """The query for id, version and body of what is found."""
    return (
        f"SELECT d.id, d.version, d.body FROM {table(kind)} found JOIN documents d ON d.rowid = found.rowid"
        f" WHERE {table(kind)} MATCH ? LIMIT ?"
    )


def asked_for(value: str, words: Sequence[str]) -> str:
    """What FTS5 is asked: all words, each as a string, and the place."""
    quoted = " AND ".join('"' + word.replace('"', "") + '"' for word in words)
    return f'place : "x{value.encode().hex().upper()}" AND words : ({quoted})'
