"""A store in a file and back: beside a running server, whole or not at all, without those who were erased."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import shutil
import stat
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from api.cli import main
from api.composition import DATABASE_FILE
from api.store.backup import Backup, read_erased, write_backup
from api.store.contents import parts_of, sum_of
from api.store.mongo.store import MongoStore
from api.store.opening import Store, open_existing, open_store
from api.store.ports import Commit, CorruptStoreError, JournalEntry, Snapshot, StoreError
from api.store.transfer import transfer
from tests.api.servers import Server, running_server
from tests.api.store.conftest import BACKENDS
from tests.api.store.test_transfer import fill

NOW = 1_772_357_400_000


@pytest.fixture(params=["sqlite", "motor"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    opened = await BACKENDS[request.param](request)()
    yield opened
    await opened.close()


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(tmp_path / "restored.db")
    yield opened
    await opened.close()


async def test_what_was_written_is_restored_as_it_was(store: Store, empty: Store, tmp_path: Path) -> None:
    await fill(store)
    written = await write_backup(store, tmp_path / "b", NOW)
    backup = await Backup.open(tmp_path / "b")
    restored, resumed = await transfer(backup, empty)
    assert written == backup.sum == restored == await sum_of(parts_of(store)) == await sum_of(parts_of(empty))
    assert not resumed


async def test_a_backup_of_a_file_is_restored_into_a_database(tmp_path: Path, mongo_url: str) -> None:
    source = await open_store(tmp_path / "source.db")
    await fill(source, 6)
    written = await write_backup(source, tmp_path / "b", NOW)
    await source.close()
    target = await MongoStore.open(mongo_url, "pymongo")
    assert (await transfer(await Backup.open(tmp_path / "b"), target))[0] == written
    await target.close()


def commit(learner: str, seq: int) -> Commit:
    event = JournalEntry(id=str(uuid.uuid4()), kind="answer", effective_at=seq, body=b"x" * 200)
    return Commit(learner_id=learner, seq=seq, events=(event,), facts=(), accepted_at=seq)


async def learn(store: Store, learner: str, acknowledged: dict[str, list[Commit]], stop: asyncio.Event) -> None:
    """Append, snapshot and write a document, again and again; tell what was acknowledged."""
    seq = len(acknowledged.setdefault(learner, []))
    while not stop.is_set():
        seq += 1
        one = commit(learner, seq)
        await store.journal.append(one)
        acknowledged[learner].append(one)
        if seq % 7 == 0:
            at = seq // 7 * 86_400_000
            await store.journal.save_snapshot(
                Snapshot(learner_id=learner, seq=seq, at=at, fold_version=1, body=b"%d" % seq)
            )
            await store.documents.put("account", learner, json.dumps({"seq": seq}).encode())
        await asyncio.sleep(0)


async def test_a_backup_under_load_has_all_that_was_acknowledged_before_and_of_each_learner_a_beginning(
    store: Store, empty: Store, tmp_path: Path
) -> None:
    acknowledged: dict[str, list[Commit]] = {}
    stop = asyncio.Event()
    beside = store if store.kind != "SQLite" else await open_existing(str(store), beside=True)
    learners = [asyncio.ensure_future(learn(store, f"l{n:02}", acknowledged, stop)) for n in range(12)]
    for round in range(100):
        await asyncio.sleep(0.1)
        before = {learner: len(commits) for learner, commits in acknowledged.items()}
        await write_backup(beside, tmp_path / f"b{round}", NOW)
        after = {learner: len(commits) for learner, commits in acknowledged.items()}
        if all(before.values()) and sum(after.values()) > sum(before.values()):
            break  # something was acknowledged while it was written
    assert sum(after.values()) > sum(before.values())
    # restored while the other store is still written to
    await transfer(await Backup.open(tmp_path / f"b{round}"), empty)
    stop.set()
    await asyncio.gather(*learners)
    if beside is not store:
        await beside.close()
    for learner, commits in acknowledged.items():
        kept = await empty.journal.read(learner)
        assert before[learner] <= len(kept) <= after[learner] + 1
        assert kept == commits[: len(kept)]
        assert all(snapshot.seq <= len(kept) for snapshot in await empty.contents.snapshots(learner))


async def test_a_backup_that_was_changed_or_cut_off_anywhere_is_refused(
    store: Store, empty: Store, tmp_path: Path
) -> None:
    await fill(store, 5)
    await write_backup(store, tmp_path / "b", NOW)
    whole, rng = (tmp_path / "b").read_bytes(), random.Random(1)
    plain = gzip.decompress(whole)
    for n in range(60):
        if n % 3 == 0:
            damaged = whole[: rng.randrange(len(whole))]
        elif n % 3 == 1:
            at = rng.randrange(10, len(whole))
            damaged = whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :]
        else:  # a change that gzip cannot see
            at = rng.randrange(len(plain))
            damaged = gzip.compress(plain[:at] + bytes([plain[at] ^ 1 << rng.randrange(8)]) + plain[at + 1 :])
        (tmp_path / "damaged").write_bytes(damaged)
        try:
            opened = await Backup.open(tmp_path / "damaged")
        except CorruptStoreError:
            continue
        assert opened.sum == (await Backup.open(tmp_path / "b")).sum  # only when it was written stands elsewhere
    assert await empty.journal.learners() == []


async def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    for name, content in (("empty", b""), ("text", b"hello"), ("gzip", gzip.compress(b"hello" * 9))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CorruptStoreError, match="no backup"):
            await Backup.open(tmp_path / name)
    with pytest.raises(StoreError, match="there is no file"):
        await Backup.open(tmp_path / "missing")


async def test_an_erased_learner_does_not_come_back(store: Store, empty: Store, tmp_path: Path) -> None:
    for learner in ("ann", "bob"):
        await store.journal.append(commit(learner, 1))
        await store.documents.put("account", learner, b'{"name": "somebody"}')
        await store.documents.put("sign-in", f"s-{learner}", json.dumps({"learnerId": learner}).encode())
        await store.documents.put("class", f"c-{learner}", json.dumps({"members": [learner]}).encode())
    await store.documents.put("note", "n", b"ann, but no JSON")
    await write_backup(store, tmp_path / "b", NOW)
    (tmp_path / "erased").write_text("# ids\n\nann 2026-03-01\n")
    backup = await Backup.open(tmp_path / "b", read_erased(tmp_path / "erased"))
    restored, _ = await transfer(backup, empty)
    assert restored.learners == 1
    assert await empty.journal.learners() == ["bob"]
    kept = [document.id for kind in await empty.contents.kinds() for document in await empty.documents.all(kind)]
    assert kept == ["bob", "c-ann", "c-bob", "n", "s-bob"]


async def test_a_backup_is_never_written_over_another_and_is_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    await write_backup(store, tmp_path / "b", NOW)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="never written over"):
        await write_backup(store, tmp_path / "b", NOW)
    with pytest.raises(StoreError, match="cannot be written"):
        await write_backup(store, tmp_path / "missing" / "b", NOW)
    assert sorted(path.name for path in tmp_path.glob("b*")) == ["b"]


async def test_a_backup_that_fails_leaves_nothing(store: Store, tmp_path: Path) -> None:
    await store.journal.append(commit("ann", 1))

    def fail(_: int) -> None:
        raise StoreError("the disk is gone")

    with pytest.raises(StoreError, match="the disk is gone"):
        await write_backup(store, tmp_path / "b", NOW, fail)
    assert list(tmp_path.glob("b*")) == []


async def test_a_file_is_backed_up_beside_the_server_that_has_it(tmp_path: Path) -> None:
    server = await open_store(tmp_path / "pacer.db")
    await fill(server, 4)
    beside = await open_existing(tmp_path / "pacer.db", beside=True)
    assert await write_backup(beside, tmp_path / "b", NOW) == await sum_of(parts_of(server))
    with pytest.raises(StoreError, match="reading only"):
        await beside.journal.append(commit("ann", 1))
    await beside.close()
    await server.close()


def test_the_commands_back_up_and_restore(tmp_path: Path, mongo_url: str) -> None:
    async def prepare() -> None:
        (tmp_path / "data").mkdir()
        store = await open_store(tmp_path / "data" / DATABASE_FILE)
        await fill(store, 4)
        await store.close()

    asyncio.run(prepare())
    written = called("backup", str(tmp_path / "b"), "--data", str(tmp_path / "data"))
    restored = called("restore", str(tmp_path / "b"), "--data", str(tmp_path / "other"), "--store", mongo_url)
    again = called("backup", str(tmp_path / "again"), "--data", str(tmp_path / "other"), "--store", mongo_url)
    assert written["sum"] == restored["sum"] == again["sum"]
    refused = CliRunner().invoke(main, ["restore", str(tmp_path / "b"), "--data", str(tmp_path / "data")])
    assert refused.exit_code == 1
    assert "data of its own" in refused.output


def test_the_commands_say_where_the_secret_is_that_they_leave_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, other, file = (str(tmp_path / name) for name in ("data", "other", "b"))
    Path(data).mkdir()
    asyncio.run(_made(Path(data) / DATABASE_FILE))
    assert f"not in it: keep {data}/secret too" in told("backup", file, "--data", data)
    assert f"put it back as {other}/secret or PACER_SECRET" in told("restore", file, "--data", other)
    monkeypatch.setenv("PACER_SECRET", "s" * 32)
    assert "not in it: keep PACER_SECRET too" in told("backup", file + "2", "--data", data)
    assert "secret" not in told("restore", file, "--data", str(tmp_path / "third"))
    for command in ("backup", "restore"):
        assert "The secret of the server is" in " ".join(told(command, "--help").split())


async def _made(path: Path) -> None:
    store = await open_store(path)
    await fill(store, 1)
    await store.close()


@pytest.mark.slow
def test_with_the_secret_a_restored_server_knows_who_was_signed_in_and_without_it_who_they_are(tmp_path: Path) -> None:
    def signed_in(server: Server) -> int:
        headers = {"authorization": f"Bearer {guest['accessToken']}"}
        return httpx.get(f"{server.url}/v1/me", headers=headers).status_code

    quiet = {"PACER_STARTER": "false"}
    for name in ("first", "second", "third"):
        (tmp_path / name).mkdir()
    with running_server(tmp_path / "first", **quiet) as server:
        guest = httpx.post(f"{server.url}/v1/auth/guest", json={"zone": "UTC"}).json()
        assert signed_in(server) == 200
        called("backup", str(tmp_path / "b"), "--data", str(tmp_path / "first" / "data"))
    for name in ("second", "third"):
        called("restore", str(tmp_path / "b"), "--data", str(tmp_path / name / "data"))
    shutil.copy2(tmp_path / "first" / "data" / "secret", tmp_path / "second" / "data" / "secret")
    with running_server(tmp_path / "second", **quiet) as server:
        assert signed_in(server) == 200
        assert refreshed(server, guest) == 200
    with running_server(tmp_path / "third", **quiet) as server:
        assert signed_in(server) == 401
        assert refreshed(server, guest) == 401
        shown = {"learnerId": guest["learnerId"], "deviceSecret": guest["deviceSecret"], "zone": "UTC"}
        back = httpx.post(f"{server.url}/v1/auth/guest", json=shown)
        assert (back.is_success, back.json()["learnerId"]) == (True, guest["learnerId"])


def refreshed(server: Server, tokens: dict[str, str]) -> int:
    answer = httpx.post(f"{server.url}/v1/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
    return answer.status_code


def told(*arguments: str) -> str:
    """What a command says, its last line left out."""
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 0, ran.output
    return ran.output.rpartition("{")[0] or ran.output


def called(*arguments: str) -> dict[str, object]:
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 0, ran.output
    report: dict[str, object] = json.loads(ran.output.splitlines()[-1])
    return report
