"""The Documents port on MongoDB: a collection for each kind, and in each document the body's texts to look it up by.

Every top-level text of a JSON body stands in `fields`, declared or not: so a field that is declared later, by a newer
server beside older ones, needs nothing but its index. The words of a searched field stand one by one in `terms`, for
a text index of MongoDB's visits every document that has any of the words asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import cast

import msgspec
from bson.objectid import ObjectId
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError, OperationFailure

from api.store.bodies import NAME, top_level_texts
from api.store.mongo.calls import Calls, UnsettledError
from api.store.mongo.drivers import Bson, Collection, Database
from api.store.mongo.entries import encoded, text, whole
from api.store.mongo.schema import DOCUMENTS
from api.store.ports import Document, StoreError, VersionClashError

_DUPLICATE_KEY = 11000
_INDEX_NOT_FOUND = 27
_LEFT_OUT = {"fields": 0, "terms": 0}


class MongoDocuments:
    """Versioned documents by kind; see api.store.ports.Documents for the contract."""

    def __init__(self, database: Database, calls: Calls) -> None:
        self._database = database
        self._calls = calls
        self._declared: dict[str, set[str]] = {}
        self.texts: dict[str, tuple[str, str]] = {}

    async def declare(self, kind: str, indexes: Sequence[str] = (), unique: Sequence[str] = ()) -> None:
        """Say which top-level text fields of the JSON body are looked up. Existing documents are indexed too.

        Raises:
            StoreError: a name is not letters, digits, _ and - beginning with a letter.
            VersionClashError: existing documents share a value of a unique field.
        """
        for name in (*indexes, *unique):
            named(name)
        collection, models = self._collection(kind), _index_models(indexes, unique)
        await self._calls.ask(f"declaring documents of kind {kind!r}", partial(_make_indexes, collection, kind, models))
        self._declared.setdefault(kind, set()).update(indexes, unique)

    async def get(self, kind: str, id: str) -> Document | None:
        """One document, or None."""
        question = partial(self._collection(kind).find_one, {"_id": text(id, "a document's id")}, _LEFT_OUT)
        found = await self._calls.ask(f"reading a document of kind {kind!r}", question)
        return None if found is None else _document(kind, found)

    async def put(self, kind: str, id: str, body: bytes, expected_version: int | None = None) -> Document:
        """Write a document; `expected_version` 0 means it must be new, None replaces whatever is there."""
        if expected_version is not None and expected_version < 0:
            raise StoreError(f"an expected version is 0 (new) or more, not {expected_version}")
        what = f"writing {kind} {id!r}"
        put = _Put(self._collection(kind), kind, text(id, "a document's id"), expected_version)
        put.fill(bytes(body), self._fields(kind, id, body), what)
        if kind in self.texts:
            put.fields["terms"] = put.fields["fields"].get(self.texts[kind][0], "").split()
        version = await self._calls.write(what, put.send)
        return Document(kind=kind, id=id, version=version, body=put.body)

    async def delete(self, kind: str, id: str, expected_version: int | None = None) -> bool:
        """Remove a document; whether there was one."""
        what = f"deleting {kind} {id!r}"
        collection = self._collection(kind)
        asked: Bson = {"_id": text(id, "a document's id")}
        if expected_version is not None:
            asked["version"] = whole(expected_version, "a version")

        async def send(is_open: bool) -> bool:
            deleted = await collection.delete_one(asked)
            if deleted.deleted_count:
                return True
            if "version" in asked and await collection.find_one({"_id": id}, {"_id": 1}):
                raise VersionClashError(_expected(kind, id, expected_version))
            return is_open

        return await self._calls.write(what, send)

    async def find(self, kind: str, field: str, value: str, after_id: str = "", limit: int = 100) -> list[Document]:
        """Documents whose declared field equals value, in order of id, with id > after_id.

        Raises:
            StoreError: the field was not declared.
        """
        declared = self._declared.get(kind, set())
        if field not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise StoreError(f"documents of kind {kind!r} are not indexed by {field!r}; declared fields: {known}")
        return await self._list(kind, {f"fields.{field}": text(value, "a value")}, after_id, limit)

    async def all(self, kind: str, after_id: str = "", limit: int = 100) -> list[Document]:
        """Documents of a kind, in order of id, with id > after_id."""
        return await self._list(kind, {}, after_id, limit)

    async def declare_text(self, kind: str, field: str, within: str) -> None:
        """Say which field's words are searched, among documents that share a text in another."""
        for name in (field, within):
            named(name)
        collection = self._collection(kind)
        model = IndexModel([("terms", ASCENDING), (f"fields.{within}", ASCENDING)], name=f"terms of {field}")
        terms = {"$split": [{"$ifNull": [f"$fields.{field}", ""]}, " "]}

        async def make() -> None:
            await collection.create_indexes([model])
            await collection.update_many({"terms": None}, [{"$set": {"terms": terms}}])
            with _missing_index_suffered():
                await collection.drop_index(f"words of {field}")

        await self._calls.ask(f"declaring the words of kind {kind!r}", make)
        self.texts[kind] = (field, within)

    async def search(self, kind: str, value: str, words: Sequence[str], limit: int = 100) -> list[Document]:
        """Documents whose field `within` equals value and whose words hold all of these.

        Raises:
            StoreError: the kind has no declared text, or no word is given.
        """
        if kind not in self.texts or not words:
            raise StoreError(f"documents of kind {kind!r} are searched by words once those are declared")
        if limit < 1:
            return []
        collection, (_, within) = self._collection(kind), self.texts[kind]
        terms = [text(word, "a word") for word in words]
        asked: Bson = {"terms": {"$all": terms}, f"fields.{within}": text(value, "a value")}

        async def question() -> list[Document]:
            cursor = collection.find(asked, _LEFT_OUT, limit=limit, batch_size=limit)
            return [_document(kind, document) async for document in cursor]

        return await self._calls.ask(f"searching documents of kind {kind!r}", question)

    async def _list(self, kind: str, asked: Bson, after_id: str, limit: int) -> list[Document]:
        if limit < 1:
            return []
        asked["_id"] = {"$gt": text(after_id, "a document's id")}
        collection = self._collection(kind)

        async def question() -> list[Document]:
            found = collection.find(asked, _LEFT_OUT, sort=[("_id", ASCENDING)], limit=limit)
            return [_document(kind, document) async for document in found]

        return await self._calls.ask(f"listing documents of kind {kind!r}", question)

    def _collection(self, kind: str) -> Collection:
        return self._database[DOCUMENTS + named(kind)]

    def _fields(self, kind: str, id: str, body: bytes) -> dict[str, str]:
        try:
            return top_level_texts(body)
        except msgspec.MsgspecError as error:
            if kind not in self._declared:
                return {}
            raise StoreError(f"{kind} {id!r} cannot be looked up by its fields: its body is no JSON") from error


class _Put:
    """One write of a document. `mark` is new for each, so that a write whose answer was lost is known again."""

    def __init__(self, collection: Collection, kind: str, id: str, expected_version: int | None) -> None:
        self.collection = collection
        self.kind = kind
        self.id = id
        self.expected_version = expected_version
        self.mark = ObjectId()
        self.body = b""
        self.fields: Bson = {}

    def fill(self, body: bytes, fields: dict[str, str], what: str) -> None:
        """Give it its content. Raises StoreError if MongoDB cannot hold that."""
        self.body = body
        self.fields = {"body": body, "fields": fields, "write": self.mark}
        encoded({"_id": self.id, "version": 1, **self.fields}, what)

    async def send(self, is_open: bool) -> int:
        """Write, if the version is the expected one; the version written."""
        try:
            version = await self._write()
        except DuplicateKeyError as error:
            taken = (error.details or {}).get("keyPattern", {})
            if "_id" not in taken:
                if is_open and await self._is_ours():
                    return (self.expected_version or 0) + 1
                raise VersionClashError(
                    f"a unique field of {self.kind} {self.id!r} is taken by another document"
                ) from error
            if self.expected_version is None:  # two made it at once, and the other was first
                raise UnsettledError(f"{self.kind} {self.id!r} is being made by somebody else") from error
            version = None
        if version is not None:
            return version
        if is_open and await self._is_ours():
            return (self.expected_version or 0) + 1
        raise VersionClashError(_expected(self.kind, self.id, self.expected_version))

    async def _write(self) -> int | None:
        if self.expected_version == 0:
            await self.collection.insert_one({"_id": self.id, "version": 1, **self.fields})
            return 1
        change = {"$set": self.fields, "$inc": {"version": 1}}
        if self.expected_version is None:
            written = await self.collection.find_one_and_update(
                {"_id": self.id}, change, {"version": 1}, upsert=True, return_document=ReturnDocument.AFTER
            )
            return int(cast(Bson, written)["version"])
        asked = {"_id": self.id, "version": whole(self.expected_version, "a version")}
        changed = await self.collection.update_one(asked, change)
        return self.expected_version + 1 if changed.matched_count else None

    async def _is_ours(self) -> bool:
        return await self.collection.find_one({"_id": self.id, "write": self.mark}, {"_id": 1}) is not None


@contextmanager
def _missing_index_suffered() -> Iterator[None]:
    """Let an index that is dropped be missing."""
    try:
        yield
    except OperationFailure as error:
        if error.code != _INDEX_NOT_FOUND:
            raise


def _index_models(indexes: Sequence[str], unique: Sequence[str]) -> list[tuple[IndexModel, str]]:
    plain = [
        (IndexModel([(f"fields.{field}", ASCENDING), ("_id", ASCENDING)], name=f"index of {field}"), field)
        for field in indexes
    ]
    there = [
        (
            IndexModel(
                [(f"fields.{field}", ASCENDING)],
                name=f"unique {field}",
                unique=True,
                partialFilterExpression={f"fields.{field}": {"$exists": True}},
            ),
            field,
        )
        for field in unique
    ]
    return plain + there


def stored(document: Document, searched: str = "") -> Bson:
    """A document as it stands in its collection, with the version it has, and the words of the searched field."""
    try:
        fields = top_level_texts(document.body)
    except msgspec.MsgspecError:
        fields = {}
    return {
        "_id": document.id,
        "version": whole(document.version, "a version"),
        "body": document.body,
        "fields": fields,
        **({"terms": fields.get(searched, "").split()} if searched else {}),
        "write": ObjectId(),
    }


async def _make_indexes(collection: Collection, kind: str, models: list[tuple[IndexModel, str]]) -> None:
    for model, field in models:
        try:
            await collection.create_indexes([model])
        except OperationFailure as error:
            if error.code != _DUPLICATE_KEY:
                raise
            raise VersionClashError(f"existing documents of kind {kind!r} share a value of {field!r}") from error


def named(name: str) -> str:
    """A name that can be part of a collection's or a field's. Raises StoreError if it cannot."""
    if type(name) is not str or not NAME.fullmatch(name):
        raise StoreError(f"{name!r} cannot name a kind or a field: use letters, digits, _ and -, at most 64")
    return name


def _document(kind: str, document: Bson) -> Document:
    return Document(kind=kind, id=document["_id"], version=int(document["version"]), body=document["body"])


def _expected(kind: str, id: str, version: int | None) -> str:
    return f"{kind} {id!r} is not at version {version}; read it again and retry"
