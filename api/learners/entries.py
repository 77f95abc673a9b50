"""Events and facts to journal entries and back.

A fact's id is its event's id, a dot, and its number: so an event and its facts stand together in the order of
(effective time, id), whatever ids devices make.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, get_args

import msgspec

from api.learners.events import Event
from api.learners.facts import Fact
from api.store.ports import Commit, CorruptStoreError, JournalEntry

_ENCODER = msgspec.json.Encoder()
_EVENT_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_FACT_DECODER: msgspec.json.Decoder[Fact] = msgspec.json.Decoder(Fact)


class Happening(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An accepted event with its facts: the unit of the fold.

    Attributes:
        id: of the event.
        effective_at: milliseconds since the epoch.
        accepted_at: when the server took it, milliseconds since the epoch; strictly rising for a learner.
    """

    id: str
    effective_at: int
    accepted_at: int
    event: Event
    facts: tuple[Fact, ...]

    @property
    def key(self) -> tuple[int, str]:
        """Place in the order of the fold."""
        return (self.effective_at, self.id)


def encode_event(event: Event) -> bytes:
    """The bytes that stand in the journal: equal for equal content."""
    return _ENCODER.encode(event)


_KINDS: dict[type[Any], str] = {kind: str(kind.__struct_config__.tag) for kind in (*get_args(Event), *get_args(Fact))}


def kind_of(struct: Event | Fact) -> str:
    """The tag of an event or a fact."""
    return _KINDS[type(struct)]


def commit_of(learner_id: str, seq: int, happenings: Sequence[Happening]) -> Commit:
    """One commit that holds the happenings, accepted together."""
    return Commit(
        learner_id=learner_id,
        seq=seq,
        events=tuple(
            JournalEntry(id=h.id, kind=kind_of(h.event), effective_at=h.effective_at, body=_ENCODER.encode(h.event))
            for h in happenings
        ),
        facts=tuple(
            JournalEntry(
                id=f"{h.id}.{number}", kind=kind_of(fact), effective_at=h.effective_at, body=_ENCODER.encode(fact)
            )
            for h in happenings
            for number, fact in enumerate(h.facts)
        ),
        accepted_at=happenings[0].accepted_at,
    )


def happenings_of(commits: Iterable[Commit]) -> list[Happening]:
    """The events of commits with their facts, in the order of the fold, each event once.

    Raises CorruptStoreError if an entry cannot be read.
    """
    found: dict[str, Happening] = {}
    for commit in commits:
        facts: dict[str, list[tuple[int, Fact]]] = {}
        for entry in commit.facts:
            event_id, _, number = entry.id.rpartition(".")
            facts.setdefault(event_id, []).append((int(number), decode_fact(commit, entry)))
        for entry in commit.events:
            if entry.id not in found:
                ordered = sorted(facts.get(entry.id, ()), key=lambda pair: pair[0])
                found[entry.id] = Happening(
                    id=entry.id,
                    effective_at=entry.effective_at,
                    accepted_at=commit.accepted_at,
                    event=_decode_event(commit, entry),
                    facts=tuple(fact for _, fact in ordered),
                )
    return sorted(found.values(), key=lambda happening: happening.key)


def _decode_event(commit: Commit, entry: JournalEntry) -> Event:
    try:
        return _EVENT_DECODER.decode(entry.body)
    except msgspec.DecodeError as error:
        raise _unreadable(commit, entry, error) from error


def decode_fact(commit: Commit, entry: JournalEntry) -> Fact:
    """A fact of a commit. Raises CorruptStoreError if it cannot be read."""
    try:
        return _FACT_DECODER.decode(entry.body)
    except msgspec.DecodeError as error:
        raise _unreadable(commit, entry, error) from error


def _unreadable(commit: Commit, entry: JournalEntry, error: Exception) -> CorruptStoreError:
    return CorruptStoreError(
        f"entry {entry.id} ({entry.kind}) of commit {commit.seq} of learner {commit.learner_id} cannot be read:"
        f" {error}; it was written by a newer version of Pacer, or the journal is damaged"
    )
