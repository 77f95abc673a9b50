"""Appending commits: many in one statement, or one by one with the reason it cannot be."""

from __future__ import annotations

import functools
import sqlite3
from collections import Counter
from collections.abc import Sequence

import msgspec

from api.store.ports import Commit, CorruptStoreError, DuplicateEventError, JournalEntry, SequenceClashError, StoreError

_Body = tuple[int, tuple[JournalEntry, ...], tuple[JournalEntry, ...]]  # accepted_at, events, facts
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Body)
_json = msgspec.json.Encoder()

Row = tuple[str, int, bytes, str]


class Append:
    """A commit on its way to the file: encoded when it is asked for, written by the writer."""

    __slots__ = ("event_ids", "row")

    def __init__(self, commit: Commit) -> None:
        if not commit.learner_id or commit.seq < 1:
            raise StoreError(
                f"a commit needs a learner id and a seq from 1 on, not {commit.learner_id!r} and {commit.seq}"
            )
        self.event_ids = tuple(event.id for event in commit.events)
        try:
            body = _encoder.encode((commit.accepted_at, commit.events, commit.facts))
            ids = _json.encode(self.event_ids).decode()
        except (ValueError, OverflowError) as error:
            raise StoreError(
                f"commit {commit.seq} of learner {commit.learner_id!r} cannot be stored: {error}"
            ) from error
        self.row: Row = (commit.learner_id, commit.seq, body, ids)

    def apply(self, connection: sqlite3.Connection) -> None:
        """Check and write this commit alone.

        Raises:
            DuplicateEventError: an event is there already, or twice in the commit; names all of them.
            SequenceClashError: the sequence is taken, and no event is a duplicate.
        """
        learner_id, seq, _, ids = self.row
        duplicates = _duplicates(connection, learner_id, ids, self.event_ids)
        if duplicates:
            raise DuplicateEventError(learner_id, duplicates)
        taken = connection.execute(
            "SELECT 1 FROM commits WHERE learner_id = ? AND seq = ?", (learner_id, seq)
        ).fetchall()
        if taken:
            raise SequenceClashError(f"learner {learner_id} already has a commit {seq}; read again and retry")
        insert_all(connection, [self])


def _duplicates(connection: sqlite3.Connection, learner_id: str, ids: str, event_ids: Sequence[str]) -> list[str]:
    found = connection.execute(
        "SELECT event_id FROM events WHERE learner_id = ? AND event_id IN (SELECT value FROM json_each(?))",
        (learner_id, ids),
    ).fetchall()
    known = {event_id for (event_id,) in found}
    return [event_id for event_id, n in Counter(event_ids).items() if n > 1 or event_id in known]


def insert_all(connection: sqlite3.Connection, appends: Sequence[Append]) -> None:
    """Write every commit or none, in one statement.

    Raises:
        sqlite3.IntegrityError: at least one clashes; none was written.
    """
    values = [value for append in appends for value in append.row]
    connection.execute(_insert(len(appends)), values)


@functools.cache
def _insert(n_commits: int) -> str:
    return "INSERT INTO appends (learner_id, seq, body, event_ids) VALUES " + ", ".join(["(?, ?, ?, ?)"] * n_commits)


def decoded(learner_id: str, seq: int, body: bytes) -> Commit:
    """The commit of a stored row.

    Raises:
        CorruptStoreError: the body is not what append wrote.
    """
    try:
        accepted_at, events, facts = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CorruptStoreError(
            f"commit {seq} of learner {learner_id} is damaged ({error}); run `pacer doctor`"
        ) from error
    return Commit(learner_id=learner_id, seq=seq, events=events, facts=facts, accepted_at=accepted_at)
