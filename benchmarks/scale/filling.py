"""Learners by the million, put into MongoDB directly: copies of one who really learned, each with ids of their own.

The template is played through the service. Its account, commits and snapshot are taken as the store keeps them; in a
copy every id is another of the same length, so that its bytes are those that the service would have written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bson.objectid import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, WriteConcern

from api.accounts.account import ACCOUNT
from api.app import create_app
from api.learners.states import snapshot_of
from api.sessions.routes import SESSIONS
from api.settings import Settings
from api.store.mongo.schema import COMMITS, DOCUMENTS, SNAPSHOTS
from benchmarks.callers import Learner
from benchmarks.load import answer_seconds

BATCH = 5000
N_ANSWERS = 3
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
FIRST_MS = 1_740_000_000_000
OBJECT_ID = slice(9, 21)
"""Where `_id` stands in a document that begins with an ObjectId: after its length, a type and a name."""
KNUTH = 2654435761


def made_id(number: int, place: int) -> str:
    """The id at a place of copy `number`: a UUIDv7, its time and its rest determined by both."""
    ms = f"{FIRST_MS + number * 40 + place:012x}"
    rest = f"{(number * KNUTH + place * 40503) % 2**48:012x}"
    return f"{ms[:8]}-{ms[8:]}-7{place:03x}-8{number % 4096:03x}-{rest}"


@dataclass(frozen=True, slots=True)
class Part:
    """A document of the template, cut at its ids: `ids[i]` is the place of the id between pieces i and i + 1."""

    collection: str
    pieces: tuple[bytes, ...]
    ids: tuple[int, ...]
    has_object_id: bool

    def copy(self, names: list[bytes]) -> RawBSONDocument:
        """The same for another learner."""
        cut = [self.pieces[0]]
        for place, piece in zip(self.ids, self.pieces[1:], strict=True):
            cut += (names[place], piece)
        whole = bytearray(b"".join(cut))
        if self.has_object_id:
            whole[OBJECT_ID] = ObjectId().binary
        return RawBSONDocument(bytes(whole))


@dataclass(frozen=True, slots=True)
class Template:
    """A learner with an enrolment and part of a lesson. The learner's own id is at place 0."""

    parts: tuple[Part, ...]
    n_ids: int
    enrolment: int
    n_events: int

    def copies(self, first: int, last: int) -> Iterator[dict[str, list[RawBSONDocument]]]:
        """The documents of copies first to last - 1, by collection, in batches."""
        for start in range(first, last, BATCH):
            batch: dict[str, list[RawBSONDocument]] = {part.collection: [] for part in self.parts}
            for number in range(start, min(start + BATCH, last)):
                names = [made_id(number, place).encode() for place in range(self.n_ids)]
                for part in self.parts:
                    batch[part.collection].append(part.copy(names))
            yield batch


def fill(url: str, template: Template, first: int, last: int) -> None:
    """Put copies first to last - 1 into the database."""
    with MongoClient[dict[str, Any]](url) as client:
        database = client.get_default_database()
        for batch in template.copies(first, last):
            for name, documents in batch.items():
                collection = database.get_collection(name, write_concern=WriteConcern("majority"))
                collection.insert_many(documents, ordered=False)


async def played(port: int) -> tuple[str, str, int]:
    """Play the template: the learner's id, the enrolment's, and how many events there are."""
    learner = await Learner.start(port)
    for _ in range(N_ANSWERS):
        await answer_seconds(learner)
    return learner.id, learner.enrolment, learner.n_events


async def keep_snapshot(settings: Settings, learner_id: str) -> None:
    """Save a snapshot of the learner, as the service does once a day."""
    app = create_app(settings)
    async with app.lifespan():
        states = SESSIONS.fetch(app)._states
        async with states.reading(learner_id) as learner:
            await states.journal.save_snapshot(snapshot_of(learner, states.fold_version))


def template_of(url: str, learner_id: str, enrolment: str, n_events: int) -> Template:
    """Read the template back."""
    places = {learner_id.encode(): 0}
    with MongoClient[RawBSONDocument](url, document_class=RawBSONDocument) as client:
        database = client.get_default_database()
        found = [
            (name, document.raw)
            for name, asked in (
                (COMMITS, {"learner_id": learner_id}),
                (SNAPSHOTS, {"learner_id": learner_id}),
                (DOCUMENTS + ACCOUNT, {"_id": learner_id}),
            )
            for document in database[name].find(asked)
        ]
    parts = []
    for name, raw in found:
        ids = tuple(places.setdefault(id, len(places)) for id in UUID.findall(raw))
        parts.append(Part(name, tuple(UUID.split(raw)), ids, name != DOCUMENTS + ACCOUNT))
    return Template(tuple(parts), len(places), places[enrolment.encode()], n_events)
