"""Every query the MongoDB store makes goes to one shard, through an index, and costs the same however much there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from api.store.mongo.store import MongoStore
from api.store.ports import Commit, DuplicateEventError, JournalEntry, SequenceClashError, Snapshot

N_COMMITS = 300
N_LEARNERS = 30
DAY = 86_400_000
LEARNER_SIDE = {"commits", "snapshots"}
FILTERED = {"find", "aggregate", "update", "delete", "findAndModify", "count", "distinct"}
WITHOUT_FILTER = {
    "insert",
    "createIndexes",
    "listCollections",
    "hello",
    "ping",
    "getMore",
    "endSessions",
    "killCursors",
}
OF_THE_DRIVER = {"lsid", "txnNumber", "$db", "$clusterTime", "readConcern", "writeConcern", "$readPreference"}


class Recorder(CommandListener):
    """Keeps every command as it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(dict(event.command))

    def succeeded(self, _: Any) -> None:
        """Of no interest."""

    def failed(self, _: Any) -> None:
        """Of no interest."""


def commit(learner: str, seq: int) -> Commit:
    event = JournalEntry(id=f"e{seq}", kind="answer", effective_at=seq, body=b"{}")
    return Commit(learner_id=learner, seq=seq, events=(event,), facts=(), accepted_at=seq)


def snapshot(seq: int) -> Snapshot:
    return Snapshot(learner_id="ann", seq=seq, at=seq * DAY, fold_version=1, body=b"state")


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def store(mongo_url: str, recorder: Recorder) -> AsyncIterator[MongoStore]:
    """A store with one learner of many commits among others of few, and some documents."""
    opened = await MongoStore.open(mongo_url, "pymongo", listeners=[recorder])
    few = (commit(f"l{n}", seq) for n in range(N_LEARNERS) for seq in (1, 2))
    many = (commit("ann", seq) for seq in range(1, N_COMMITS + 1))
    await asyncio.gather(*(opened.journal.append(c) for c in (*few, *many)))
    await asyncio.gather(*(opened.journal.save_snapshot(snapshot(seq)) for seq in range(1, 32)))
    await opened.documents.declare("user", indexes=["team"], unique=["mail"])
    body = '{{"team": "{}", "mail": "m{}"}}'
    puts = (opened.documents.put("user", f"u{n}", body.format(n % 5, n).encode()) for n in range(50))
    await asyncio.gather(*puts)
    yield opened
    await opened.close()


async def ask_everything(store: MongoStore) -> None:
    """Each operation of both ports, on each of its ways."""
    journal, documents = store.journal, store.documents
    await journal.append(commit("ann", N_COMMITS + 1))
    with pytest.raises(SequenceClashError):
        await journal.append(Commit(learner_id="ann", seq=1, events=(), facts=(), accepted_at=1))
    with pytest.raises(DuplicateEventError):
        await journal.append(commit("ann", 5))
    await journal.read("ann", after_seq=N_COMMITS - 2)
    await journal.read("ann", after_seq=5, limit=3)
    await journal.find_event("ann", "e250")
    await journal.find_event("ann", "unknown")
    await journal.save_snapshot(snapshot(100))
    await journal.latest_snapshot("ann", 1)
    await journal.latest_snapshot("ann", 1, before=20 * DAY)
    await journal.learners(after="l1", limit=10)
    await documents.get("user", "u7")
    await documents.put("user", "new", b'{"team": "9"}', expected_version=0)
    await documents.put("user", "new", b'{"team": "8"}', expected_version=1)
    await documents.put("user", "new", b'{"team": "7"}')
    await documents.delete("user", "new", expected_version=3)
    await documents.delete("user", "new")
    await documents.find("user", "team", "3", after_id="u20", limit=5)
    await documents.find("user", "mail", "m7")
    await documents.all("user", after_id="u3", limit=5)
    await journal.erase("l3", before_seq=2)
    await journal.erase("l3")


def filters(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a command looks for."""
    for part in ("filter", "query"):
        if part in command:
            yield command[part]
    for part in ("updates", "deletes"):
        for statement in command.get(part, ()):
            yield statement["q"]
    for stage in command.get("pipeline", ())[:1]:
        yield stage["$match"]


def stages(plan: Any) -> Iterator[dict[str, Any]]:
    """Every stage of an explained plan, however deep."""
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan
        for name, part in plan.items():
            if name != "rejectedPlans":
                yield from stages(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from stages(part)


def explained(url: str, command: dict[str, Any]) -> dict[str, Any]:
    """How the server goes about a command, and what it looks at."""
    plain = {name: value for name, value in command.items() if name not in OF_THE_DRIVER}
    with MongoClient[dict[str, Any]](url) as client:
        return dict(client.get_default_database().command("explain", plain, verbosity="executionStats"))


async def test_no_query_scans_a_collection_sorts_in_memory_or_looks_at_more_than_it_returns(
    store: MongoStore, recorder: Recorder, mongo_url: str
) -> None:
    recorder.sent.clear()
    await ask_everything(store)
    asked = list(recorder.sent)
    names = {next(iter(command)) for command in asked}
    assert names <= FILTERED | WITHOUT_FILTER
    assert {"find", "update", "delete", "findAndModify"} <= names
    for command in asked:
        if next(iter(command)) not in FILTERED:
            continue
        answer = explained(mongo_url, command)
        seen = answer["executionStats"]
        used = list(stages(seen["executionStages"]))
        assert used, (command, answer)
        for stage in (*used, *stages(answer["queryPlanner"])):
            assert stage["stage"] != "COLLSCAN", (command, used)
            assert stage["stage"] != "SORT" or stage.get("nReturned", 0) <= 1, (command, used)
        assert seen["totalKeysExamined"] <= 35, (command, seen)


async def test_every_query_on_what_a_learner_did_names_the_learner(store: MongoStore, recorder: Recorder) -> None:
    await ask_everything(store)
    listings = 0
    for command in recorder.sent:
        name, collection = next(iter(command.items()))
        if name not in FILTERED or collection not in LEARNER_SIDE:
            continue
        for looked_for in filters(command):
            if type(looked_for["learner_id"]) is not str:
                assert "$gt" in looked_for["learner_id"], command
                listings += 1
    assert listings == 2  # only the listing of learners goes over all of them, and it is no query of the service


async def test_an_append_is_one_round_trip_and_reads_nothing(store: MongoStore, recorder: Recorder) -> None:
    recorder.sent.clear()
    await store.journal.append(commit("new", 1))
    (sent,) = recorder.sent
    assert sent["insert"] == "commits"
    assert sent["writeConcern"] == {"w": "majority", "j": True, "wtimeout": 10_000}
    assert "txnNumber" in sent  # retried by the driver at most once, and known again by the server


async def test_reads_see_only_what_a_majority_acknowledged_on_the_primary(
    store: MongoStore, recorder: Recorder
) -> None:
    recorder.sent.clear()
    await ask_everything(store)
    finds = [command for command in recorder.sent if "find" in command]
    assert len(finds) > 8
    for command in finds:
        assert command["readConcern"] == {"level": "majority"}
        assert command.get("$readPreference", {"mode": "primary"}) in (
            {"mode": "primary"},
            {"mode": "primaryPreferred"},
        )


async def test_learner_side_indexes_begin_with_the_shard_key(store: MongoStore, mongo_url: str) -> None:
    assert await store.journal.learners(limit=1) == ["ann"]
    with MongoClient[dict[str, Any]](mongo_url) as client:
        for collection in LEARNER_SIDE:
            indexes = client.get_default_database()[collection].index_information()
            keys = [index["key"][0][0] for name, index in indexes.items() if name != "_id_"]
            assert keys
            assert set(keys) == {"learner_id"}
