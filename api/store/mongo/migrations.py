"""How the documents of an older database become today's, also beside servers that write them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bson.objectid import ObjectId
from pymongo import ASCENDING

from api.store.bodies import top_level_texts
from api.store.mongo.drivers import Bson, Collection, Database
from api.store.ports import Document
from api.store.shapes import Change, reshaped


def reshaping(change: Change, prefix: str) -> Callable[[Database], Awaitable[None]]:
    """The step that makes a change in the collections of its kinds, whose names begin with the prefix."""

    async def apply(database: Database) -> None:
        for kind in change.kinds:
            await _reshape(database[prefix + kind], kind, change)

    return apply


async def _reshape(collection: Collection, kind: str, change: Change) -> None:
    async for found in collection.find({}, sort=[("_id", ASCENDING)]):
        current: Bson | None = found
        while current is not None and not await _settled(collection, kind, change, current):
            current = await collection.find_one({"_id": found["_id"]})


async def _settled(collection: Collection, kind: str, change: Change, found: Bson) -> bool:
    """Whether a document, as it was found, needed no change or got it; else somebody wrote it meanwhile."""
    old = Document(kind=kind, id=found["_id"], version=int(found["version"]), body=found["body"])
    new = reshaped(old, (change,))
    if new is old:
        return True
    written = {"body": new.body, "fields": top_level_texts(new.body), "write": ObjectId()}
    changed = await collection.update_one(
        {"_id": old.id, "version": found["version"]}, {"$set": written, "$inc": {"version": 1}}
    )
    return bool(changed.matched_count)
