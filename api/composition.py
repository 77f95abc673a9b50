"""Where the parts of the service are put together, once, in the order in which they need each other."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from litestar import Litestar

from api.accounts.routes import ACCOUNTS
from api.accounts.service import AccountService
from api.health import Readiness
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


OpenStore = Callable[[Settings], Awaitable[Store]]


async def open_default_store(settings: Settings) -> Store:
    """The SQLite store in the data directory. Raises StoreError."""
    prepare_data(settings)
    return await open_store(settings.data_path / DATABASE_FILE)


async def open_rooms(app: Litestar, foundation: Foundation, accounts: AccountService) -> None:
    """Fill the slots of all feature rooms, lowest first."""
    foundation.readiness.report("store", ok=True, state="open")
    await accounts.declare()
    ACCOUNTS.fill(app, accounts)
