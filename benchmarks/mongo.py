"""Motor against PyMongo's asyncio client, under the store, in turn in one run.

Run as ``python -m benchmarks.mongo --url mongodb://HOST/DATABASE?replicaSet=NAME [--rounds 5] [--json FILE]`` on a
database with nothing in it. Without `--url` it starts a mongod of its own. The last line printed is JSON.

For each driver and operation: operations per second with 32 in flight, and microseconds of CPU of this process (all
threads, kernel included) per operation, each the best of the rounds, since whatever else the machine does only adds;
and the ratio of Motor's to PyMongo's, the median of the rounds with the lowest and the highest.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import click
import uuid_utils
import uvloop

from api.store.mongo.drivers import Driver
from api.store.mongo.store import MongoStore
from api.store.ports import Commit, JournalEntry

IN_FLIGHT = 32
N_OPERATIONS = 1500
Figures = dict[str, float]


def commit(learner: str, seq: int) -> Commit:
    """About what an answer makes: one event, two facts, 1.5 kB."""
    event, *facts = (
        JournalEntry(id=str(uuid_utils.uuid7()), kind="exerciseAnswered", effective_at=seq, body=b"x" * 450)
        for _ in range(3)
    )
    return Commit(learner_id=learner, seq=seq, events=(event,), facts=tuple(facts), accepted_at=seq)


async def in_flight(operation: Callable[[int], Awaitable[object]]) -> tuple[float, float]:
    """Operations per second, and microseconds of CPU per operation."""
    numbers = iter(range(N_OPERATIONS))

    async def client() -> None:
        for n in numbers:
            await operation(n)

    begun, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
    return N_OPERATIONS / (time.perf_counter() - begun), (time.process_time() - used) / N_OPERATIONS * 1e6


async def measured(url: str, driver: Driver) -> dict[str, tuple[float, float]]:
    """One round of one driver."""
    store = await MongoStore.open(url, driver)
    learners = [str(uuid_utils.uuid7()) for _ in range(N_OPERATIONS)]
    await asyncio.gather(*(store.reach() for _ in range(IN_FLIGHT)))  # connections are there before it counts
    operations: dict[str, Callable[[int], Awaitable[object]]] = {
        "append": lambda n: store.journal.append(commit(learners[n], 1)),
        "read": lambda n: store.journal.read(learners[n]),
        "put": lambda n: store.documents.put("account", learners[n], b'{"name":"x"}', expected_version=0),
        "get": lambda n: store.documents.get("account", learners[n]),
    }
    found = {name: await in_flight(operation) for name, operation in operations.items()}
    await store.close()
    return found


async def compare(url: str, rounds: int) -> Figures:
    """All rounds, each driver first in every other one."""
    drivers: list[Driver] = list(get_args(Driver))
    seen: dict[Driver, list[dict[str, tuple[float, float]]]] = {driver: [] for driver in drivers}
    for round in range(rounds):
        for driver in drivers if round % 2 else reversed(drivers):
            seen[driver].append(await measured(url, driver))
    figures: Figures = {}
    for name in seen["motor"][0]:
        for driver in drivers:
            figures[f"{name}.{driver}.per_s"] = round_off(max(one[name][0] for one in seen[driver]))
            figures[f"{name}.{driver}.cpu_us"] = round_off(min(one[name][1] for one in seen[driver]))
        pairs = zip(seen["motor"], seen["pymongo"], strict=True)
        ratios = [one[name][0] / other[name][0] for one, other in pairs]
        figures[f"{name}.ratio"] = round_off(statistics.median(ratios))
        figures[f"{name}.ratio_lowest"], figures[f"{name}.ratio_highest"] = map(round_off, (min(ratios), max(ratios)))
    return figures


def round_off(value: float) -> float:
    """Three digits."""
    return float(f"{value:.3g}")


@contextmanager
def database(url: str | None) -> Iterator[str]:
    """The given database, or one on a server of its own."""
    if url is not None:
        yield url
        return
    from tests.servers.mongo import running_replica_set

    with tempfile.TemporaryDirectory() as folder, running_replica_set(Path(folder)) as replica_set:
        yield replica_set.url("benchmark")


@click.command()
@click.option("--url", help="a MongoDB database with nothing in it")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(url: str | None, rounds: int, json_file: Path | None) -> None:
    """Measure both drivers; about a minute."""
    with database(url) as place, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        line = json.dumps(runner.run(compare(place, rounds)))
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    main()
