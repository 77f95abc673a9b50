"""No job is lost when a worker or Redis dies."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from api.composition import system_clock
from api.jobs.job import STATES, slot_of
from api.jobs.outbox import Outbox
from api.jobs.ports import Run
from api.jobs.retries import Retries
from api.jobs.saq_wakes import Queue
from api.store.opening import Store, open_store
from tests.api.jobs.conftest import Note, opened, until
from tests.api.jobs.worker import open_any
from tests.servers.redis import RedisServer

ROOT = Path(__file__).parents[3]


@contextmanager
def worker(where: str | Path, url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process, killed at the end."""
    command = [sys.executable, "-m", "tests.api.jobs.worker", str(where), url, str(log)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_job_whose_worker_was_killed_in_the_middle_runs_again(tmp_path: Path, jobs_url: str) -> None:
    path, log = tmp_path / "pacer.db", tmp_path / "runs"
    store = await open_store(path)
    async with opened(store, "") as desk:
        desk.register(lambda _, __: asyncio.sleep(0))
        await desk.outbox.declare()
        await desk.jobs.enqueue("note", Note("hello"))
    await store.close()
    with worker(path, jobs_url, log) as process:
        await until(log.exists)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with worker(path, jobs_url, log):
        await until(lambda: [line.split()[:2] for line in lines(log)] == [["hello", "1"], ["hello", "2"]])


@pytest.mark.slow
async def test_of_two_workers_on_mongodb_and_redis_one_may_be_killed_and_every_job_is_done(
    mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "runs"
    store = await open_any(mongo_url)
    async with opened(store, redis_url) as desk:
        desk.register(lambda _, __: asyncio.sleep(0))
        await desk.outbox.declare()
        with worker(mongo_url, redis_url, log) as one, worker(mongo_url, redis_url, log) as two:
            for i in range(40):
                await desk.jobs.enqueue("note", Note(f"{i}"))
                if i == 20:
                    await until(lambda: lines(log))
                    stuck = int(lines(log)[0].split()[2])
                    (one if one.pid == stuck else two).send_signal(signal.SIGKILL)
            await gone(desk.outbox)
        assert {line.split()[0] for line in lines(log)} == {f"{i}" for i in range(40)}
    await store.close()


def lines(log: Path) -> list[str]:
    """What ran, in order."""
    return log.read_text().splitlines() if log.exists() else []


async def gone(outbox: Outbox) -> None:
    """Wait until nothing is left to do."""
    async with asyncio.timeout(60):
        for state in STATES:
            while [found async for found in outbox.in_state(state)]:
                await asyncio.sleep(0.1)


async def test_a_job_that_kills_every_worker_ends_in_the_dead_letters(store: Store, jobs_url: str) -> None:
    async def handler(_: Note, __: Run) -> None:
        """It would work, but nobody gets there."""

    async with opened(store, jobs_url) as desk:
        desk.register(handler, Retries(max_attempts=2))
        await desk.outbox.declare()
        id, _ = await desk.outbox.add("note", b'{"text": "hello"}', "deadly", None)
        for _ in range(2):  # what a worker that is killed leaves behind
            claim = await desk.jobs._runner._claim(id)
            assert claim is not None
            lapsed = msgspec.structs.replace(claim.found.job, due_at=0, slot=slot_of(0))
            assert await desk.outbox.change(claim.found, lapsed) is not None
        await desk.jobs.start()
        await until(lambda: desk.n_dead)
        found = await desk.outbox.get(id)
        assert found is not None
        assert "never came back, 2 times in all" in found.job.error


async def test_jobs_that_redis_forgot_are_told_of_again(store: Store, redis_url: str, redis: RedisServer) -> None:
    seen: list[str] = []

    async def handler(note: Note, _: Run) -> None:
        seen.append(note.text)

    async with opened(store, "") as asking:
        asking.register(handler)
        await asking.outbox.declare()
        async with opened(store, redis_url) as desk:
            desk.register(handler)
            await desk.jobs.start()
            await desk.jobs._wakes.wake("nobody", 0, 0.0)
            for round_ in range(5):
                await asking.jobs.enqueue("note", Note(f"{round_}"))
                redis.empty()
                redis.command("SCRIPT FLUSH")
                await asyncio.sleep(0.05)
            await until(lambda: len(seen) == 5)
    assert sorted(seen) == ["0", "1", "2", "3", "4"]


async def test_jobs_run_on_while_redis_is_dead_and_through_it_once_it_is_back(
    store: Store, redis_url: str, redis: RedisServer
) -> None:
    seen: list[str] = []

    async def handler(note: Note, _: Run) -> None:
        await asyncio.sleep(0.01)
        seen.append(note.text)

    async with opened(store, redis_url) as desk:
        desk.register(handler)
        await desk.jobs.start()
        expected = []
        for i in range(90):
            if i == 30:
                redis.stop(signal.SIGKILL)
            if i == 60:
                redis.start()
            await desk.jobs.enqueue("note", Note(f"{i}"))
            expected.append(f"{i}")
        await until(lambda: desk.counted["note", "done"] >= 90)
        assert set(seen) == set(expected)
        assert [found async for found in desk.outbox.in_state("dead")] == []


async def test_a_dead_redis_is_not_asked_over_and_over(
    store: Store, redis_url: str, redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_asked = 0
    ask = Queue.dequeue

    async def counted(self: Queue, timeout: float = 0.0, poll_interval: float = 0.0) -> object:
        nonlocal n_asked
        n_asked += 1
        return await ask(self, timeout, poll_interval)

    monkeypatch.setattr(Queue, "dequeue", counted)
    async with opened(store, redis_url) as desk:
        desk.register(lambda _, __: asyncio.sleep(0))
        await desk.jobs.start()
        redis.stop(signal.SIGKILL)
        n_asked = 0
        with caplog.at_level(logging.INFO):
            await asyncio.sleep(2.0)
        assert n_asked <= 4 * 6
        assert not [record for record in caplog.records if record.exc_info]


async def test_what_a_killed_runner_left_in_the_queue_is_tidied_away(
    store: Store, redis_url: str, redis: RedisServer
) -> None:
    async with opened(store, redis_url) as desk:
        queue = desk.jobs._wakes._queue  # type: ignore[attr-defined]
        for id in ("taken", "forgotten"):
            await desk.jobs._wakes.wake(id, 0, 0.0)
            assert await queue.dequeue(0.1) is not None
        redis.command("DEL saq:job:pacer:forgotten:0")
        await desk.jobs._wakes.wake("waiting", 0, 0.0)
        await queue.tidy()
        assert await queue.count("active") == 0
        assert await queue.count("incomplete") == 1


@pytest.mark.parametrize("begun", [False, True])
async def test_a_job_whose_worker_was_killed_before_it_could_claim_it_is_told_of_again(
    store: Store, redis_url: str, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    monkeypatch.setattr("api.jobs.saq_wakes.CLAIM_SECONDS", 0.2)
    async with opened(store, redis_url) as dead, opened(store, redis_url) as alive:
        for desk in (dead, alive):
            desk.register(lambda _, __: asyncio.sleep(0))
        await dead.outbox.declare()
        await dead.jobs.enqueue("note", Note("hello"))
        entry = await dead.jobs._wakes._queue.dequeue(0.1)  # type: ignore[attr-defined]
        if begun:
            entry.started = system_clock()
            await entry.update(status="active")
        await alive.jobs.start()
        await until(lambda: alive.counted["note", "done"])
