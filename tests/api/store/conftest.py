"""The backends every contract test runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest

from api.store.mongo.store import MongoStore
from api.store.opening import Store, open_store

Open = Callable[[], Awaitable[Store]]


def _sqlite(request: pytest.FixtureRequest) -> Open:
    directory: Path = request.getfixturevalue("tmp_path")
    return lambda: open_store(directory / "pacer.db")


def _mongo(driver: Literal["motor", "pymongo"]) -> Callable[[pytest.FixtureRequest], Open]:
    def opener(request: pytest.FixtureRequest) -> Open:
        url: str = request.getfixturevalue("mongo_url")
        return lambda: MongoStore.open(url, driver)

    return opener


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], Open]] = {
    "sqlite": _sqlite,
    "motor": _mongo("motor"),
    "pymongo": _mongo("pymongo"),
}


@pytest.fixture(params=BACKENDS)
def open_again(request: pytest.FixtureRequest) -> Open:
    """Opens the store of this test, each time the same one."""
    return BACKENDS[request.param](request)


@pytest.fixture
async def store(open_again: Open) -> AsyncIterator[Store]:
    """An open, empty store."""
    opened = await open_again()
    yield opened
    await opened.close()
