"""The SQLite file: what is refused, that refusing changes nothing, and what its connection promises."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import struct
from pathlib import Path

import pytest

from api.store import check_store, open_store
from api.store.ports import Commit, CorruptStoreError, JournalEntry, StoreError
from api.store.sqlite.files import find_damage, reading_connection
from api.store.sqlite.schema import SCHEMA_VERSION
from api.store.sqlite.store import SqliteStore


def commit(learner: str, seq: int, n_bytes: int = 600) -> Commit:
    event = JournalEntry(id=f"e{seq}", kind="answer", effective_at=1, body=b"x" * n_bytes)
    return Commit(learner_id=learner, seq=seq, events=(event,), facts=(), accepted_at=1)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A closed store with 400 commits and a document."""
    store = await open_store(tmp_path / "pacer.db")
    await asyncio.gather(*(store.journal.append(commit(f"l{n % 20}", n + 1)) for n in range(400)))
    await store.documents.put("note", "n", b"{}")
    await store.close()
    return tmp_path / "pacer.db"


async def refused(path: Path, match: str) -> None:
    before = path.read_bytes()
    with pytest.raises(CorruptStoreError, match=match):
        await open_store(path)
    assert path.read_bytes() == before


class Ask:
    """A write that only asks the writer's connection for a pragma."""

    def __init__(self, pragma: str) -> None:
        self.pragma = pragma

    def apply(self, connection: sqlite3.Connection) -> object:
        return connection.execute(f"PRAGMA {self.pragma}").fetchone()[0]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("fullfsync", 1), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
async def test_the_connection_that_writes_syncs_each_commit(path: Path, pragma: str, value: object) -> None:
    store = SqliteStore(path)
    assert await store._writer.write(Ask(pragma)) == value
    await store.close()


async def test_a_path_and_a_url_open_the_same_store(path: Path) -> None:
    for url in (str(path), f"sqlite:///{path}"):
        store = await open_store(url)
        assert len(await store.journal.learners()) == 20
        await store.close()


@pytest.mark.parametrize("url", ["sqlite://pacer.db", "postgres://ann:secret@x/y"])
async def test_an_unknown_url_is_refused_naming_what_is_allowed(url: str) -> None:
    with pytest.raises(StoreError, match="allowed are a file path, sqlite:///path and mongodb://") as caught:
        await open_store(url)
    assert "secret" not in str(caught.value)


async def test_a_place_that_cannot_hold_a_file_is_named_and_left_alone(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere" / "pacer.db", tmp_path):
        with pytest.raises(StoreError, match=f"not {place}"):
            await open_store(place)
    with pytest.raises(StoreError, match="no store at"):
        await check_store(tmp_path / "pacer.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("n_bytes", [0, 1, 50, 99])
async def test_a_file_cut_off_in_its_header_is_refused(path: Path, n_bytes: int) -> None:
    path.write_bytes(path.read_bytes()[:n_bytes])
    await refused(path, "damaged|lost its contents")


@pytest.mark.parametrize("n_bytes", [1, 100, 4096, 5000, 10 * 4096, 40 * 4096])
async def test_a_file_that_lost_its_end_is_refused(path: Path, n_bytes: int) -> None:
    path.write_bytes(path.read_bytes()[:-n_bytes])
    await refused(path, "damaged")
    with pytest.raises(CorruptStoreError):
        await check_store(path)


@pytest.mark.parametrize("page", [1, 2, 3, 5, 20])
async def test_a_page_of_garbage_is_refused(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    await refused(path, "damaged")


async def test_text_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database\n" * 100)
    await refused(path, "no SQLite database")


async def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (x)")
    other.close()
    await refused(path, "another program")


async def test_a_newer_schema_is_refused(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[60:64] = struct.pack(">I", SCHEMA_VERSION + 1)
    path.write_bytes(content)
    await refused(path, f"schema version {SCHEMA_VERSION + 1}, this Pacer knows {SCHEMA_VERSION}")


async def test_a_missing_file_whose_log_is_there_is_not_replaced_by_an_empty_one(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    log = path.with_name("pacer.db-wal")
    log.write_bytes(b"commits that were not yet moved into the file")
    with pytest.raises(CorruptStoreError, match="is missing but its write-ahead log"):
        await open_store(path)
    assert not path.exists()
    assert log.exists()


async def test_what_a_crash_while_making_the_file_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "pacer.db-new").write_bytes(b"half a file")
    store = await open_store(tmp_path / "pacer.db")
    await store.journal.append(commit("ann", 1))
    await store.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["pacer.db", "pacer.db-lock"]


async def test_damage_met_while_serving_is_reported_as_damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    connection = sqlite3.connect(path)
    body = connection.execute("SELECT body FROM commits WHERE learner_id = 'l0' AND seq = 1").fetchone()[0]
    connection.close()
    where = content.index(body)
    content[where] = 0xC1  # a byte that MessagePack never uses
    path.write_bytes(content)
    store = await open_store(path)
    with pytest.raises(CorruptStoreError, match="commit 1 of learner l0 is damaged"):
        await store.journal.read("l0")
    assert len(await store.journal.read("l1")) == 20
    await store.close()
    with pytest.raises(CorruptStoreError, match="commit 1 of learner l0"):
        await check_store(path)


async def test_an_event_without_its_index_is_found_by_the_full_check(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM events WHERE event_id = 'e7'")
    connection.commit()
    connection.close()
    with pytest.raises(CorruptStoreError, match="400 events, but 399 are indexed"):
        await check_store(path)


async def test_the_full_check_runs_beside_a_server(path: Path) -> None:
    store = await open_store(path)
    await store.journal.append(commit("new", 1))
    assert "401 commits with 401 events, and 1 documents" in await check_store(path)
    await store.close()


def test_the_check_at_opening_ends_in_time(path: Path) -> None:
    assert find_damage(path, "quick_check", seconds=60.0) is True
    assert find_damage(path, "quick_check", seconds=-1.0) is False


async def test_a_second_server_on_one_file_is_refused_until_the_first_lets_go(path: Path) -> None:
    first = await open_store(path)
    with pytest.raises(StoreError, match="in use by another Pacer server"):
        await open_store(path)
    await first.close()
    await (await open_store(path)).close()


async def test_a_refused_file_is_let_go(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(b"")
    await refused(path, "lost its contents")
    path.write_bytes(whole)
    await (await open_store(path)).close()


async def test_the_reading_connection_cannot_write(path: Path) -> None:
    connection = reading_connection(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM commits")
    connection.close()


@pytest.mark.parametrize("damaged", [b"", b"\xc1", b"\x93\x01\x91\x94\xa1\xff\xa1k\x01\xc4\x00\x90"])
async def test_a_commit_that_cannot_be_read_is_told(path: Path, damaged: bytes) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE commits SET body = ? WHERE learner_id = 'l1' AND seq = 2", (damaged,))
    store = await open_store(path)
    with pytest.raises(CorruptStoreError, match="commit 2 of learner l1 is damaged"):
        await store.journal.read("l1")
    await store.close()
