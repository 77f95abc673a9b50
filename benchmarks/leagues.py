"""What leagues cost: closing a week, reading a standing, and joining and scoring as leagues grow.

Run as ``python -m benchmarks.leagues [--learners 100000] [--members 1000000] [--json FILE]``. The last line printed is
JSON; `--json` also writes it to a file. Needs redis-server (`make services`). Everything runs in this process, on one
core, with a store in a file; where there is no bar the figure is told all the same.

- `closing_seconds`: a week of that many learners in full cohorts closes, read from records and journals. One in ten
  records lags two answers behind its journal, and one in three learners has been on with the next week.
- `closing_again_seconds`: the same job once more, and after half of it was lost.
- `join_us`, `score_us`, `read_us`: a learner's first XP of the week with the seat it brings, further XP, and the own
  cohort's standing, each per learner, in batches as the service has them; with 1,000 learners seated in one bucket and
  with all. `ratio` is of the medians.
- `compare_us`: a standing whose board has to be compared with the ledger, as once in five minutes.
- `board_ms`: 30 neighbours of a member on one board of that many, and a whole cohort's board among boards that hold as
  many together; on Redis and embedded. `nothing` is what asking Redis for nothing takes.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec

from api.accounts.account import ACCOUNT, Account
from api.accounts.service import AccountService
from api.accounts.tokens import AccessTokens
from api.game.leagues.books import LEAGUE
from api.game.leagues.closing import CLOSING, MARGIN_MS
from api.game.leagues.cohorts import COHORT, RESULT, Cohort, Member, cohort_id
from api.game.leagues.matching import Bucket
from api.game.leagues.opening import Ground, Leagues
from api.game.leagues.record import Record, Seat, WeekRow
from api.game.leagues.scoring import Inbox
from api.game.leagues.weeks import week_of
from api.live.embedded.leaderboards import EmbeddedLeaderboards
from api.live.opening import open_live
from api.live.ports import Leaderboards, Live, Report
from api.store import Store, open_store
from api.store.ports import Commit, Document, JournalEntry
from tests.servers.redis import running_redis

MONDAY = 1_772_409_600_000  # 2026-03-02
HOUR_MS = 3_600_000
COHORT_SIZE = 30
BATCH = 64
N_JOINS = 512
N_READS = 400
FEW = 1_000
SEED_PAGE = 3_000
BARS = {
    "closing_seconds": 60.0,
    "redis_board_ms": 2.0,
    "embedded_board_ms": 10.0,
    "join_ratio": 2.0,
    "score_ratio": 2.0,
    "read_ratio": 2.0,
}
Figures = dict[str, Any]


@dataclass
class Town:
    """A store with learners, seated in full cohorts of one bucket, and the leagues of one process on it."""

    store: Store
    live: Live
    rng: random.Random
    now: int = MONDAY + 40 * HOUR_MS
    n: int = 0
    seqs: dict[str, int] = field(default_factory=dict)

    def clock(self) -> int:
        """The instant at which everything happens (ms)."""
        return self.now

    def leagues(self) -> tuple[Leagues, Inbox]:
        """A process that has just started."""
        inbox = Inbox()
        return Leagues(Ground(self.store.documents, self.store.journal, self.live, self.clock), inbox), inbox

    async def grow(self, n: int) -> None:
        """Seat learners up to so many, as if they had come one after another."""
        bucket = Bucket(week_of(self.now), 1, False)
        while self.n < n:
            upto = min(n, self.n + SEED_PAGE)
            documents: list[Document] = []
            commits: list[Commit] = []
            for first in range(self.n, upto, COHORT_SIZE):
                group = range(first, min(first + COHORT_SIZE, upto))
                id = cohort_id(bucket, first // COHORT_SIZE + 1)
                members = tuple(Member(f"h{i}", 50) for i in group)
                body = msgspec.json.encode(Cohort(tier=1, young=False, members=members))
                documents.append(Document(kind=COHORT, id=id, version=1, body=body))
                for i in group:
                    documents += self._learner(i, id, bucket.week)
                    commits += self._commits(i)
            await self.store.contents.add_documents(documents)
            await self.store.contents.add(commits, ())
            self.n = upto

    def _learner(self, i: int, cohort: str, week: int) -> Iterator[Document]:
        learner_id = name_of(i)
        account = Account(id=learner_id, zone="Europe/Madrid", locale="en", created_at=MONDAY)
        yield Document(kind=ACCOUNT, id=learner_id, version=1, body=msgspec.json.encode(account))
        lags = i % 10 == 0
        past = [WeekRow(week - k, 40 + i % 90, MONDAY, 1, 12, 30, "stays") for k in range(12, 0, -1)]
        this = WeekRow(week, 10 if lags else 30, MONDAY + HOUR_MS, 1)
        record = Record(
            learner_id=learner_id,
            seq=1 if lags else 3,
            accepted_at=MONDAY + HOUR_MS,
            cohort=cohort,
            seat=Seat(week, cohort, f"h{i}", 1, False, 50),
            weeks=[*past, this],
        )
        yield Document(kind=LEAGUE, id=learner_id, version=1, body=msgspec.json.encode(record))

    def _commits(self, i: int) -> Iterator[Commit]:
        learner_id = name_of(i)
        times = [MONDAY + HOUR_MS + k * 60_000 + i for k in range(3)]
        if i % 3 == 0:
            times += [MONDAY + 7 * 24 * HOUR_MS + k * HOUR_MS + i for k in (1, 26)]
        for seq, at in enumerate(times, start=1):
            yield commit_of(learner_id, seq, 10, at)
        self.seqs[learner_id] = len(times)

    def earn(self, learner_id: str, xp: int) -> Commit:
        """The next commit of a learner, of now."""
        self.now += 1
        seq = self.seqs[learner_id] = self.seqs.get(learner_id, 0) + 1
        return commit_of(learner_id, seq, xp, self.now)


def name_of(i: int) -> str:
    """A learner's id."""
    return f"learner-{i:07d}"


def commit_of(learner_id: str, seq: int, xp: int, at: int) -> Commit:
    """An answer as long as answers are: the event, its grade, its XP and the choice of the next exercise."""
    row = {"kind": "xpGranted", "amount": xp, "reasons": ["correct"], "rulesVersion": 1}
    bodies = {
        "answerGraded": b'{"kind":"answerGraded","feedback":"' + b"x" * 300 + b'"}',
        "xpGranted": msgspec.json.encode(row),
        "exerciseChosen": b'{"kind":"exerciseChosen","top":"' + b"x" * 500 + b'"}',
    }
    id = f"{learner_id}-{seq}"
    facts = [JournalEntry(id=f"{id}.{n}", kind=k, effective_at=at, body=b) for n, (k, b) in enumerate(bodies.items())]
    event = JournalEntry(id=id, kind="exerciseAnswered", effective_at=at, body=b'{"answer":"' + b"x" * 200 + b'"}')
    return Commit(learner_id=learner_id, seq=seq, events=(event,), facts=tuple(facts), accepted_at=at)


@asynccontextmanager
async def town(folder: Path, redis_url: str = "") -> AsyncIterator[Town]:
    """An empty town in a folder."""
    store, live = await open_store(folder / "pacer.db"), await open_live(redis_url)
    try:
        found = Town(store, live, random.Random(7))
        await accounts_of(found).declare()
        await found.leagues()[0].declare()
        yield found
    finally:
        await live.close()
        await store.close()


def accounts_of(found: Town) -> AccountService:
    """The accounts of a town."""
    return AccountService(found.store.documents, AccessTokens("s" * 32), "s" * 32, found.clock)


async def closing(folder: Path, n: int) -> Figures:
    """Close a week, close it again, and close it after half of the results and the progress were lost."""
    async with town(folder) as found:
        await found.grow(n)
        found.now = MONDAY + 8 * 24 * HOUR_MS + MARGIN_MS
        week = week_of(MONDAY)
        first = await timed(lambda: close_whole(found, week))
        again = await timed(lambda: close_whole(found, week))
        documents, n_results, promoted = found.store.documents, 0, 0
        after = ""
        while page := await documents.all(RESULT, after, 1000):
            after = page[-1].id
            for number, document in enumerate(page):
                n_results += 1
                promoted += sum(row[3] == "promoted" for row in msgspec.json.decode(document.body)["rows"])
                if number % 2:
                    await documents.delete(RESULT, document.id)
        for document in await documents.all(CLOSING):
            await documents.delete(CLOSING, document.id)
        repaired = await timed(lambda: close_whole(found, week))
    _say(f"closing {n:,} learners: {first:.1f} s, again {again:.3f} s, half of it lost {repaired:.1f} s")
    return {
        "closing_seconds": round(first, 2),
        "closing_again_seconds": {"done": round(again, 4), "half_lost": round(repaired, 2)},
        "cohorts": n_results,
        "promoted": promoted,
    }


async def close_whole(found: Town, week: int) -> None:
    """All shares of a closing."""
    leagues, _ = found.leagues()
    while await leagues.closing.close_week(week, time.monotonic):
        pass


async def growth(folder: Path, n: int, redis_url: str) -> Figures:
    """Joining, scoring and reading with few learners and with all."""
    figures: Figures = {}
    async with town(folder, redis_url) as found:
        for size in (FEW, n):
            await found.grow(size)
            found.now = MONDAY + 40 * HOUR_MS
            figures[str(size)] = await costs(found, size)
            _say(f"{'redis' if redis_url else 'embedded'} with {size:,}: {figures[str(size)]}")
    few, all_ = figures[str(FEW)], figures[str(n)]
    figures["ratio"] = {name: round(all_[name] / few[name], 2) for name in ("join_us", "score_us", "read_us")}
    return figures


async def costs(found: Town, size: int) -> Figures:
    """Microseconds for each learner, the median of batches; reads one by one."""
    leagues, inbox = found.leagues()
    joins = [f"new-{size}-{i}" for i in range(N_JOINS)]
    for learner_id in joins:
        await accounts_of(found).accounts.create(
            Account(id=learner_id, zone="Europe/Madrid", locale="en", created_at=MONDAY)
        )
    join = await batches(found, leagues, inbox, joins)
    seated = [name_of(found.rng.randrange(1, size, 3)) for _ in range(N_READS)]
    service = leagues.service(accounts_of(found))
    compared = [await timed(partial(service.current, each)) for each in dict.fromkeys(seated)]
    read = [await timed(partial(service.current, each)) for each in seated]
    score = await batches(found, leagues, inbox, list(dict.fromkeys(seated)))
    return {
        "join_us": join,
        "score_us": score,
        "read_us": round(statistics.median(read) * 1e6, 1),
        "compare_us": round(statistics.median(compared) * 1e6, 1),
    }


async def batches(found: Town, leagues: Leagues, inbox: Inbox, learner_ids: list[str]) -> float:
    """Microseconds from the line to the boards, for each learner."""
    spent = []
    for start in range(0, len(learner_ids), BATCH):
        group = learner_ids[start : start + BATCH]
        for learner_id in group:
            commit = found.earn(learner_id, 5)
            await found.store.journal.append(commit)
            inbox.put(commit)
        spent.append(await timed(leagues.scoring.flush) / len(group))
    return round(statistics.median(spent) * 1e6, 1)


async def boards(boards: Leaderboards, n: int) -> Figures:
    """Milliseconds of a read on one board of n, on a cohort's board among boards of n, and of asking for nothing."""
    rng = random.Random(5)
    for start in range(0, n, 4096):
        members = range(start, min(n, start + 4096))
        await boards.report([Report("all", f"m{i}", rng.randrange(10_000), i, 1) for i in members])
    one = [await timed(lambda: boards.around("all", f"m{rng.randrange(n)}", 15)) for _ in range(N_READS)]
    await boards.drop("all")
    for start in range(0, n, 4096):
        members = range(start, min(n, start + 4096))
        await boards.report([Report(f"c{i // 30}", f"m{i}", rng.randrange(10_000), i, 1) for i in members])
    cohort = [await timed(lambda: boards.top(f"c{rng.randrange(n // 30)}", 60)) for _ in range(N_READS)]
    away = [await timed(lambda: boards.size("nothing")) for _ in range(N_READS)]
    return {"members": n, "one_board": spread_ms(one), "cohort": spread_ms(cohort), "nothing": spread_ms(away)}


def spread_ms(seconds: list[float]) -> Figures:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return {
        "median": round(statistics.median(ordered) * 1e3, 4),
        "p99": round(ordered[int(len(ordered) * 0.99)] * 1e3, 4),
    }


async def timed(action: Callable[[], Awaitable[Any]]) -> float:
    """Seconds that it takes."""
    begun = time.perf_counter()
    await action()
    return time.perf_counter() - begun


async def measure(folder: Path, n_learners: int, n_members: int, redis_url: str) -> Figures:
    """Everything."""
    for name in ("closing", "embedded", "redis"):
        (folder / name).mkdir()
    figures = await closing(folder / "closing", n_learners)
    figures["embedded"] = await growth(folder / "embedded", n_learners, "")
    figures["redis"] = await growth(folder / "redis", n_learners, redis_url)
    live = await open_live(redis_url)
    figures["board_ms"] = {
        "redis": await boards(live.leaderboards, n_members),
        "embedded": await boards(EmbeddedLeaderboards(time.monotonic), min(n_members, n_learners)),
    }
    await live.close()
    _say(f"boards: {figures['board_ms']}")
    return figures


def verdicts(figures: Figures) -> dict[str, bool]:
    """Which bars are met: boards by the median, growth by what this process does itself."""
    board = figures["board_ms"]
    measured = {
        "closing_seconds": figures["closing_seconds"],
        **{
            f"{kind}_board_ms": max(board[kind][which]["median"] for which in ("one_board", "cohort"))
            for kind in ("redis", "embedded")
        },
        **{f"{what}_ratio": figures["embedded"]["ratio"][f"{what}_us"] for what in ("join", "score", "read")},
    }
    for name, bar in BARS.items():
        _say(f"{name}: {measured[name]:.3g} (bar: <= {bar:g})")
    return {name: bool(measured[name] <= bar) for name, bar in BARS.items()}


def _say(text: str) -> None:
    click.echo(text, err=True)


@click.command()
@click.option("--learners", default=100_000, show_default=True, type=click.IntRange(FEW), help="in the week")
@click.option("--members", default=1_000_000, show_default=True, type=click.IntRange(FEW), help="on boards of Redis")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(learners: int, members: int, json_file: Path | None) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory(prefix="pacer-bench-") as directory:
        folder = Path(directory)
        with running_redis(folder) as server:
            figures = asyncio.run(measure(folder, learners, members, server.url))
    line = json.dumps({"benchmark": "leagues", "learners": learners, **figures, "met": verdicts(figures)})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    main()
