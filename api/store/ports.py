"""The two storage ports that carry the whole service, and the errors every implementation raises.

The journal holds what learners did, one commit at a time; documents hold everything else. Both speak bytes and plain
structs: what an event or a body means is known by the feature rooms, not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An event (client-made id) or a fact (server-made) of a commit.

    Attributes:
        id: UUIDv7 as text; for events the client's, unique per learner.
        kind: what it is, for example "exerciseAnswered"; the feature rooms own the vocabulary.
        effective_at: milliseconds since the epoch, UTC; folds run in order of (effective_at, id).
        body: msgspec-encoded JSON of the kind's struct.
    """

    id: str
    kind: str
    effective_at: int
    body: bytes


class Commit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is appended at once and never torn: unique on (learner_id, seq) and on (learner_id, event id)."""

    learner_id: str
    seq: int
    events: tuple[JournalEntry, ...]
    facts: tuple[JournalEntry, ...]
    accepted_at: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A folded state: what `body` held after every commit up to and including `seq`.

    `at` is the effective time (ms) of the last event in it; `fold_version` names the code that made it.
    """

    learner_id: str
    seq: int
    at: int
    fold_version: int
    body: bytes


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A versioned document. `version` counts from 1 and rises by one with each write."""

    kind: str
    id: str
    version: int
    body: bytes


class StoreError(Exception):
    """The store could not do what was asked; the text names what and what to do."""


class SequenceClashError(StoreError):
    """Another commit already has this (learner_id, seq): read again and retry."""


class DuplicateEventError(StoreError):
    """An event id of the commit is already in the learner's journal. `event_ids` names them all."""

    def __init__(self, learner_id: str, event_ids: Sequence[str]) -> None:
        super().__init__(f"events already in the journal of learner {learner_id}: {', '.join(event_ids)}")
        self.event_ids = tuple(event_ids)


class VersionClashError(StoreError):
    """A document was written with an expected version that is not the stored one."""


class CorruptStoreError(StoreError):
    """The store's file is damaged or foreign; nothing was changed."""


class Journal(Protocol):
    """Append-only commits by learner, with snapshots."""

    async def append(self, commit: Commit) -> None:
        """Make the commit durable, or raise SequenceClashError / DuplicateEventError and change nothing.

        When this returns, the commit survives kill -9 and power loss.
        """

    async def read(self, learner_id: str, after_seq: int = 0, limit: int | None = None) -> list[Commit]:
        """Commits with seq > after_seq, in order of seq."""

    async def find_event(self, learner_id: str, event_id: str) -> Commit | None:
        """The commit that holds an event, or None."""

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; one with the same (learner_id, fold_version, day of `at`) is replaced only by a higher seq.

        Of each fold version those of 31 days are kept, and the last of each month before; see retention.py.
        """

    async def latest_snapshot(self, learner_id: str, fold_version: int, before: int | None = None) -> Snapshot | None:
        """The newest snapshot of that fold version with at < before (any, if None)."""

    async def learners(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of learners that have commits, in order, greater than `after`."""

    async def erase(self, learner_id: str, before_seq: int | None = None) -> None:
        """Remove a learner's snapshots, and the commits with seq < before_seq (all, if None). Repeating it is harmless.

        It goes in steps, oldest commits first: whoever is interrupted calls it again. Nobody may append meanwhile.
        """


class Documents(Protocol):
    """Versioned documents by kind. A kind declares its indexes once, at start."""

    async def declare(self, kind: str, indexes: Sequence[str] = (), unique: Sequence[str] = ()) -> None:
        """Say which top-level fields of the JSON body are looked up (idempotent)."""

    async def get(self, kind: str, id: str) -> Document | None:
        """One document, or None."""

    async def put(self, kind: str, id: str, body: bytes, expected_version: int | None = None) -> Document:
        """Write a document. `expected_version` 0 means it must be new, None means whatever is there is replaced.

        Raises VersionClashError (also when a unique field is taken).
        """

    async def delete(self, kind: str, id: str, expected_version: int | None = None) -> bool:
        """Remove a document; whether there was one."""

    async def find(self, kind: str, field: str, value: str, after_id: str = "", limit: int = 100) -> list[Document]:
        """Documents whose declared field equals value, in order of id, with id > after_id."""

    async def all(self, kind: str, after_id: str = "", limit: int = 100) -> list[Document]:
        """Documents of a kind, in order of id, with id > after_id."""

    async def declare_text(self, kind: str, field: str, within: str) -> None:
        """Say that documents of a kind are found by the words of a declared field (idempotent), among those that share
        a text in the declared field `within`. The words are separated by blanks, in lower case, letters and digits."""

    async def search(self, kind: str, value: str, words: Sequence[str], limit: int = 100) -> list[Document]:
        """Documents whose field `within` equals value and whose words hold all of these, in no order worth relying on.

        Raises StoreError if the kind has no declared text, or no word is given.
        """
