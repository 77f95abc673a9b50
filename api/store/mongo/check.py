"""Looking at all of a database for damage, as `pacer doctor` does."""

from __future__ import annotations

from api.store.mongo.address import Address, parse
from api.store.mongo.drivers import Database, Driver, connect
from api.store.mongo.entries import to_commit
from api.store.mongo.faults import FAULTS, store_error
from api.store.mongo.schema import COMMITS, DOCUMENTS, INDEXES, STEPS, check_empty, check_server, schema_version
from api.store.ports import CorruptStoreError


async def check(url: str, driver: Driver = "motor") -> str:
    """Read every commit, and say what is in the database. Changes nothing, also beside running servers.

    Raises:
        CorruptStoreError: a commit cannot be read, an index is missing, or the database is of a newer Pacer or of
            another program.
        StoreError: it cannot be reached, or the server is not part of a replica set.
    """
    address = parse(url)
    connection = connect(address, driver)
    try:
        return await _look(address, connection.database)
    except FAULTS as error:
        raise store_error(f"reaching {address}", error) from error
    finally:
        await connection.close()


async def _look(address: Address, database: Database) -> str:
    await check_server(database)
    version = await schema_version(database)
    if version is None:
        await check_empty(database)
        return f"{address} answers and is empty, will be made at the first start"
    if version > len(STEPS):
        raise CorruptStoreError(f"{address} has schema version {version}, this Pacer knows {len(STEPS)}")
    await _check_indexes(address, database)
    n_commits = n_events = 0
    async for document in database[COMMITS].find({}):
        n_events += len(to_commit(document).events)
        n_commits += 1
    names = await database.list_collection_names()
    n_documents = 0
    for name in names:
        if name.startswith(DOCUMENTS):
            n_documents += await database[name].count_documents({})
    server = (await database.client.admin.command("buildInfo"))["version"]
    return (
        f"{address}, MongoDB {server}: {n_commits} commits with {n_events} events, and {n_documents} documents,"
        " all readable"
    )


async def _check_indexes(address: Address, database: Database) -> None:
    for name, indexes in INDEXES.items():
        there = await database[name].index_information()
        missing = sorted(index.document["name"] for index in indexes if index.document["name"] not in there)
        if missing:
            raise CorruptStoreError(
                f"{address}: the index {missing[0]!r} of {name} is missing, so nothing keeps an answer from being"
                " counted twice; start a server, which makes it again, and read its log"
            )
