"""How an older file becomes today's: one step for each schema version after the first, each in a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from api.store.ports import Document
from api.store.shapes import CHANGES, Change, reshaped
from api.store.sqlite.faults import store_error
from api.store.sqlite.schema import FIRST_VERSION

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One migration, from the version before."""

    change: Change

    def apply(self, connection: sqlite3.Connection) -> None:
        """Change the documents it concerns."""
        for kind in self.change.kinds:
            self._reshape(connection, kind)

    def _reshape(self, connection: sqlite3.Connection, kind: str) -> None:
        after = ""
        while rows := connection.execute(
            "SELECT id, version, body FROM documents WHERE kind = ? AND id > ? ORDER BY id LIMIT ?",
            (kind, after, _AT_ONCE),
        ).fetchall():
            found = [Document(kind=kind, id=id, version=version, body=bytes(body)) for id, version, body in rows]
            changed = [(one, reshaped(one, (self.change,))) for one in found]
            connection.executemany(
                "UPDATE documents SET version = version + 1, body = ? WHERE kind = ? AND id = ?",
                [(new.body, kind, new.id) for old, new in changed if new is not old],
            )
            after = found[-1].id


STEPS: tuple[Step, ...] = tuple(Step(change) for change in CHANGES)


def migrate(connection: sqlite3.Connection, place: object, steps: Sequence[Step] = STEPS) -> None:
    """Bring a file to this version.

    Raises:
        CorruptStoreError: a document cannot be read; the file is as it was before that step.
        StoreError: the file cannot be written.
    """
    try:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, step in enumerate(steps[version - FIRST_VERSION :], start=version + 1):
            connection.execute("BEGIN IMMEDIATE")
            try:
                step.apply(connection)
                connection.execute(f"PRAGMA user_version = {number}")
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
    except sqlite3.Error as error:
        raise store_error(f"migrating {place}", error) from error
