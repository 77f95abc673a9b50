"""Erasing a learner from the file, a page of commits in a transaction, so that others are written in between."""

from __future__ import annotations

import sqlite3

import msgspec

from api.store.sqlite.append import decoded

_json = msgspec.json.Encoder()


class EraseCommits:
    """Remove the oldest commits with seq < before_seq, at most `limit`; how many there were.

    The table of events is keyed by event id, so their ids are taken from the commits.
    """

    __slots__ = ("before_seq", "learner_id", "limit")

    def __init__(self, learner_id: str, before_seq: int, limit: int) -> None:
        self.learner_id = learner_id
        self.before_seq = before_seq
        self.limit = limit

    def apply(self, connection: sqlite3.Connection) -> int:
        """Raises CorruptStoreError, having removed nothing."""
        rows = connection.execute(
            "SELECT seq, body FROM commits WHERE learner_id = ? AND seq < ? ORDER BY seq LIMIT ?",
            (self.learner_id, self.before_seq, self.limit),
        ).fetchall()
        commits = [decoded(self.learner_id, seq, body) for seq, body in rows]
        if commits:
            ids = _json.encode([event.id for commit in commits for event in commit.events]).decode()
            connection.execute(
                "DELETE FROM events WHERE event_id IN (SELECT value FROM json_each(?)) AND learner_id = ?",
                (ids, self.learner_id),
            )
            connection.execute(
                "DELETE FROM commits WHERE learner_id = ? AND seq <= ?", (self.learner_id, commits[-1].seq)
            )
        return len(commits)


class EraseSnapshots:
    """Remove all snapshots of a learner."""

    __slots__ = ("learner_id",)

    def __init__(self, learner_id: str) -> None:
        self.learner_id = learner_id

    def apply(self, connection: sqlite3.Connection) -> None:
        """One statement."""
        connection.execute("DELETE FROM snapshots WHERE learner_id = ?", (self.learner_id,))
