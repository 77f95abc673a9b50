"""A running app with a clock that tests can move, spoken to over ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar

from api.app import create_app
from api.composition import OpenStore, open_default_store
from api.settings import Settings
from tests.api.documented import check
from tests.api.seats import seated
from tests.api.servers import Server, running_server

START = 1_772_357_400_000  # 2026-03-01T09:30:00Z


@dataclass
class MovableClock:
    """Milliseconds since the epoch that stand still until moved."""

    now: int = START

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


@dataclass
class Served:
    """A running app and a client on it."""

    app: Litestar
    client: httpx.AsyncClient
    clock: MovableClock
    settings: Settings

    async def guest(self, **fields: object) -> dict[str, str]:
        """Tokens of a new guest."""
        answer = await self.client.post("/v1/auth/guest", json={"zone": "Europe/Madrid", **fields})
        assert answer.status_code == 201, answer.text
        tokens: dict[str, str] = answer.json()
        return tokens

    async def headers(self) -> dict[str, str]:
        """The authorization header of a new guest."""
        return {"authorization": f"Bearer {(await self.guest())['accessToken']}"}


@pytest.fixture
def serving(tmp_path: Path) -> Callable[..., AbstractContextManager[Server]]:
    """`with serving("--policy", file) as server:` runs `pacer serve` with its data in tmp_path / "data"."""

    return partial(running_server, tmp_path)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "data"))


@pytest.fixture
def trackless(settings: Settings) -> Settings:
    """The settings without the shipped tracks, for tests that play no lesson; such an app starts at once."""
    return msgspec.structs.replace(settings, starter=False)


@pytest.fixture
async def served(settings: Settings, clock: MovableClock) -> AsyncIterator[Served]:
    async with running(settings, clock) as found:
        yield found


@pytest.fixture
async def service(trackless: Settings, clock: MovableClock) -> AsyncIterator[Served]:
    """Like `served`, without tracks."""
    async with running(trackless, clock) as found:
        yield found


@asynccontextmanager
async def running(
    settings: Settings, clock: MovableClock, open_store: OpenStore = open_default_store
) -> AsyncIterator[Served]:
    """The app over ASGI, from its start to its stop."""
    app = create_app(settings, clock=clock, open_store=open_store, build=seated)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    hooks = {"response": [check]}
    async with (
        started(app),
        httpx.AsyncClient(transport=transport, base_url="http://pacer.test", event_hooks=hooks) as client,
    ):
        yield Served(app, client, clock, settings)


@asynccontextmanager
async def started(app: Litestar) -> AsyncIterator[None]:
    """The app between start and stop, both in one task as they are in a server; pytest gives a fixture two."""
    ready, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await stop.wait()

    life = asyncio.create_task(live())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if not life.done():
            yield
    finally:
        stop.set()
        await life
