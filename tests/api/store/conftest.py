"""The backends every contract test runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from api.store.opening import Store, open_store

Open = Callable[[], Awaitable[Store]]


def _sqlite(directory: Path) -> Open:
    return lambda: open_store(directory / "pacer.db")


BACKENDS: dict[str, Callable[[Path], Open]] = {"sqlite": _sqlite}


@pytest.fixture(params=BACKENDS)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the store of this test, each time the same one."""
    return BACKENDS[request.param](tmp_path)


@pytest.fixture
async def store(open_again: Open) -> AsyncIterator[Store]:
    """An open, empty store."""
    opened = await open_again()
    yield opened
    await opened.close()
