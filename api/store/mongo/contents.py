"""All of a database, for moving it: see api.store.contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bson.objectid import ObjectId
from pymongo import ASCENDING, ReplaceOne
from pymongo.errors import BulkWriteError

from api.store.mongo.calls import Calls
from api.store.mongo.documents import named, stored
from api.store.mongo.drivers import Collection, Database
from api.store.mongo.entries import from_commit, from_snapshot, snapshot_key, text, to_snapshot
from api.store.mongo.schema import COMMITS, DOCUMENTS, SNAPSHOTS
from api.store.ports import Commit, Document, Snapshot

_DUPLICATE_KEY = 11000


class MongoContents:
    """What the two ports do not show of a database."""

    def __init__(self, database: Database, calls: Calls, texts: Mapping[str, tuple[str, str]]) -> None:
        """`texts` has for each kind that is searched its field, as the Documents port was told."""
        self._database = database
        self._calls = calls
        self._texts = texts

    async def snapshots(self, learner_id: str) -> list[Snapshot]:
        """All snapshots of a learner, in order of (fold version, day)."""
        asked = {"learner_id": text(learner_id, "a learner id")}
        order = [("fold_version", ASCENDING), ("day", ASCENDING)]

        async def question() -> list[Snapshot]:
            return [to_snapshot(found) async for found in self._database[SNAPSHOTS].find(asked, sort=order)]

        return await self._calls.ask("reading snapshots", question)

    async def kinds(self) -> list[str]:
        """The kinds of which there are documents, or were, in order."""
        names = await self._calls.ask("listing collections", self._database.list_collection_names)
        return sorted(name.removeprefix(DOCUMENTS) for name in names if name.startswith(DOCUMENTS))

    async def n_commits(self) -> int:
        """About how many commits there are."""
        return await self._calls.ask("counting commits", self._database[COMMITS].estimated_document_count)

    async def add(self, commits: Sequence[Commit], snapshots: Sequence[Snapshot]) -> None:
        """Keep commits and snapshots as they are; those that clash with what is there are passed over."""
        kept = [
            {**snapshot_key(one.learner_id, one.fold_version), **from_snapshot(one), "_id": ObjectId()}
            for one in snapshots
        ]
        await self._insert(COMMITS, [from_commit(commit, ObjectId()) for commit in commits])
        await self._insert(SNAPSHOTS, kept)

    async def _insert(self, name: str, documents: Sequence[Any]) -> None:
        if documents:
            send = partial(_insert_new, self._database[name], documents)
            await self._calls.write(f"adding {len(documents)} {name}", send)

    async def add_documents(self, documents: Sequence[Document]) -> None:
        """Keep documents with the versions they have, whatever was there."""
        by_kind: dict[str, list[Document]] = {}
        for document in documents:
            by_kind.setdefault(named(document.kind), []).append(document)
        for kind, some in by_kind.items():
            collection = self._database[DOCUMENTS + kind]
            searched, _ = self._texts.get(kind, ("", ""))
            replace = [
                ReplaceOne({"_id": text(one.id, "a document's id")}, stored(one, searched), upsert=True) for one in some
            ]

            async def send(_: bool, collection: Collection = collection, replace: list[Any] = replace) -> None:
                await collection.bulk_write(replace, ordered=False)

            await self._calls.write(f"adding {len(some)} documents of kind {kind!r}", send)


async def _insert_new(collection: Collection, documents: Sequence[Any], _: bool) -> None:
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        faults = (error.details or {}).get("writeErrors", [])
        if not faults or any(fault["code"] != _DUPLICATE_KEY for fault in faults):
            raise
