"""What leagues cost beyond `benchmarks.leagues`: a week closed on MongoDB; and in milliseconds, counting the cohorts of
a week for the plan of the next, and reading one's own.

Run as ``python -m benchmarks.league_stores [--learners 100000] [--closing 20000] [--json FILE]``. The last line printed
is JSON; `--json` also writes it to a file. Starts a mongod of its own; `--closing 0` and `--learners 0` leave a part
out. Everything else runs in this process, on one core.

- `mongo_closing_seconds`: a week of that many learners in full cohorts closes on MongoDB, as in `benchmarks.leagues`;
  `mongo_closing_cpu_seconds` is processor time of this process in it.
- `census_ms`: how full the week was is counted for the plan of the next, by whoever comes first; once a week.
- `read_ms`: the own cohort's standing from the board in the process, on a file; the board is compared already.
- `compared_ms`: the first of these, whose board is compared with the ledger, as once in five minutes.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import click

from api.game.leagues.closing import MARGIN_MS
from api.game.leagues.weeks import week_of
from api.live.opening import open_live
from api.store import open_store
from benchmarks.leagues import (
    HOUR_MS,
    MONDAY,
    N_READS,
    Figures,
    Town,
    accounts_of,
    close_whole,
    name_of,
    spread_ms,
    timed,
)
from tests.servers.mongo import running_replica_set


@asynccontextmanager
async def town_on(place: str | Path) -> AsyncIterator[Town]:
    """An empty town in a store, with a live state in the process."""
    store, live = await open_store(place), await open_live("")
    try:
        found = Town(store, live, random.Random(7))
        await accounts_of(found).declare()
        await found.leagues()[0].declare()
        yield found
    finally:
        await live.close()
        await store.close()


async def closing(url: str, n: int) -> Figures:
    """Close a week on MongoDB."""
    async with town_on(url) as found:
        await found.grow(n)
        found.now = MONDAY + 8 * 24 * HOUR_MS + MARGIN_MS
        begun = time.process_time()
        spent = await timed(partial(close_whole, found, week_of(MONDAY)))
        cpu = time.process_time() - begun
        return {"mongo_closing_seconds": round(spent, 2), "mongo_closing_cpu_seconds": round(cpu, 2)}


async def reading(folder: Path, n: int) -> Figures:
    """Count a week and read cohorts of it, on a file."""
    async with town_on(folder / "pacer.db") as found:
        await found.grow(n)
        leagues, _ = found.leagues()
        census = await timed(partial(leagues.plans.split, week_of(found.now) + 1, 1, young=False))
        service = leagues.service(accounts_of(found))
        seated = list(dict.fromkeys(name_of(found.rng.randrange(1, n, 3)) for _ in range(N_READS)))
        compared = [await timed(partial(service.current, each)) for each in seated]
        read = [await timed(partial(service.current, each)) for each in seated]
        return {"census_ms": round(census * 1e3, 2), "read_ms": spread_ms(read), "compared_ms": spread_ms(compared)}


@click.command()
@click.option("--learners", default=100_000, show_default=True, type=click.IntRange(0), help="of whom is read")
@click.option("--closing", "n_closing", default=20_000, show_default=True, type=click.IntRange(0), help="on MongoDB")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(learners: int, n_closing: int, json_file: Path | None) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory(prefix="pacer-bench-") as directory:
        folder = Path(directory)
        figures: Figures = {}
        if n_closing:
            with running_replica_set(folder) as mongo:
                figures |= asyncio.run(closing(mongo.url(), n_closing))
        if learners:
            figures |= asyncio.run(reading(folder, learners))
    line = json.dumps({"benchmark": "league_stores", "learners": learners, "closing": n_closing, **figures})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    main()
