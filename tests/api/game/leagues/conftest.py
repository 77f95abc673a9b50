"""Worlds of leagues, on each store and live state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.live.opening import open_live
from api.store import open_store
from tests.api.game.leagues.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """On a file, in one process."""
    store, live = await open_store(tmp_path / "pacer.db"), await open_live()
    yield World(store, live)
    await live.close()
    await store.close()


@pytest.fixture(params=["embedded", "redis"])
async def lively(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """On a file, with each live state."""
    url = "" if request.param == "embedded" else request.getfixturevalue("redis_url")
    store, live = await open_store(tmp_path / "pacer.db"), await open_live(url)
    yield World(store, live)
    await live.close()
    await store.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def stored(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """On each store, in one process."""
    place = tmp_path / "pacer.db" if request.param == "sqlite" else request.getfixturevalue("mongo_url")
    store, live = await open_store(place), await open_live()
    yield World(store, live)
    await live.close()
    await store.close()
