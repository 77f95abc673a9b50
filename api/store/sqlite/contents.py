"""All of a file, for moving it: see api.store.contents."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from api.store.ports import Commit, Document, Snapshot
from api.store.retention import day_of
from api.store.sqlite.append import Append
from api.store.sqlite.reader import Reader
from api.store.sqlite.writer import Writes


class SqliteContents:
    """What the two ports do not show of a file."""

    def __init__(self, writer: Writes, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def snapshots(self, learner_id: str) -> list[Snapshot]:
        """All snapshots of a learner, in order of (fold version, day)."""
        rows = self._reader.rows(
            "SELECT seq, at, fold_version, body FROM snapshots WHERE learner_id = ? ORDER BY fold_version, day",
            (learner_id,),
        )
        return [
            Snapshot(learner_id=learner_id, seq=seq, at=at, fold_version=fold_version, body=body)
            for seq, at, fold_version, body in rows
        ]

    async def kinds(self) -> list[str]:
        """The kinds of which there are documents, in order."""
        return [kind for (kind,) in self._reader.rows("SELECT DISTINCT kind FROM documents ORDER BY kind")]

    async def n_commits(self) -> int:
        """How many commits there are."""
        n: int = self._reader.rows("SELECT count(*) FROM commits")[0][0]
        return n

    async def add(self, commits: Sequence[Commit], snapshots: Sequence[Snapshot]) -> None:
        """Keep commits and snapshots as they are; those that clash with what is there are passed over."""
        await self._writer.write(_Add([Append(commit) for commit in commits], snapshots))

    async def add_documents(self, documents: Sequence[Document]) -> None:
        """Keep documents with the versions they have, whatever was there."""
        await self._writer.write(_AddDocuments(documents))


class _Add:
    """One transaction for all."""

    __slots__ = ("appends", "snapshots")

    def __init__(self, appends: Sequence[Append], snapshots: Sequence[Snapshot]) -> None:
        self.appends = appends
        self.snapshots = snapshots

    def apply(self, connection: sqlite3.Connection) -> None:
        for append in self.appends:
            learner_id, seq, body, _ = append.row
            added = connection.execute(
                "INSERT OR IGNORE INTO commits (learner_id, seq, body) VALUES (?, ?, ?)", (learner_id, seq, body)
            )
            if added.rowcount:
                connection.executemany(
                    "INSERT OR IGNORE INTO events (event_id, learner_id, seq) VALUES (?, ?, ?)",
                    [(event_id, learner_id, seq) for event_id in append.event_ids],
                )
        connection.executemany(
            "INSERT OR IGNORE INTO snapshots (learner_id, fold_version, day, seq, at, body) VALUES (?, ?, ?, ?, ?, ?)",
            [(s.learner_id, s.fold_version, day_of(s.at), s.seq, s.at, s.body) for s in self.snapshots],
        )


class _AddDocuments:
    """One transaction for all."""

    __slots__ = ("documents",)

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents

    def apply(self, connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT INTO documents (kind, id, version, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body",
            [(document.kind, document.id, document.version, document.body) for document in self.documents],
        )
