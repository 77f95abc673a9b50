"""Faults at every step of an append: afterwards it is there once, or it was refused and is not there."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest
from pymongo import MongoClient

from api.store.mongo.drivers import Driver
from api.store.mongo.store import MongoStore
from api.store.ports import (
    Commit,
    Document,
    DuplicateEventError,
    JournalEntry,
    SequenceClashError,
    StoreError,
    VersionClashError,
)
from tests.servers.mongo import ReplicaSet
from tests.servers.proxy import Fate, Proxy, running_proxy

FATES: tuple[Fate, ...] = get_args(Fate)
# Definite: Unauthorized, OutOfDiskSpace, and one that means nothing. The server did not carry the command out.
DEFINITE = (13, 14031, 8000)
# An election or an overload: HostUnreachable, MaxTimeMSExpired, ShutdownInProgress, PrimarySteppedDown,
# ExceededTimeLimit, NotWritablePrimary, InterruptedDueToReplStateChange, NotPrimaryOrSecondary.
PASSING = (6, 50, 91, 189, 262, 10107, 11602, 13436)
# WriteConcernFailed, and elections while a majority was waited for: the primary has written it.
UNACKNOWLEDGED = (64, 91, 189, 11602)
# A server that only plays its shutdown does not tell a driver that listens when it is over.
POLLING = "&serverMonitoringMode=poll&heartbeatFrequencyMS=500"


def commit(name: str, seq: int = 1, *ids: str) -> Commit:
    events = tuple(JournalEntry(id=id, kind="answer", effective_at=1, body=b"x") for id in ids or (f"e{seq}",))
    return Commit(learner_id=name, seq=seq, events=events, facts=(), accepted_at=1)


@pytest.fixture(params=get_args(Driver))
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


@pytest.fixture(autouse=True)
def _impatient_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver looks again only after half a second at a server that failed it, here hundreds of times; see POLLING."""
    monkeypatch.setattr("pymongo.common.MIN_HEARTBEAT_INTERVAL", 0.01)


@pytest.fixture
async def store(mongo_url: str, driver: Driver) -> AsyncIterator[MongoStore]:
    opened = await MongoStore.open(mongo_url + POLLING, driver)
    yield opened
    await opened.close()


@pytest.fixture
async def proxy(mongo: ReplicaSet) -> AsyncIterator[Proxy]:
    async with running_proxy(mongo.primary.port) as running:
        yield running


@pytest.fixture
async def far(mongo_url: str, proxy: Proxy, driver: Driver) -> AsyncIterator[MongoStore]:
    """A store beyond the proxy."""
    database = mongo_url.partition("?")[0].rpartition("/")[2]
    opened = await MongoStore.open(proxy.url(database) + POLLING, driver)
    yield opened
    proxy.plan({})
    await opened.close()


async def holds_once_or_not_at_all(
    store: MongoStore, asked: Commit, outcome: BaseException | None, *, open_allowed: bool
) -> None:
    """There once if it was acknowledged; and asking again tells which it was."""
    there = await store.journal.read(asked.learner_id)
    assert there in ([], [asked])
    if outcome is None:
        assert there == [asked]
    else:
        assert isinstance(outcome, StoreError)
        assert not there or (open_allowed and "not known" in str(outcome))
    if there:
        with pytest.raises(DuplicateEventError):
            await store.journal.append(asked)
        assert await store.journal.find_event(asked.learner_id, asked.events[0].id) == asked
    else:
        await store.journal.append(asked)
    assert await store.journal.read(asked.learner_id) == [asked]


async def attempt(store: MongoStore, asked: Commit) -> BaseException | None:
    return (await asyncio.gather(store.journal.append(asked), return_exceptions=True))[0]


@pytest.mark.parametrize("code", DEFINITE)
async def test_a_refusal_is_told_at_once_and_nothing_is_there(store: MongoStore, mongo: ReplicaSet, code: int) -> None:
    mongo.fail(["insert"], errorCode=code)
    outcome = await attempt(store, commit("ann"))
    mongo.heal()
    assert isinstance(outcome, StoreError)
    assert await store.journal.read("ann") == []
    await holds_once_or_not_at_all(store, commit("ann"), outcome, open_allowed=False)


@pytest.mark.parametrize("code", PASSING)
async def test_a_fault_that_passes_costs_nobody_anything(store: MongoStore, mongo: ReplicaSet, code: int) -> None:
    for times in (1, 2, 3):
        mongo.fail(["insert"], {"times": times}, errorCode=code)
        assert await attempt(store, commit(f"l{times}")) is None
        await holds_once_or_not_at_all(store, commit(f"l{times}"), None, open_allowed=False)


@pytest.mark.parametrize("code", UNACKNOWLEDGED)
async def test_a_write_that_the_majority_did_not_acknowledge_in_time_is_settled(
    store: MongoStore, mongo: ReplicaSet, code: int
) -> None:
    for times in (1, 2, 3):
        mongo.fail(["insert"], {"times": times}, writeConcernError={"code": code, "errmsg": "too late"})
        assert await attempt(store, commit(f"l{times}")) is None
        await holds_once_or_not_at_all(store, commit(f"l{times}"), None, open_allowed=False)


@pytest.mark.parametrize("command", ["insert", "find"])
async def test_a_connection_that_closes_under_a_command_is_no_end(
    store: MongoStore, mongo: ReplicaSet, command: str
) -> None:
    await store.journal.append(commit("taken"))
    for times in (1, 2, 3):
        mongo.fail([command], {"times": times}, closeConnection=True)
        assert await attempt(store, commit(f"l{times}")) is None
        assert isinstance(await attempt(store, commit("taken", 1, "other")), SequenceClashError)
        await holds_once_or_not_at_all(store, commit(f"l{times}"), None, open_allowed=False)


async def test_whatever_is_lost_of_the_first_commands_the_append_is_there_once(far: MongoStore, proxy: Proxy) -> None:
    for n, fates in enumerate(itertools.product(FATES, repeat=3)):
        asked = commit(f"learner-{n}")
        proxy.plan({asked.learner_id: fates})
        assert await attempt(far, asked) is None
        proxy.plan({})
        await holds_once_or_not_at_all(far, asked, None, open_allowed=False)


@pytest.mark.parametrize("afterwards", ["lost", "unanswered"])
async def test_a_fault_that_stays_leaves_it_there_once_or_not_at_all(
    far: MongoStore, proxy: Proxy, afterwards: Fate
) -> None:
    far.calls.settle_seconds = 0.2
    for n, fates in enumerate(((), ("lost",), ("unanswered",), ("unanswered", "answered"))):
        asked = commit(f"learner-{n}")
        proxy.plan({asked.learner_id: fates}, afterwards)
        outcome = await attempt(far, asked)
        proxy.plan({})
        assert (outcome is None) == ("answered" in fates)
        await holds_once_or_not_at_all(far, asked, outcome, open_allowed=True)


async def test_a_clash_that_cannot_be_looked_at_is_refused_and_changes_nothing(far: MongoStore, proxy: Proxy) -> None:
    await far.journal.append(commit("ann", 1, "e1"))
    far.calls.settle_seconds = 0.2
    proxy.plan({"ann": ["answered"]}, "lost")
    outcome = await attempt(far, commit("ann", 1, "e2"))
    proxy.plan({})
    assert isinstance(outcome, StoreError)
    assert await far.journal.read("ann") == [commit("ann", 1, "e1")]


async def test_a_server_that_answers_late_writes_no_second_time(
    mongo: ReplicaSet, mongo_url: str, driver: Driver
) -> None:
    store = await MongoStore.open(f"{mongo_url}&socketTimeoutMS=150", driver)
    mongo.fail(["insert"], {"times": 3}, blockConnection=True, blockTimeMS=500)
    assert await attempt(store, commit("ann")) is None
    await asyncio.sleep(1.0)  # until the late ones have been carried out too
    mongo.heal()
    await holds_once_or_not_at_all(store, commit("ann"), None, open_allowed=False)
    await store.close()


async def test_a_clash_in_the_middle_of_faults_is_told_as_what_it_is(far: MongoStore, proxy: Proxy) -> None:
    await far.journal.append(commit("ann", 1, "e1"))
    for fates in itertools.product(FATES, repeat=2):
        proxy.plan({"ann": fates})
        assert isinstance(await attempt(far, commit("ann", 1, "e2")), SequenceClashError)
        proxy.plan({"ann": fates})
        assert isinstance(await attempt(far, commit("ann", 2, "e1", "e3")), DuplicateEventError)
    proxy.plan({})
    assert await far.journal.read("ann") == [commit("ann", 1, "e1")]


async def test_a_document_is_written_once_whatever_answers_are_lost(far: MongoStore, proxy: Proxy) -> None:
    documents = far.documents
    for n, fates in enumerate(itertools.product(FATES, repeat=2)):
        name = f"n{n}"
        proxy.plan({name: fates})
        assert (await documents.put("note", name, b"1", expected_version=0)).version == 1
        proxy.plan({name: fates})
        assert (await documents.put("note", name, b"2", expected_version=1)).version == 2
        proxy.plan({name: fates})
        with pytest.raises(VersionClashError):
            await documents.put("note", name, b"3", expected_version=1)
        proxy.plan({})
        assert await documents.get("note", name) == Document(kind="note", id=name, version=2, body=b"2")
        proxy.plan({name: fates})
        assert await documents.delete("note", name) is True
        proxy.plan({})
        assert await documents.get("note", name) is None


async def test_a_cancelled_append_is_there_once_or_not_at_all(store: MongoStore, mongo_url: str) -> None:
    for n in range(40):
        task = asyncio.ensure_future(store.journal.append(commit(f"l{n}")))
        await asyncio.sleep(n * 0.0002)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await store.journal.append(commit("after"))
    with MongoClient[dict[str, Any]](mongo_url) as client:
        kept = [found["learner_id"] for found in client.get_default_database()["commits"].find()]
    assert len(kept) == len(set(kept))
    assert "after" in kept
