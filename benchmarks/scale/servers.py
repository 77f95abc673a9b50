"""The processes of a measurement at scale, and the processor time each of them takes."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from api.store.mongo.schema import COMMITS
from benchmarks.processes import PACER, PORT, ProcessError, first_line
from benchmarks.sync import cpu_seconds
from tests.servers.mongo import ReplicaSet
from tests.servers.redis import RedisServer

SECRET = "benchmarks-need-no-secret-but-one-long-enough"
RATE = "999999/1"
"""So many requests are let through that none is refused, but each is counted as ever."""
STOP_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running service: its port, its processes that answer, and those it stands on, by name."""

    port: int
    workers: tuple[int, ...]
    beneath: dict[str, int]

    def cpu(self) -> dict[str, float]:
        """Processor seconds so far, of the workers together and of each server beneath."""
        found = {name: cpu_seconds(pid) for name, pid in self.beneath.items()}
        return {"workers": sum(cpu_seconds(pid) for pid in self.workers), **found}


@contextmanager
def served_on_sqlite(data: Path) -> Iterator[Served]:
    """One process on a file."""
    with _pacer(data, ()) as (port, pids):
        yield Served(port, pids, {})


@contextmanager
def served_on_mongo(data: Path, url: str, mongo: ReplicaSet, redis: RedisServer, n_workers: int) -> Iterator[Served]:
    """So many workers on servers that are there."""
    options = ("--store", url, "--workers", str(n_workers))
    with _pacer(data, options, PACER_REDIS=redis.url) as (port, pids):
        beneath = {f"mongod{n}": member.daemon.pid for n, member in enumerate(mongo.members)}
        yield Served(port, pids, {**beneath, "redis": redis.daemon.pid})


@contextmanager
def _pacer(data: Path, options: Sequence[str], **settings: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PACER_")}
    settings |= {"PACER_SECRET": SECRET, "PACER_LEARNER_RATE": RATE, "PACER_ADDRESS_RATE": RATE}
    command = (*PACER, "--data", str(data), *options)
    made = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment | settings)
    try:
        found = PORT.search(first_line(made))
        if found is None:
            raise ProcessError("the server did not start")
        yield int(found[1]), _workers_of(made.pid)
    finally:
        made.terminate()
        made.wait(STOP_SECONDS)
        if made.stdout is not None:
            made.stdout.close()


def _workers_of(pid: int) -> tuple[int, ...]:
    found = subprocess.run(["pgrep", "-P", str(pid), "-f", "spawn_main"], capture_output=True, text=True).stdout
    return tuple(int(line) for line in found.split()) or (pid,)


@contextmanager
def timed(served: Served) -> Iterator[dict[str, float]]:
    """Processor seconds that pass inside the context, by name, and `elapsed` by the clock; filled at its end."""
    before, began, spent = served.cpu(), time.perf_counter(), dict[str, float]()
    yield spent
    spent["elapsed"] = time.perf_counter() - began
    spent.update({name: after - before[name] for name, after in served.cpu().items()})


def held(url: str) -> dict[str, int]:
    """Bytes of a commit: as it is written, as the file keeps it compressed, and of its entries in the indexes."""
    with MongoClient[dict[str, Any]](url) as client:
        client.admin.command("fsync")
        told = client.get_default_database().command("collStats", COMMITS)
    n_commits = max(told["count"], 1)
    return {
        "commit_bytes": round(told["avgObjSize"]),
        "stored_bytes": round(told["storageSize"] / n_commits),
        "index_bytes": round(told["totalIndexSize"] / n_commits),
    }
