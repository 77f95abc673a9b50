"""A service without tracks on each store, and people in the roles of authoring."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.accounts.conftest import Desk, workers
from tests.api.authoring.author import Author, member
from tests.api.conftest import MovableClock, Served


@pytest.fixture(params=["sqlite", "mongodb"])
async def desks(request: pytest.FixtureRequest, trackless: Any, clock: MovableClock) -> AsyncIterator[list[Desk]]:
    """One server on SQLite, two on MongoDB."""
    url = request.getfixturevalue("mongo_url") if request.param == "mongodb" else ""
    async with workers(url, trackless, clock) as found:
        yield found


@pytest.fixture
async def author(service: Served) -> Author:
    return await member(service, "author")


@pytest.fixture
async def reviewer(service: Served) -> Author:
    return await member(service, "reviewer")


@pytest.fixture
async def publisher(service: Served) -> Author:
    return await member(service, "publisher")
