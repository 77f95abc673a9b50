"""Opening a MongoDB store: what is refused, what is made, what is never said; and values that try to be queries."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database as SyncDatabase

from api.store.mongo.address import parse
from api.store.mongo.drivers import Database
from api.store.mongo.entries import MAX_BYTES
from api.store.mongo.schema import STEPS, Step, prepare
from api.store.mongo.store import MongoStore
from api.store.ports import Commit, CorruptStoreError, JournalEntry, Snapshot, StoreError
from tests.servers.mongo import running_replica_set
from tests.servers.processes import free_port

ROOT = Path(__file__).parents[3]
PASSWORD = "s3cret/p@ss"
QUOTED = "s3cret%2Fp%40ss"


def commit(learner: str, n_bytes: int = 1) -> Commit:
    event = JournalEntry(id="e", kind="answer", effective_at=1, body=b"x" * n_bytes)
    return Commit(learner_id=learner, seq=1, events=(event,), facts=(), accepted_at=1)


@pytest.fixture
def database(mongo_url: str) -> Iterator[SyncDatabase[dict[str, Any]]]:
    """The test's database, past the store."""
    with MongoClient[dict[str, Any]](mongo_url) as client:
        yield client.get_default_database()


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[MongoStore]:
    opened = await MongoStore.open(mongo_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"mongodb://ann:{QUOTED}@db1:27018,db2/learn?replicaSet=rs0", "mongodb://db1:27018,db2:27017/learn"),
        (f"mongodb://ann:{QUOTED}@[::1]:27018", "mongodb://::1:27018/pacer"),
        ("mongodb://localhost/?tls=true&tlsCertificateKeyFilePassword=hidden", "mongodb://localhost:27017/pacer"),
    ],
)
def test_of_a_url_only_hosts_and_database_are_shown(url: str, shown: str) -> None:
    address = parse(url)
    assert str(address) == repr(address) == shown


@pytest.mark.parametrize(
    "url",
    [f"mongodb://ann:{PASSWORD}@host/db", f"mongodb://ann:{QUOTED}@host:{PASSWORD}/db", f"mongodb://{PASSWORD}:x/"],
)
def test_a_url_that_cannot_be_understood_is_not_repeated(url: str) -> None:
    with pytest.raises(StoreError, match="percent-encoded") as caught:
        parse(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


async def test_a_wrong_password_is_refused_without_being_told(mongo_url: str) -> None:
    url = mongo_url.replace("mongodb://", f"mongodb://ann:{QUOTED}@")
    with pytest.raises(StoreError, match="check user, password and authSource") as caught:
        await MongoStore.open(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


async def test_a_database_that_does_not_answer_is_told_with_its_hosts() -> None:
    port = free_port()
    with pytest.raises(StoreError, match=rf"mongodb://127.0.0.1:{port}/pacer failed: the database does not answer"):
        await MongoStore.open(f"mongodb://ann:{QUOTED}@127.0.0.1:{port}/?serverSelectionTimeoutMS=200")


async def test_an_option_that_is_none_is_refused() -> None:
    with pytest.raises(StoreError, match=r"cannot be understood"):
        await MongoStore.open("mongodb://127.0.0.1/?replicaSet=rs0&w=many&maxPoolSize=none")


async def test_a_single_server_is_refused_because_it_keeps_no_promises(tmp_path: Path) -> None:
    with running_replica_set(tmp_path, initiated=False) as single, pytest.raises(StoreError, match=r"rs\.initiate"):
        await MongoStore.open(f"mongodb://{single.members[0].address}/?directConnection=true")


async def test_another_programs_database_is_refused_and_left_alone(
    mongo_url: str, database: SyncDatabase[dict[str, Any]]
) -> None:
    database["invoices"].insert_one({"total": 5})
    with pytest.raises(CorruptStoreError, match="another program's: it has invoices"):
        await MongoStore.open(mongo_url)
    assert database.list_collection_names() == ["invoices"]


async def test_a_newer_database_is_refused(mongo_url: str, database: SyncDatabase[dict[str, Any]]) -> None:
    await (await MongoStore.open(mongo_url)).close()
    database["about"].update_one({"_id": "schema"}, {"$set": {"version": len(STEPS) + 1}})
    with pytest.raises(CorruptStoreError, match="use the Pacer that wrote it"):
        await MongoStore.open(mongo_url)


async def test_servers_that_start_at_once_set_an_empty_database_up_once(
    mongo_url: str, database: SyncDatabase[dict[str, Any]]
) -> None:
    stores = await asyncio.gather(*(MongoStore.open(mongo_url, driver) for driver in ("motor", "pymongo") * 3))
    await asyncio.gather(*(store.close() for store in stores))
    about = database["about"].find_one({"_id": "schema"})
    assert about is not None
    assert about["version"] == len(STEPS)
    assert about["steps"] == [{"version": n, "name": step.name} for n, step in enumerate(STEPS, start=1)]


async def test_a_lost_index_is_made_again_at_the_next_start(
    mongo_url: str, database: SyncDatabase[dict[str, Any]]
) -> None:
    await (await MongoStore.open(mongo_url)).close()
    before = database["commits"].index_information()
    database["commits"].drop_indexes()
    await (await MongoStore.open(mongo_url)).close()
    assert database["commits"].index_information() == before


async def test_later_steps_are_taken_once_each_in_order_and_again_only_if_they_failed(store: MongoStore) -> None:
    taken: list[str] = []

    async def second(_: Database) -> None:
        taken.append("second")

    async def third(_: Database) -> None:
        taken.append("third")
        if taken.count("third") == 1:
            raise StoreError("struck down in the middle")

    steps = (*STEPS, Step("second", second), Step("third", third))
    database = store.journal._commits.database
    with pytest.raises(StoreError, match="struck down"):
        await prepare(database, steps)
    await prepare(database, steps)
    await prepare(database, steps)
    assert taken == ["second", "third", "third"]
    with pytest.raises(CorruptStoreError, match=f"schema version {len(steps)}, this Pacer knows {len(STEPS)}"):
        await prepare(database)


async def test_what_is_larger_than_a_document_may_be_is_refused_by_name(store: MongoStore) -> None:
    with pytest.raises(StoreError, match=r"commit 1 of learner 'ann' takes \d+ bytes; .* at most 16777216"):
        await store.journal.append(commit("ann", MAX_BYTES))
    with pytest.raises(StoreError, match="note 'n' takes"):
        await store.documents.put("note", "n", b"x" * MAX_BYTES)
    with pytest.raises(StoreError, match="snapshot 1 of learner 'ann' takes"):
        await store.journal.save_snapshot(
            Snapshot(learner_id="ann", seq=1, at=1, fold_version=1, body=b"x" * MAX_BYTES)
        )
    await store.journal.append(commit("ann", MAX_BYTES - 1000))
    assert await store.journal.read("ann") == [commit("ann", MAX_BYTES - 1000)]


OPERATORS: tuple[Any, ...] = ({"$gt": ""}, {"$ne": None}, ["a"], None, 5, b"ann", {"$where": "1"})


@pytest.mark.parametrize("value", OPERATORS, ids=repr)
async def test_a_value_that_is_no_text_never_becomes_part_of_a_query(store: MongoStore, value: Any) -> None:
    await store.journal.append(commit("ann"))
    await store.documents.declare("user", indexes=["team"])
    await store.documents.put("user", "a", b'{"team": "red"}')
    journal, documents = store.journal, store.documents
    for asked in (
        journal.read(value),
        journal.find_event(value, "e"),
        journal.find_event("ann", value),
        journal.latest_snapshot(value, 1),
        journal.learners(value),
        journal.append(commit(value)),
        documents.get("user", value),
        documents.get(value, "a"),
        documents.put("user", value, b"{}"),
        documents.delete("user", value),
        documents.find("user", "team", value),
        documents.find("user", "team", "red", after_id=value),
        documents.all("user", after_id=value),
    ):
        with pytest.raises(StoreError):
            await asked
    assert await documents.get("user", "a") is not None


@pytest.mark.parametrize("value", ["$where", "$gt", '{"$gt": ""}', "a\x00b", "é\U0001f600", "a.b", "../x", ""])
async def test_text_that_looks_like_an_operator_is_only_text(store: MongoStore, value: str) -> None:
    await store.documents.declare("user", indexes=["team"])
    await store.documents.put("user", value, b"{}")
    assert [found.id for found in await store.documents.all("user")] == ([value] if value else [])
    assert await store.documents.find("user", "team", value) == []
    assert await store.journal.read(value) == []


@pytest.mark.parametrize("kind", ["", "a b", "$cmd", "a.b", "system.users", "x\x00y", "é", "a" * 65])
async def test_a_kind_cannot_reach_another_collection(store: MongoStore, kind: str) -> None:
    with pytest.raises(StoreError, match="cannot name a kind"):
        await store.documents.get(kind, "a")
    with pytest.raises(StoreError, match="cannot name a kind"):
        await store.documents.put(kind, "a", b"{}")


async def test_field_names_of_a_body_cannot_reach_the_store(store: MongoStore) -> None:
    body = b'{"$set": "x", "a.b": "y", "": "z", "team": "red", "version": "9", "n": 5}'
    await store.documents.declare("user", indexes=["team", "version"])
    written = await store.documents.put("user", "a", body)
    assert written.version == 1
    assert await store.documents.get("user", "a") == written
    assert await store.documents.find("user", "version", "9") == [written]


async def test_what_is_damaged_in_the_database_is_told(
    store: MongoStore, database: SyncDatabase[dict[str, Any]]
) -> None:
    await store.journal.append(commit("ann"))
    database["commits"].update_one({}, {"$unset": {"facts": 1}})
    with pytest.raises(CorruptStoreError, match="commit 1 of learner ann is damaged"):
        await store.journal.read("ann")
    with pytest.raises(CorruptStoreError, match="restore a backup"):
        await store.journal.find_event("ann", "e")


async def test_a_missing_driver_is_told_with_the_way_to_install_it(
    mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "motor.motor_asyncio", None)
    with pytest.raises(StoreError, match=r"pip install 'pacer\[scale\]'"):
        await MongoStore.open(mongo_url, "motor")


def test_without_the_packages_a_mongodb_url_is_told_how_to_get_them() -> None:
    code = (
        "import asyncio, sys; sys.modules['pymongo'] = None; from api.store import open_store;"
        "asyncio.run(open_store('mongodb://ann:s3cret@127.0.0.1/'))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "needs the package 'pymongo'; run: pip install 'pacer[scale]'" in ran.stderr.splitlines()[-1]


async def test_a_closed_store_says_so_whatever_is_asked(mongo_url: str) -> None:
    for driver in ("motor", "pymongo"):
        store = await MongoStore.open(mongo_url, driver)
        await store.reach()
        await store.close()
        for asked in (store.reach(), store.documents.get("note", "n"), store.documents.put("note", "n", b"")):
            with pytest.raises(StoreError, match="the store is closed"):
                await asked
