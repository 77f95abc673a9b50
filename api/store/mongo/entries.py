"""Commits and snapshots as MongoDB holds them. Whatever becomes part of a filter passes `text` or `whole` first."""

from __future__ import annotations

from typing import Any

import bson
from bson.errors import InvalidDocument
from bson.objectid import ObjectId
from bson.raw_bson import RawBSONDocument

from api.store.mongo.drivers import Bson
from api.store.ports import Commit, CorruptStoreError, JournalEntry, Snapshot, StoreError
from api.store.retention import day_of

MAX_BYTES = 16 * 1024 * 1024
MIN_INT64, MAX_INT64 = -(2**63), 2**63 - 1


def text(value: str, what: str) -> str:
    """The value if it is text, so that nothing a client sent can ever be an operator of a query.

    Raises:
        StoreError: it is of another type, or not storable as UTF-8.
    """
    if type(value) is not str:
        raise StoreError(f"{what} must be text, not {value!r}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise StoreError(f"{what} must be text that UTF-8 can hold, not {value!r}") from error
    return value


def whole(value: int, what: str) -> int:
    """The value if it is a whole number of 64 bits.

    Raises:
        StoreError: it is not.
    """
    if type(value) is not int or not MIN_INT64 <= value <= MAX_INT64:
        raise StoreError(f"{what} must be a whole number of 64 bits, not {value!r}")
    return value


def from_commit(commit: Commit, id: ObjectId) -> RawBSONDocument:
    """The document of a commit, encoded once, whatever becomes of the attempts to write it.

    Raises:
        StoreError: it has no learner or sequence, cannot be encoded, or is larger than a document may be.
    """
    if not commit.learner_id or commit.seq < 1:
        raise StoreError(f"a commit needs a learner id and a seq from 1 on, not {commit.learner_id!r} and {commit.seq}")
    what = f"commit {commit.seq} of learner {commit.learner_id!r}"
    document = {
        "_id": id,
        "learner_id": text(commit.learner_id, "a learner id"),
        "seq": whole(commit.seq, "a seq"),
        "accepted_at": commit.accepted_at,
        "events": [_from_entry(entry) for entry in commit.events],
        "facts": [_from_entry(entry) for entry in commit.facts],
    }
    return encoded(document, what)


def encoded(document: Bson, what: str) -> RawBSONDocument:
    """A document as it goes over the wire.

    Raises:
        StoreError: it cannot be encoded, or is too large.
    """
    try:
        data = bson.encode(document)
    except (InvalidDocument, ValueError, OverflowError) as error:
        raise StoreError(f"{what} cannot be stored: {error}") from error
    if len(data) > MAX_BYTES:
        raise StoreError(
            f"{what} takes {len(data)} bytes; a MongoDB document holds at most {MAX_BYTES}: split it into several"
        )
    return RawBSONDocument(data)


def to_commit(document: Bson) -> Commit:
    """The commit of a document. Raises CorruptStoreError if it is not what `from_commit` makes."""
    try:
        return Commit(
            learner_id=document["learner_id"],
            seq=int(document["seq"]),
            events=tuple(_to_entry(entry) for entry in document["events"]),
            facts=tuple(_to_entry(entry) for entry in document["facts"]),
            accepted_at=int(document["accepted_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptStoreError(
            f"commit {document.get('seq')} of learner {document.get('learner_id')} is damaged ({error!r});"
            " restore a backup"
        ) from error


def _from_entry(entry: JournalEntry) -> Bson:
    return {
        "id": text(entry.id, "an entry's id"),
        "kind": entry.kind,
        "effective_at": entry.effective_at,
        "body": bytes(entry.body),
    }


def _to_entry(entry: Any) -> JournalEntry:
    return JournalEntry(id=entry["id"], kind=entry["kind"], effective_at=int(entry["effective_at"]), body=entry["body"])


def snapshot_key(learner_id: str, fold_version: int) -> Bson:
    """The filter for a learner's snapshots of a fold version."""
    return {"learner_id": text(learner_id, "a learner id"), "fold_version": whole(fold_version, "a fold version")}


def from_snapshot(snapshot: Snapshot) -> Bson:
    """The fields of a snapshot beside its key; `day` comes from the time."""
    return {
        "day": day_of(whole(snapshot.at, "a time")),
        "seq": whole(snapshot.seq, "a seq"),
        "at": snapshot.at,
        "body": bytes(snapshot.body),
    }


def to_snapshot(document: Bson) -> Snapshot:
    """The snapshot of a document."""
    return Snapshot(
        learner_id=document["learner_id"],
        seq=int(document["seq"]),
        at=int(document["at"]),
        fold_version=int(document["fold_version"]),
        body=document["body"],
    )
