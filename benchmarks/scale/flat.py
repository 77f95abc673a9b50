"""Whether what the store holds makes an answer slower: many other learners, or many events of the learner's own."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import click

from api.accounts.tokens import AccessTokens
from api.settings import Settings
from benchmarks.callers import Learner
from benchmarks.connection import Connection
from benchmarks.load import answer_seconds
from benchmarks.scale.filling import Template, fill, keep_snapshot, made_id, played, template_of
from benchmarks.scale.servers import SECRET, Served, held, served_on_mongo, served_on_sqlite
from benchmarks.serving import Figures, spread
from tests.servers.mongo import ReplicaSet
from tests.servers.redis import RedisServer

FEW = 1000
FEW_EVENTS = 10
N_VISITS = 300
N_ANSWERS = 5
BLOCK = 30
MICRO = 1e6


class Visits:
    """Learners drawn at random from all that the store holds, each of whom comes back once for part of a lesson."""

    def __init__(self, served: Served, template: Template, n_learners: int, rng: random.Random) -> None:
        self._port = served.port
        self._template = template
        self._numbers = rng.sample(range(n_learners), min(n_learners, 2 * N_VISITS))
        self._access = AccessTokens(SECRET)

    async def one(self) -> tuple[float, float]:
        """Microseconds to open a lesson, for which the learner is read from the store, and of an answer after it."""
        number = self._numbers.pop()
        token, _ = self._access.issue(made_id(number, 0), time.time_ns() // 1_000_000)
        connection = await Connection.to(self._port)
        enrolment = made_id(number, self._template.enrolment)
        learner = Learner(connection, token, enrolment, self._template.n_events)
        began = time.perf_counter()
        await learner.open()
        opened = time.perf_counter() - began
        answers = [await answer_seconds(learner) for _ in range(N_ANSWERS)]
        connection.close()
        return opened * MICRO, statistics.median(answers) * MICRO


async def in_turn(many: Visits, few: Visits) -> Figures:
    """Visits to both stores in turn, so that whatever else the machine does falls on both."""
    found: dict[str, list[float]] = {"open": [], "open_few": [], "answer": [], "answer_few": []}
    for _ in range(N_VISITS):
        for visits, suffix in ((many, ""), (few, "_few")):
            opened, answered = await visits.one()
            found["open" + suffix].append(opened)
            found["answer" + suffix].append(answered)
    figures: Figures = {f"{name}_us": round(statistics.median(values), 1) for name, values in found.items()}
    for name in ("open", "answer"):
        figures[f"{name}_ratio"] = spread(ratios(found[name], found[name + "_few"]))
    return figures


def ratios(numerator: Sequence[float], denominator: Sequence[float]) -> list[float]:
    """Of medians, by blocks that lie close in time."""
    blocks = [slice(at, at + BLOCK) for at in range(0, len(numerator), BLOCK)]
    return [statistics.median(numerator[block]) / statistics.median(denominator[block]) for block in blocks]


def by_learners(folder: Path, mongo: ReplicaSet, redis: RedisServer, sizes: Sequence[int]) -> list[Figures]:
    """A store of each size beside one of 1,000 learners."""
    few, many = mongo.url("few"), mongo.url("many")
    with served_on_mongo(folder / "few", few, mongo, redis, 1) as served:
        learner_id, enrolment, n_events = asyncio.run(played(served.port))
    asyncio.run(keep_snapshot(Settings(data=str(folder / "few"), store=few, secret=SECRET), learner_id))
    template = template_of(few, learner_id, enrolment, n_events)
    fill(few, template, 0, FEW)
    found: list[Figures] = []
    with (
        served_on_mongo(folder / "few", few, mongo, redis, 1) as small,
        served_on_mongo(folder / "many", many, mongo, redis, 1) as large,
    ):
        n_filled = 0
        for size in sorted(sizes):
            began = time.perf_counter()
            fill(many, template, n_filled, size)
            n_filled = size
            took = time.perf_counter() - began
            rng = random.Random(size)
            figures = asyncio.run(in_turn(Visits(large, template, size, rng), Visits(small, template, FEW, rng)))
            found.append({"learners": size, "filled_s": round(took, 1), **held(many), **figures})
            click.echo(f"  {found[-1]}", err=True)
    return found


def by_events(folder: Path, sizes: Sequence[int]) -> list[Figures]:
    """A learner with each number of events beside new ones with about 10, on SQLite."""
    with served_on_sqlite(folder / "events") as served:
        return asyncio.run(_grown(served, sorted(sizes)))


async def _grown(served: Served, sizes: Sequence[int]) -> list[Figures]:
    old, found = await Learner.start(served.port), list[Figures]()
    for size in sizes:
        while old.n_events < size:
            await answer_seconds(old)
        long, short = list[float](), list[float]()
        for number in range(N_VISITS):
            if number % N_ANSWERS == 0:
                young = await Learner.start(served.port)
                while young.n_events < FEW_EVENTS:
                    await answer_seconds(young)
            short.append(await answer_seconds(young) * MICRO)
            long.append(await answer_seconds(old) * MICRO)
        figures = {"answer_us": round(statistics.median(long), 1), "answer_few_us": round(statistics.median(short), 1)}
        found.append({"events": size, **figures, "answer_ratio": spread(ratios(long, short))})
        click.echo(f"  {found[-1]}", err=True)
    return found
