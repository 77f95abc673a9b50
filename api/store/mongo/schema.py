"""The collections, their indexes, and how older ones become today's.

Collections. On a sharded cluster `commits` and `snapshots` are sharded by `learner_id`, with which all their indexes
begin; documents are not sharded, as a unique field would be unique on each shard only:

- `commits`: {_id, learner_id, seq, accepted_at, events: [{id, kind, effective_at, body}], facts: [the same]}
- `snapshots`: {_id, learner_id, fold_version, day, seq, at, body}
- `documents.KIND`: {_id: the document's id, version, body, fields: {name: text}, write}
- `about`: {_id: "schema", version, steps: [{version, name}]}

Nothing is ever changed but forward: a step is added to STEPS, and a store that is newer than this code is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from api.store.mongo.drivers import Database
from api.store.mongo.migrations import reshaping
from api.store.ports import CorruptStoreError, StoreError
from api.store.shapes import CHANGES

COMMITS = "commits"
SNAPSHOTS = "snapshots"
DOCUMENTS = "documents."
ABOUT = "about"
_SCHEMA = "schema"

# A commit without events has no key in the second index: it would clash with the next one without.
INDEXES = {
    COMMITS: (
        IndexModel([("learner_id", ASCENDING), ("seq", ASCENDING)], name="sequence", unique=True),
        IndexModel(
            [("learner_id", ASCENDING), ("events.id", ASCENDING)],
            name="events",
            unique=True,
            partialFilterExpression={"events.id": {"$exists": True}},
        ),
    ),
    SNAPSHOTS: (
        IndexModel(
            [("learner_id", ASCENDING), ("fold_version", ASCENDING), ("day", ASCENDING)], name="day", unique=True
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One migration. It may be run by several servers at once and again after a kill, so it must not mind either."""

    name: str
    apply: Callable[[Database], Awaitable[None]]


async def ensure_indexes(database: Database) -> None:
    """Make what is missing of INDEXES. The unique ones are what keeps an answer from being counted twice."""
    for name, indexes in INDEXES.items():
        await database[name].create_indexes(list(indexes))


STEPS: tuple[Step, ...] = (
    Step("commits and snapshots, with their indexes", ensure_indexes),
    *(Step(change.name, reshaping(change, DOCUMENTS)) for change in CHANGES),
)


async def prepare(database: Database, steps: Sequence[Step] = STEPS, *, create: bool = True) -> None:
    """Bring a database to this version: an empty one is set up, an older one migrated, a foreign or newer one refused.

    Without `create` an empty one is refused too.

    Raises:
        CorruptStoreError: the database is another program's, or of a newer Pacer; nothing was changed.
        StoreError: the server is not part of a replica set, or the database is empty.
        PyMongoError: it cannot be reached.
    """
    await check_server(database)
    version = await schema_version(database)
    if version is None and not create:
        raise StoreError(f"there is no store in the database {database.name}")
    if version is None:
        version = await _adopt(database)
    if version > len(steps):
        raise CorruptStoreError(
            f"database {database.name} has schema version {version}, this Pacer knows {len(steps)};"
            " use the Pacer that wrote it"
        )
    for number, step in enumerate(steps[version:], start=version + 1):
        await step.apply(database)
        await _record(database, number, step)
    await ensure_indexes(database)


async def schema_version(database: Database) -> int | None:
    """The version a database is at, None if it was never a store."""
    about = await database[ABOUT].find_one({"_id": _SCHEMA})
    return None if about is None else int(about["version"])


async def check_server(database: Database) -> None:
    """Raises StoreError if the server is not part of a replica set."""
    hello = await database.client.admin.command("hello")
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise StoreError(
            "the MongoDB server is not part of a replica set, so it cannot promise what was acknowledged;"
            " start mongod with --replSet and run rs.initiate() once, one member suffices"
        )


async def check_empty(database: Database) -> None:
    """Raises CorruptStoreError if what is no store holds something of another program."""
    foreign = [name for name in await database.list_collection_names() if not name.startswith("system.")]
    if foreign and ABOUT not in foreign:
        raise CorruptStoreError(
            f"database {database.name} is another program's: it has {', '.join(sorted(foreign)[:3])};"
            " name another database in the store's URL"
        )


async def _adopt(database: Database) -> int:
    await check_empty(database)
    try:
        await database[ABOUT].insert_one({"_id": _SCHEMA, "version": 0, "steps": []})
    except DuplicateKeyError:  # another server began at the same time
        return await schema_version(database) or 0
    return 0


async def _record(database: Database, number: int, step: Step) -> None:
    await database[ABOUT].find_one_and_update(
        {"_id": _SCHEMA, "version": number - 1},
        {"$set": {"version": number}, "$push": {"steps": {"version": number, "name": step.name}}},
        return_document=ReturnDocument.AFTER,
    )
