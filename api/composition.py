"""Where the parts of the service are put together, once, in the order in which they need each other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from litestar import Litestar

from api.accounts.callers import ACCOUNTS
from api.accounts.service import AccountService
from api.health import Readiness, ReadyPart
from api.jobs.opening import Watch, open_jobs
from api.jobs.service import JobService
from api.live.opening import open_live
from api.live.ports import Live, LiveError
from api.metrics import Metrics
from api.settings import Settings, prepare_data
from api.store import Store, open_store
from api.store.ports import Documents, Journal, StoreError
from api.store.transfer import refuse_unfinished
from api.wire import Clock

DATABASE_FILE = "pacer.db"
# A store that takes longer to answer than this counts as not there.
REACH_SECONDS = 2.0
logger = logging.getLogger("pacer")


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


def store_place(settings: Settings) -> str | Path:
    """Where the store is: the URL of the settings, which may hold a password, or the file in the data directory."""
    return settings.store or settings.data_path / DATABASE_FILE


async def open_default_store(settings: Settings) -> Store:
    """The store of the settings. Raises StoreError."""
    prepare_data(settings)
    store = await open_store(store_place(settings), settings.mongo_driver)
    try:
        await refuse_unfinished(store)
    except BaseException:
        await store.close()
        raise
    return store


def watch_store(store: Store, readiness: Readiness) -> None:
    """Let `/ready` ask the store each time; what it tells the public names no host."""

    async def look() -> ReadyPart:
        try:
            async with asyncio.timeout(REACH_SECONDS):
                await store.reach()
        except (StoreError, TimeoutError) as error:
            logger.warning("the store %s does not answer: %s", store, error or f"not within {REACH_SECONDS:g} s")
            return ReadyPart(name="store", ok=False, state="unreachable", detail=f"{store.kind} does not answer")
        return ReadyPart(name="store", ok=True, state="open", detail=store.kind)

    readiness.report("store", ok=True, state="open", detail=store.kind)
    readiness.watch("store", look)


def watch_live(live: Live, readiness: Readiness) -> None:
    """Let `/ready` tell whether Redis is there. That it is not sends nobody away: all but the live state goes on."""

    async def look() -> ReadyPart:
        try:
            await live.ping()
        except LiveError:
            return ReadyPart(name="live", ok=True, state="without redis", detail="Redis does not answer")
        return ReadyPart(name="live", ok=True, state=live.kind, detail="")

    readiness.report("live", ok=True, state=live.kind)
    readiness.watch("live", look)


@asynccontextmanager
async def founded(
    settings: Settings, clock: Clock, store: Store, metrics: Metrics, readiness: Readiness
) -> AsyncIterator[Foundation]:
    """What every feature room is given, on an open store; jobs are not started yet. Raises LiveError."""
    live = await open_live(settings.redis, metrics.live_error)
    try:
        watch_live(live, readiness)
        watch = Watch(metrics.job, metrics.dead_jobs, metrics.live_error)
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


async def open_rooms(app: Litestar, accounts: AccountService) -> None:
    """Fill the slots of all feature rooms, lowest first."""
    await accounts.declare()
    ACCOUNTS.fill(app, accounts)
