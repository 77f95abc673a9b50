"""The Journal port on SQLite."""

from __future__ import annotations

import asyncio
import sqlite3

from api.store.ports import Commit, Snapshot
from api.store.retention import day_of, expired_days
from api.store.sqlite.append import Append, decoded
from api.store.sqlite.erasure import EraseCommits, EraseSnapshots
from api.store.sqlite.reader import Reader
from api.store.sqlite.writer import Writes

# Commits fetched before the event loop gets a turn: about 2 ms of reading.
PAGE = 200


class SqliteJournal:
    """Commits by learner in one file; see api.store.ports.Journal for the contract."""

    def __init__(self, writer: Writes, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def append(self, commit: Commit) -> None:
        """Make the commit durable, or raise SequenceClashError / DuplicateEventError and change nothing."""
        await self._writer.write(Append(commit))

    async def read(self, learner_id: str, after_seq: int = 0, limit: int | None = None) -> list[Commit]:
        """Commits with seq > after_seq, in order of seq."""
        commits: list[Commit] = []
        while limit is None or len(commits) < limit:
            asked = PAGE if limit is None else min(PAGE, limit - len(commits))
            page = self._page(learner_id, after_seq, asked)
            commits += page
            if len(page) < asked:
                break
            after_seq = page[-1].seq
            await asyncio.sleep(0)
        return commits

    def _page(self, learner_id: str, after_seq: int, limit: int) -> list[Commit]:
        rows = self._reader.rows(
            "SELECT seq, body FROM commits WHERE learner_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (learner_id, after_seq, limit),
        )
        return [decoded(learner_id, seq, body) for seq, body in rows]

    async def find_event(self, learner_id: str, event_id: str) -> Commit | None:
        """The commit that holds an event, or None."""
        rows = self._reader.rows(
            "SELECT c.seq, c.body FROM events e JOIN commits c ON c.learner_id = e.learner_id AND c.seq = e.seq"
            " WHERE e.event_id = ? AND e.learner_id = ?",
            (event_id, learner_id),
        )
        return decoded(learner_id, *rows[0]) if rows else None

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, and let go those that retention no longer keeps."""
        await self._writer.write(_SaveSnapshot(snapshot))

    async def latest_snapshot(self, learner_id: str, fold_version: int, before: int | None = None) -> Snapshot | None:
        """The newest snapshot of that fold version with at < before (any, if None)."""
        rows = self._reader.rows(
            "SELECT seq, at, body FROM snapshots WHERE learner_id = ? AND fold_version = ? AND day <= ? AND at < ?"
            " ORDER BY day DESC LIMIT 1",
            (learner_id, fold_version, _FOREVER, _FOREVER) if before is None
            else (learner_id, fold_version, day_of(before), before),
        )  # fmt: skip
        if not rows:
            return None
        seq, at, body = rows[0]
        return Snapshot(learner_id=learner_id, seq=seq, at=at, fold_version=fold_version, body=body)

    async def learners(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of learners that have commits, in order, greater than `after`."""
        rows = self._reader.rows(_LEARNERS, (after, limit))
        return [learner_id for (learner_id,) in rows]

    async def erase(self, learner_id: str, before_seq: int | None = None) -> None:
        """Remove a learner's snapshots, and the commits with seq < before_seq (all, if None), a page at a time."""
        before = _FOREVER if before_seq is None else before_seq
        while await self._writer.write(EraseCommits(learner_id, before, PAGE)) == PAGE:
            pass
        await self._writer.write(EraseSnapshots(learner_id))


_FOREVER = 2**63 - 1
# From each learner straight to the next in the index, however many commits lie between.
_LEARNERS = """
WITH RECURSIVE learner (id) AS (
  SELECT min(learner_id) FROM commits WHERE learner_id > ?
  UNION ALL
  SELECT (SELECT min(learner_id) FROM commits WHERE learner_id > learner.id) FROM learner WHERE id IS NOT NULL
)
SELECT id FROM learner WHERE id IS NOT NULL LIMIT ?
"""


class _SaveSnapshot:
    """One upsert, and a delete when a new day pushes old ones out."""

    __slots__ = ("snapshot",)

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def apply(self, connection: sqlite3.Connection) -> None:
        snapshot = self.snapshot
        day = day_of(snapshot.at)
        connection.execute(
            "INSERT INTO snapshots (learner_id, fold_version, day, seq, at, body) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET seq = excluded.seq, at = excluded.at, body = excluded.body"
            " WHERE excluded.seq > seq",
            (snapshot.learner_id, snapshot.fold_version, day, snapshot.seq, snapshot.at, snapshot.body),
        )
        key = (snapshot.learner_id, snapshot.fold_version)
        days = connection.execute("SELECT day FROM snapshots WHERE learner_id = ? AND fold_version = ?", key).fetchall()
        for old in expired_days(day for (day,) in days):
            connection.execute(
                "DELETE FROM snapshots WHERE learner_id = ? AND fold_version = ? AND day = ?", (*key, old)
            )
