"""What the service carries, and on what: ``python -m benchmarks.scale [--rounds 3] [--learners N] [--json FILE]``.

The last line printed is JSON; `--json` also writes it to a file, `--plots` draws the curves. Everything runs on this
machine, on all of its cores: workers, MongoDB, Redis and the load generator share them, so with few cores more workers
cannot answer more. What carries over to other machines is the processor's time an answer takes.

- `throughput`: answers per second with 64 connections on SQLite with one process, and on MongoDB and Redis with 1, 2
  and 4 workers; `ratio` to the bare Litestar route in turn with it; `cpu_us` of the processor an answer takes, by
  process; `commit_bytes` of a commit as it is written, `stored_bytes` as the file keeps it, `index_bytes` of its
  entries in the indexes.
- `learners`: microseconds to open a lesson (the learner is read from the store) and of an answer, by learners drawn at
  random from a store with so many; `_few` beside it in a store with 1,000, in turn; `_ratio` of the two.
- `events`: an answer by a learner with so many events, beside ones with about 10, on SQLite.
- `sync`: events per second of `/v1/sync`, and how much cheaper an event of 500 is than a single answer; see
  `benchmarks.sync`.
"""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path

import click

from benchmarks.__main__ import figures_of
from benchmarks.scale.flat import by_events, by_learners
from benchmarks.scale.servers import held, served_on_mongo, served_on_sqlite
from benchmarks.scale.throughput import throughput
from benchmarks.serving import Figures
from tests.servers.mongo import ReplicaSet, running_replica_set
from tests.servers.redis import RedisServer, running_redis

PARTS = ("throughput", "learners", "events", "sync")
WORKERS = (1, 2, 4)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
EVENTS = (10, 1_000, 10_000, 100_000)
FLAT = 1.3


def measured(folder: Path, parts: tuple[str, ...], rounds: int, seconds: float, top: tuple[int, int]) -> Figures:
    """The parts asked for. `top` limits the learners in the store and the events of one."""
    figures: Figures = {}
    with running_replica_set(folder / "mongo") as mongo, running_redis(folder / "redis") as redis:
        if "throughput" in parts:
            figures["throughput"] = throughputs(folder, mongo, redis, rounds, seconds)
        if "learners" in parts:
            sizes = [size for size in SIZES if size <= top[0]]
            figures["learners"] = by_learners(folder, mongo, redis, sizes)
    if "events" in parts:
        figures["events"] = by_events(folder, [n for n in EVENTS if n <= top[1]])
    if "sync" in parts:
        figures["sync"] = figures_of("sync")
    return figures


def throughputs(folder: Path, mongo: ReplicaSet, redis: RedisServer, rounds: int, seconds: float) -> Figures:
    """One process on SQLite, then 1, 2 and 4 workers on MongoDB and Redis."""
    found = {"sqlite-1": throughput(partial(served_on_sqlite, folder / "sqlite"), rounds, seconds)}
    for n in WORKERS:
        click.echo(f"{n} workers on MongoDB", err=True)
        url = mongo.fresh_url()
        serving = partial(served_on_mongo, folder / f"mongo-{n}", url, mongo, redis, n)
        found[f"mongo-{n}"] = {**throughput(serving, rounds, seconds), **held(url)}
    return found


def verdicts(figures: Figures) -> dict[str, bool]:
    """Which bars are met, of those that were measured."""
    met: dict[str, bool] = {}
    if "throughput" in figures:
        met["sqlite_third_of_bare"] = figures["throughput"]["sqlite-1"]["ratio"]["median"] >= 1 / 3
    for part, names in (("learners", ("open_ratio", "answer_ratio")), ("events", ("answer_ratio",))):
        for name in names if part in figures else ():
            met[f"{part}_{name}"] = all(row[name]["median"] <= FLAT for row in figures[part])
    if "sync" in figures:
        met |= {f"sync_{name}": good for name, good in figures["sync"]["met"].items()}
    return met


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=5.0, show_default=True, help="length of each measurement of throughput")
@click.option("--learners", default=SIZES[-1], show_default=True, help="most learners in the store; 10 kB of disk each")
@click.option("--events", default=EVENTS[-1], show_default=True, help="most events of one learner")
@click.option("--plots", type=click.Path(path_type=Path, file_okay=False), help="draw the curves into this directory")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(
    parts: tuple[str, ...],
    rounds: int,
    seconds: float,
    learners: int,
    events: int,
    plots: Path | None,
    json_file: Path | None,
) -> None:
    """Measure and report; half an hour for everything."""
    with tempfile.TemporaryDirectory(prefix="pacer-scale-") as directory:
        figures = measured(Path(directory), parts or PARTS, rounds, seconds, (learners, events))
    line = json.dumps({"benchmark": "scale", "rounds": rounds, **figures, "met": verdicts(figures)})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    if plots is not None:
        from benchmarks.scale.plots import draw

        draw(figures, plots)
    click.echo(line)


if __name__ == "__main__":
    main()
