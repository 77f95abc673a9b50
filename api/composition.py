"""Where the parts of the service are put together, once, in the order in which they need each other."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from litestar import Litestar

from api.accounts.routes import ACCOUNTS
from api.accounts.service import AccountService
from api.health import Readiness
from api.jobs.opening import Watch, open_jobs
from api.jobs.service import JobService
from api.live.opening import open_live
from api.live.ports import Live, LiveError
from api.metrics import Metrics
from api.settings import Settings, prepare_data
from api.store import Store, open_store
from api.store.ports import Documents, Journal
from api.wire import Clock

DATABASE_FILE = "pacer.db"


def system_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every feature room is given when the app starts."""

    settings: Settings
    clock: Clock
    journal: Journal
    documents: Documents
    metrics: Metrics
    readiness: Readiness
    live: Live
    jobs: JobService


OpenStore = Callable[[Settings], Awaitable[Store]]


async def open_default_store(settings: Settings) -> Store:
    """The SQLite store in the data directory. Raises StoreError."""
    prepare_data(settings)
    return await open_store(settings.data_path / DATABASE_FILE)


@asynccontextmanager
async def founded(
    settings: Settings, clock: Clock, store: Store, metrics: Metrics, readiness: Readiness
) -> AsyncIterator[Foundation]:
    """What every feature room is given, on an open store; jobs are not started yet. Raises LiveError."""

    def tell(there: bool, why: str) -> None:
        """Losing Redis is no reason to send learners away: all but the live state goes on."""
        readiness.report("live", ok=True, state=live.kind if there else "without redis", detail=why)

    live = await open_live(settings.redis, metrics.live_error, tell)
    try:
        tell(True, "")
        with suppress(LiveError):
            await live.ping()
        watch = Watch(metrics.job, metrics.dead_jobs, metrics.live_error, tell)
        jobs = open_jobs(store.documents, clock, live, settings.redis, watch)
        yield Foundation(settings, clock, store.journal, store.documents, metrics, readiness, live, jobs)
    finally:
        await live.close()


@asynccontextmanager
async def working(jobs: JobService) -> AsyncIterator[None]:
    """Jobs under way, once all rooms have said what they do. Raises StoreError."""
    await jobs.start()
    try:
        yield
    finally:
        await jobs.stop()


async def open_rooms(app: Litestar, foundation: Foundation, accounts: AccountService) -> None:
    """Fill the slots of all feature rooms, lowest first."""
    foundation.readiness.report("store", ok=True, state="open")
    await accounts.declare()
    ACCOUNTS.fill(app, accounts)
