"""What an append costs, and what the other ways to write it would cost.

Run as ``python -m benchmarks.store [--rounds 5] [--json FILE]``. The last line printed is JSON; `--json` also writes
it to a file. A commit has one event and two facts, about 1.5 kB, as an answer makes. Each alternative runs once a round
and in turn, and a figure is the best of the rounds: whatever else the machine does can only add to it.

- `group.<way>.<size>`: microseconds of CPU (kernel included) per commit to write groups of that size, by way:
  `statement` is what the store does, `executemany` and `savepoints` are the usual ways.
- `commit.<synchronous>`: microseconds on the clock to make one group of 8 durable.
- `read.loop`, `read.thread`: microseconds per point read on the event loop, and through a thread.
- `append`, `without`: 64 clients in a closed loop, each working 200 microseconds around every append, and the same
  without the append: requests per second, and microseconds of CPU (both threads) per request; `append.cost_us` is the
  difference.
- `fixed_rate`: milliseconds from due time to durable at 1,000 appends per second, each with 200 microseconds of work.
- `history`: median microseconds of an append by a learner with 10 and with 10,000 earlier commits, and the ratio.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from pathlib import Path

import click
import uuid_utils
import uvloop

from api.store import Store, open_store
from api.store.ports import Commit, JournalEntry
from api.store.sqlite.append import Append, insert_all
from api.store.sqlite.files import create, writing_connection

N_CLIENTS = 64
N_LEARNERS = 2000
N_COMMITS = 4000
GROUP_SIZES = (1, 8, 32)
RATE = 1000.0
LONG_HISTORY = 10_000

Figures = dict[str, float]


class Learners:
    """Commits of many learners in turn, each the next of its learner."""

    def __init__(self, n_learners: int = N_LEARNERS) -> None:
        self._ids = [str(uuid_utils.uuid7()) for _ in range(n_learners)]
        self._n = 0

    def commit(self) -> Commit:
        """The next commit."""
        turn, learner = divmod(self._n, len(self._ids))
        self._n += 1
        return answer(self._ids[learner], turn + 1)


def answer(learner_id: str, seq: int) -> Commit:
    """A commit such as an answer makes."""

    def entry(kind: str, n_bytes: int) -> JournalEntry:
        body = b'{"text":"%s"}' % (b"x" * n_bytes)
        return JournalEntry(id=str(uuid_utils.uuid7()), kind=kind, effective_at=time.time_ns() // 10**6, body=body)

    events, facts = (entry("exerciseAnswered", 200),), (entry("answerGraded", 200), entry("exerciseChosen", 800))
    return Commit(learner_id=learner_id, seq=seq, events=events, facts=facts, accepted_at=events[0].effective_at)


# The usual ways to write a group, for comparison.

_COMMITS = "INSERT INTO commits (learner_id, seq, body) VALUES (?, ?, ?)"
_EVENTS = "INSERT INTO events (event_id, learner_id, seq) VALUES (?, ?, ?)"


def with_executemany(connection: sqlite3.Connection, group: Sequence[Append]) -> None:
    """Two statements, each run once for every row."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_COMMITS, [append.row[:3] for append in group])
    connection.executemany(_EVENTS, [(id, *append.row[:2]) for append in group for id in append.event_ids])
    connection.execute("COMMIT")


def with_savepoints(connection: sqlite3.Connection, group: Sequence[Append]) -> None:
    """A savepoint for every member."""
    connection.execute("BEGIN IMMEDIATE")
    for append in group:
        connection.execute("SAVEPOINT member")
        connection.execute(_COMMITS, append.row[:3])
        connection.executemany(_EVENTS, [(id, *append.row[:2]) for id in append.event_ids])
        connection.execute("RELEASE member")
    connection.execute("COMMIT")


WAYS: dict[str, Callable[[sqlite3.Connection, Sequence[Append]], None]] = {
    "statement": insert_all,
    "executemany": with_executemany,
    "savepoints": with_savepoints,
}


@contextlib.contextmanager
def new_file() -> Iterator[sqlite3.Connection]:
    """The writing connection of an empty store."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "pacer.db"
        create(path)
        with contextlib.closing(writing_connection(path)) as connection:
            yield connection


def groups(n_commits: int, size: int) -> list[list[Append]]:
    """Commits ready to be written, in groups."""
    learners = Learners()
    return [[Append(learners.commit()) for _ in range(size)] for _ in range(n_commits // size)]


def group_writes() -> Figures:
    """CPU per commit by way and size of group."""
    figures: Figures = {}
    for size in GROUP_SIZES:
        for way, write in WAYS.items():
            prepared = groups(N_COMMITS // (4 if size == 1 else 1), size)
            with new_file() as connection:
                start = time.process_time()
                for group in prepared:
                    write(connection, group)
                spent = time.process_time() - start
            figures[f"group.{way}.{size}.cpu_us"] = spent / (len(prepared) * size) * 1e6
    return figures


def durability() -> Figures:
    """Time to write a group of 8 that survives power loss, and one that survives only a crash of the program."""
    figures: Figures = {}
    for synchronous in ("FULL", "NORMAL"):
        prepared = groups(N_COMMITS // 2, 8)
        with new_file() as connection:
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            start = time.perf_counter()
            for group in prepared:
                insert_all(connection, group)
            figures[f"commit.{synchronous.lower()}.us"] = (time.perf_counter() - start) / len(prepared) * 1e6
    return figures


@contextlib.asynccontextmanager
async def new_store() -> AsyncIterator[Store]:
    """An empty store."""
    with tempfile.TemporaryDirectory() as directory:
        store = await open_store(Path(directory) / "pacer.db")
        try:
            yield store
        finally:
            await store.close()


async def reads() -> Figures:
    """A point read on the loop and through a thread."""
    async with new_store() as store:
        learners = Learners()
        commits = [learners.commit() for _ in range(1000)]
        await asyncio.gather(*(store.journal.append(commit) for commit in commits))

        async def here(commit: Commit) -> None:
            await store.journal.find_event(commit.learner_id, commit.events[0].id)

        async def in_thread(commit: Commit) -> None:
            await asyncio.to_thread(finish, here(commit))

        return {
            "read.loop.us": await _mean_us(here, commits),
            "read.thread.us": await _mean_us(in_thread, commits),
        }


def finish(read: Coroutine[None, None, None]) -> None:
    """Run a read that never waits to its end."""
    with contextlib.suppress(StopIteration):
        read.send(None)


async def _mean_us(read: Callable[[Commit], Awaitable[None]], commits: Sequence[Commit]) -> float:
    start = time.perf_counter()
    for commit in commits:
        await read(commit)
    return (time.perf_counter() - start) / len(commits) * 1e6


def work(units: int) -> int:
    """What else a request costs: arithmetic that holds the interpreter."""
    total = 0
    for unit in range(units):
        total += unit
    return total


def units_of(microseconds: float) -> int:
    """How many units of work take this long when nothing else runs."""
    times = []
    for _ in range(50):
        start = time.perf_counter()
        work(10_000)
        times.append(time.perf_counter() - start)
    return int(10_000 * microseconds * 1e-6 / min(times))


async def _closed_loop(store: Store | None, units: int) -> tuple[float, float]:
    """Requests per second, and CPU microseconds per request."""
    learners, left = Learners(), iter(range(N_COMMITS))

    async def client() -> None:
        for _ in left:
            work(units // 2)
            commit = learners.commit()
            if store is None:
                await asyncio.sleep(0)
            else:
                await store.journal.append(commit)
            work(units // 2)

    start, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(N_CLIENTS)))
    elapsed, spent = time.perf_counter() - start, time.process_time() - cpu
    return N_COMMITS / elapsed, spent / N_COMMITS * 1e6


async def appends(units: int) -> Figures:
    """Throughput and CPU of appends, with the cost of everything else taken off."""
    bare_rate, bare_cpu = await _closed_loop(None, units)
    async with new_store() as store:
        rate, cpu = await _closed_loop(store, units)
    return {
        "append.per_second": rate,
        "without.per_second": bare_rate,
        "append.cpu_us": cpu,
        "without.cpu_us": bare_cpu,
    }


async def fixed_rate(units: int) -> Figures:
    """Latency of an append in an open loop."""
    learners, took = Learners(), []
    async with new_store() as store:

        async def request(due: float) -> None:
            work(units)
            await store.journal.append(learners.commit())
            took.append((time.perf_counter() - due) * 1e3)

        start, under_way = time.perf_counter(), []
        for n in range(int(RATE * 2)):
            due = start + n / RATE
            while (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            under_way.append(asyncio.ensure_future(request(due)))
        await asyncio.gather(*under_way)
    took.sort()
    return {f"fixed_rate.p{q}.ms": took[math.ceil(len(took) * q / 100) - 1] for q in (50, 99)}


async def history() -> Figures:
    """An append after few and after many others of the same learner."""
    async with new_store() as store:
        for start in range(1, LONG_HISTORY + 1, 500):
            await asyncio.gather(*(store.journal.append(answer("long", start + n)) for n in range(500)))
        took: dict[str, list[float]] = defaultdict(list)
        for n in range(300):
            for learner, seq in (("long", LONG_HISTORY + 1 + n), (f"short-{n}", 11)):
                if learner != "long":
                    await asyncio.gather(*(store.journal.append(answer(learner, k)) for k in range(1, 11)))
                commit = answer(learner, seq)
                begun = time.perf_counter()
                await store.journal.append(commit)
                took[learner.split("-")[0]].append((time.perf_counter() - begun) * 1e6)
    short, long = statistics.median(took["short"]), statistics.median(took["long"])
    return {"history.10.us": short, "history.10000.us": long}


async def _one_round(units: int) -> Figures:
    return {
        **group_writes(),
        **durability(),
        **await reads(),
        **await appends(units),
        **await fixed_rate(units),
        **await history(),
    }


def measure(rounds: int) -> Figures:
    """All figures, each the best of the rounds."""
    units = units_of(200)
    measured = [uvloop.run(_one_round(units)) for _ in range(rounds)]
    best = {name: max if name.endswith("per_second") else min for name in measured[0]}
    figures = {name: choose(figures[name] for figures in measured) for name, choose in best.items()}
    figures["append.cost_us"] = figures["append.cpu_us"] - figures["without.cpu_us"]
    figures["history.ratio"] = figures["history.10000.us"] / figures["history.10.us"]
    return {name: round(value, 2) for name, value in figures.items()}


@click.command()
@click.option("--rounds", default=5, show_default=True, help="how often each figure is measured")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(rounds: int, json_file: Path | None) -> None:
    """Measure the store."""
    figures = measure(rounds)
    for name, value in figures.items():
        click.echo(f"{name:32} {value:12,.2f}")
    line = json.dumps({"benchmark": "store", "sqlite": sqlite3.sqlite_version, "rounds": rounds, **figures})
    if json_file is not None:
        json_file.write_text(line + "\n")
    click.echo(line)


if __name__ == "__main__":
    main()
