"""Jobs in one process and on a real Redis, over a real store."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from api.composition import system_clock
from api.jobs.opening import Watch, open_jobs
from api.jobs.outbox import Outbox
from api.jobs.ports import Run
from api.jobs.retries import Retries
from api.jobs.service import JobService, Timing
from api.live.opening import open_live
from api.store.opening import Store, open_store

QUICK = Retries(max_attempts=3, base_seconds=0.02, cap_seconds=0.05, timeout_seconds=30.0)
TIMING = Timing(lease=1.0, sweep=0.2, grace=5.0)


class Note(msgspec.Struct, frozen=True):
    """What the jobs of these tests carry."""

    text: str


@dataclass
class Desk:
    """A worker's jobs, and what was counted of them."""

    jobs: JobService
    outbox: Outbox
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    n_dead: int = 0

    def register(self, handler: Callable[[Note, Run], Awaitable[None]], retries: Retries = QUICK) -> None:
        self.jobs.register("note", Note, handler, retries)


OpenDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture(params=["embedded", "redis"])
def jobs_url(request: pytest.FixtureRequest) -> str:
    """Where the jobs of each back end are told of."""
    if request.param == "embedded":
        return ""
    url: str = request.getfixturevalue("redis_url")
    return url


@pytest.fixture(autouse=True)
def quick_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker on Redis does not wait a second for the next job before it looks whether it is to stop."""
    monkeypatch.setattr("api.jobs.saq_wakes.DEQUEUE_SECONDS", 0.1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "pacer.db")
    yield store
    await store.close()


@asynccontextmanager
async def opened(store: Store, url: str, timing: Timing = TIMING) -> AsyncIterator[Desk]:
    """A worker that is not started yet; stopped at the end."""
    live = await open_live(url)
    desk = Desk(None, Outbox(store.documents, system_clock))  # type: ignore[arg-type]

    def count(kind: str, what: str) -> None:
        desk.counted[kind, what] += 1

    def show_dead(n_dead: int) -> None:
        desk.n_dead = n_dead

    desk.jobs = open_jobs(store.documents, system_clock, live, url, Watch(count, show_dead, lambda _: None), timing)
    try:
        yield desk
    finally:
        await desk.jobs.stop()
        await live.close()


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
