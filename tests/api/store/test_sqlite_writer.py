"""The writer thread and the event loops it serves."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from api.store import open_store
from api.store.ports import Commit, JournalEntry, StoreError
from api.store.sqlite.files import reading_connection
from api.store.sqlite.store import SqliteStore
from api.store.sqlite.writer import MAX_GROUP


def commit(learner: str) -> Commit:
    event = JournalEntry(id="e", kind="answer", effective_at=1, body=b"")
    return Commit(learner_id=learner, seq=1, events=(event,), facts=(), accepted_at=1)


def writers() -> int:
    return sum(thread.name == "pacer-writer" for thread in threading.enumerate())


def test_closing_in_a_cancelled_task_keeps_what_was_asked_for_and_ends_the_thread(tmp_path: Path) -> None:
    async def serve() -> None:
        store = await open_store(tmp_path / "pacer.db")
        appends = [asyncio.ensure_future(store.journal.append(commit(f"l{n}"))) for n in range(3 * MAX_GROUP)]
        try:
            await asyncio.sleep(0)
            await asyncio.Event().wait()
        finally:
            await store.close()
            await asyncio.gather(*appends)

    async def main() -> None:
        server = asyncio.ensure_future(serve())
        await asyncio.sleep(0.01)
        server.cancel()
        with pytest.raises(asyncio.CancelledError):
            await server

    async def kept() -> int:
        store = await open_store(tmp_path / "pacer.db")
        learners = await store.journal.learners()
        await store.close()
        return len(learners)

    before = writers()
    asyncio.run(main())
    assert writers() == before
    assert asyncio.run(kept()) == 3 * MAX_GROUP


def test_a_loop_that_ended_with_writes_under_way_does_not_stop_the_next_one(tmp_path: Path) -> None:
    store = asyncio.run(open_store(tmp_path / "pacer.db"))

    async def leave() -> None:
        tasks = [asyncio.ensure_future(store.journal.append(commit(f"left{n}"))) for n in range(5)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()

    async def go_on() -> list[str]:
        await store.journal.append(commit("next"))
        return await store.journal.learners()

    asyncio.run(leave())
    assert "next" in asyncio.run(go_on())
    asyncio.run(store.close())


async def test_a_store_in_use_by_one_loop_is_refused_to_another(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "pacer.db")
    await store.journal.append(commit("ann"))

    def elsewhere() -> None:
        asyncio.run(store.journal.append(commit("bob")))

    with pytest.raises(StoreError, match="another event loop"):
        await asyncio.to_thread(elsewhere)
    await store.close()


class Hold:
    """A write that takes until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def apply(self, _: sqlite3.Connection) -> None:
        self.begun.set()
        self.go.wait(60)


async def test_an_append_cancelled_while_its_group_is_written_breaks_nobody_else(tmp_path: Path) -> None:
    store, hold = SqliteStore(tmp_path / "pacer.db"), Hold()
    held = asyncio.ensure_future(store._writer.write(hold))
    cancelled, other = (asyncio.ensure_future(store.journal.append(commit(name))) for name in ("ann", "bob"))
    await asyncio.to_thread(hold.begun.wait, 60)
    cancelled.cancel()
    later = asyncio.ensure_future(store.journal.append(commit("cy")))
    await asyncio.sleep(0)
    hold.go.set()
    assert await asyncio.wait_for(asyncio.gather(held, other, later), 60) == [None] * 3
    assert cancelled.cancelled()
    assert await store.journal.learners() == ["ann", "bob", "cy"]  # written all the same: it was too late
    await store.close()


class Defect:
    """A write with a defect of ours in it."""

    def apply(self, connection: sqlite3.Connection) -> None:
        raise ZeroDivisionError(str(connection))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_defect_in_a_write_answers_everybody_and_stops_writing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "pacer.db")
    writes = (store._writer.write(Defect()), store.journal.append(commit("ann")))
    assert [type(outcome) for outcome in await asyncio.gather(*writes, return_exceptions=True)] == [StoreError] * 2
    await asyncio.to_thread(store._writer._thread.join)
    with pytest.raises(StoreError, match="restart"):
        await store.journal.append(commit("bob"))
    assert await store.journal.learners() == []
    await store.close()


async def test_nobody_is_answered_before_the_commit(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "pacer.db")
    connection = reading_connection(tmp_path / "pacer.db")
    for n in range(50):
        await asyncio.gather(*(store.journal.append(commit(f"{n}-{k}")) for k in range(5)))
        seen = connection.execute("SELECT count(*) FROM commits WHERE learner_id LIKE ?", (f"{n}-%",)).fetchone()[0]
        assert seen == 5
    connection.close()
    await store.close()
