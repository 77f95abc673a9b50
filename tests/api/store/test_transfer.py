"""A store copied into another: everything, once, whatever stops it on the way."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import main
from api.composition import open_default_store
from api.settings import Settings
from api.store.contents import COMMITS_AT_ONCE, parts_of, sum_of
from api.store.mongo.store import MongoStore
from api.store.opening import Store, open_store
from api.store.ports import (
    Commit,
    CorruptStoreError,
    Document,
    DuplicateEventError,
    JournalEntry,
    Snapshot,
    StoreError,
)
from api.store.transfer import COMMITS_PER_MARK, StoreSource, TransferError, transfer, unfinished
from tests.api.servers import PACER, environment
from tests.api.store.conftest import BACKENDS
from tests.servers.mongo import ReplicaSet, drop

DAY = 86_400_000
N_LEARNERS = 30


def entry(id: str, rng: random.Random) -> JournalEntry:
    return JournalEntry(id=id, kind="answer", effective_at=rng.randrange(-5, 2**45), body=rng.randbytes(40))


def commit(learner: str, seq: int, rng: random.Random, n_events: int = 2) -> Commit:
    events = tuple(entry(f"{seq}-{n}", rng) for n in range(n_events))
    facts = tuple(entry(f"{seq}-{n}.0", rng) for n in range(n_events + 1))
    return Commit(learner_id=learner, seq=seq, events=events, facts=facts, accepted_at=rng.randrange(2**45))


async def fill(store: Store, n_learners: int = N_LEARNERS) -> None:
    """Learners with few commits and one with many, snapshots, and documents of several kinds and versions."""
    rng = random.Random(5)
    names = [f"learner-{n}" for n in range(n_learners - 2)] + ["é\U0001f600", "long"]
    for name in names:
        n_commits = 2 * COMMITS_AT_ONCE + 7 if name == "long" else rng.randrange(1, 6)
        commits = [commit(name, seq, rng, rng.randrange(3)) for seq in range(1, n_commits + 1)]
        await store.contents.add(commits, ())
        for day in range(rng.randrange(4)):
            body, fold = rng.randbytes(30), rng.randrange(1, 3)
            await store.journal.save_snapshot(
                Snapshot(
                    learner_id=name, seq=rng.randrange(1, n_commits + 1), at=day * DAY, fold_version=fold, body=body
                )
            )
    await store.documents.declare("user", indexes=["team"], unique=["mail"])
    bodies = (json.dumps({"team": f"t{n % 7}", "mail": f"{n}@x", "n": n}).encode() for n in range(250))
    users = [Document(kind="user", id=f"u{n}", version=n % 3 + 1, body=body) for n, body in enumerate(bodies)]
    await store.contents.add_documents(users)
    await store.documents.put("note", "binary", bytes(range(256)))


async def filled(path: Path) -> None:
    store = await open_store(path)
    await fill(store)
    await store.close()


@pytest.fixture(params=["sqlite", "motor"])
async def source(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store = await BACKENDS[request.param](request)()
    await fill(store)
    yield store
    await store.close()


@pytest.fixture(params=["file", "database"])
async def target(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of another kind, or another one of the same."""
    if request.param == "file":
        store: Store = await open_store(tmp_path / "target.db")
        yield store
        await store.close()
        return
    url = request.getfixturevalue("mongo").fresh_url()
    store = await MongoStore.open(url, "pymongo")
    yield store
    await store.close()
    drop(url)


async def test_everything_is_copied_and_found_as_before(source: Store, target: Store) -> None:
    advanced: list[int] = []
    found, resumed = await transfer(StoreSource(source, "a"), target, advanced.append)
    assert not resumed
    assert found == await sum_of(parts_of(source)) == await sum_of(parts_of(target))
    assert (found.learners, found.documents, found.commits) == (N_LEARNERS, 251, sum(advanced))
    assert await target.documents.get("user", "u2") == await source.documents.get("user", "u2")
    await target.documents.declare("user", indexes=["team"], unique=["mail"])
    same = await source.documents.find("user", "team", "t3", limit=100)
    assert len(same) > 30
    assert await target.documents.find("user", "team", "t3", limit=100) == same
    assert await target.contents.snapshots("long") == await source.contents.snapshots("long")


async def test_the_copy_goes_on_being_a_store(source: Store, target: Store) -> None:
    await transfer(StoreSource(source, "a"), target)
    last = (await target.journal.read("long"))[-1]
    known = next(event.id for one in await target.journal.read("long") for event in one.events)
    twice = Commit(
        learner_id="long", seq=last.seq + 1, events=(entry(known, random.Random()),), facts=(), accepted_at=1
    )
    with pytest.raises(DuplicateEventError):
        await target.journal.append(twice)
    await target.journal.append(commit("long", last.seq + 1, random.Random()))
    assert (await target.documents.put("user", "u2", b"{}", expected_version=3)).version == 4


class Failing:
    """Another store whose contents cannot be added to after so many times."""

    def __init__(self, store: Store, n_times: int) -> None:
        self.journal, self.documents, self.contents = store.journal, store.documents, self
        self._contents, self._left = store.contents, n_times

    async def add(self, commits: Sequence[Commit], snapshots: Sequence[Snapshot]) -> None:
        self._spend()
        await self._contents.add(commits, snapshots)

    async def add_documents(self, documents: Sequence[Document]) -> None:
        self._spend()
        await self._contents.add_documents(documents)

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise StoreError("struck down")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._contents, name)


async def test_a_copy_that_was_stopped_anywhere_is_gone_on_with(
    source: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.store.transfer.COMMITS_PER_MARK", 5)
    for n_times in (0, 1, 5, 9, 9):
        with pytest.raises(StoreError, match="struck down"):
            await transfer(StoreSource(source, "a"), Failing(target, n_times))
    mark = await unfinished(target)
    assert mark is not None
    assert mark.after_learner > "learner-1"
    found, resumed = await transfer(StoreSource(source, "a"), target)
    assert resumed
    assert found == await sum_of(parts_of(target))
    assert await unfinished(target) is None


async def test_a_target_with_data_of_its_own_is_refused_and_left_alone(source: Store, target: Store) -> None:
    await target.documents.put("note", "mine", b"1")
    before = await sum_of(parts_of(target))
    with pytest.raises(TransferError, match="data of its own"):
        await transfer(StoreSource(source, "a"), target)
    await target.documents.delete("note", "mine")
    await target.journal.append(commit("me", 1, random.Random()))
    with pytest.raises(TransferError, match="data of its own"):
        await transfer(StoreSource(source, "a"), target)
    assert (await sum_of(parts_of(target))).learners == 1
    assert before.documents == 1


async def test_an_unfinished_copy_is_gone_on_with_only_from_the_same_source(source: Store, target: Store) -> None:
    with pytest.raises(StoreError, match="struck down"):
        await transfer(StoreSource(source, "a"), Failing(target, 3))
    with pytest.raises(TransferError, match="unfinished copy of a"):
        await transfer(StoreSource(source, "b"), target)


async def test_a_difference_is_found_and_named(source: Store, target: Store) -> None:
    with pytest.raises(StoreError, match="struck down"):
        await transfer(StoreSource(source, "a"), Failing(target, 3))
    await target.journal.append(commit("learner-7", 1, random.Random(99)))
    with pytest.raises(CorruptStoreError, match=r"source has learner learner-7 .* target has learner learner-7"):
        await transfer(StoreSource(source, "a"), target)
    await target.journal.erase("learner-7")
    found, _ = await transfer(StoreSource(source, "a"), target)
    assert found.learners == N_LEARNERS


async def test_nobody_is_served_from_an_unfinished_copy(tmp_path: Path) -> None:
    source = await open_store(tmp_path / "source.db")
    await fill(source, 4)
    settings = Settings(data=str(tmp_path / "data"))
    store = await open_default_store(settings)
    with pytest.raises(StoreError, match="struck down"):
        await transfer(StoreSource(source, "the old one"), Failing(store, 1))
    await store.close()
    with pytest.raises(TransferError, match="unfinished copy of the old one; run the same command again"):
        await open_default_store(settings)
    await source.close()


def test_the_command_migrates_both_ways_and_says_what_it_did(tmp_path: Path, mongo_url: str) -> None:
    first, back = tmp_path / "first.db", tmp_path / "back.db"
    asyncio.run(filled(first))
    there = migrated(str(first), mongo_url, "--json", str(tmp_path / "report.json"))
    again = migrated(mongo_url, f"sqlite:///{back}", "--mongo-driver", "pymongo")
    assert there["sum"] == again["sum"]
    assert there["sum"]["learners"] == N_LEARNERS
    assert json.loads((tmp_path / "report.json").read_text()) == there
    refused = CliRunner().invoke(main, ["migrate", str(first), mongo_url])
    assert refused.exit_code == 1
    assert "data of its own" in refused.output


def migrated(*arguments: str) -> dict[str, Any]:
    ran = CliRunner().invoke(main, ["migrate", *arguments])
    assert ran.exit_code == 0, ran.output
    report: dict[str, Any] = json.loads(ran.output.splitlines()[-1])
    return report


@pytest.mark.parametrize("source", ["none.db", "mongodb"])
def test_a_source_that_is_not_there_is_told_and_not_made(source: str, tmp_path: Path, mongo_url: str) -> None:
    place = mongo_url if source == "mongodb" else str(tmp_path / source)
    ran = CliRunner().invoke(main, ["migrate", place, str(tmp_path / "target.db")])
    assert ran.exit_code == 1
    assert "there is no store" in ran.output
    assert not (tmp_path / "none.db").exists()


@pytest.mark.slow
async def test_a_migration_that_is_killed_at_any_moment_ends_right(tmp_path: Path, mongo: ReplicaSet) -> None:
    source, url, rng = tmp_path / "source.db", mongo.fresh_url(), random.Random(3)
    store = await open_store(source)
    for n in range(300):
        await store.contents.add([commit(f"l{n:04}", seq, rng) for seq in range(1, 41)], ())
    expected = await sum_of(parts_of(store))
    await store.close()
    assert expected.commits > 4 * COMMITS_PER_MARK
    command = [*PACER, "migrate", str(source), url]
    n_killed = 0
    for _ in range(6):
        process = subprocess.Popen(
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        time.sleep(0.8 + rng.random())
        process.send_signal(signal.SIGKILL)
        process.communicate()
        n_killed += process.returncode == -signal.SIGKILL
    assert n_killed
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if "data of its own" not in ended.stderr:  # else a run ended before it was killed
        assert ended.returncode == 0, ended.stderr
        assert json.loads(ended.stdout.splitlines()[-1])["sum"]["sha256"] == expected.sha256
    copied = await MongoStore.open(url)
    assert await sum_of(parts_of(copied)) == expected
    await copied.close()
    drop(url)
