"""The live ports, embedded and on a real Redis, as two workers see them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.live.opening import open_live
from api.live.ports import Live

BACK_ENDS = ("embedded", "redis")


@pytest.fixture(params=BACK_ENDS)
def live_url(request: pytest.FixtureRequest) -> str:
    """What `open_live` takes for each back end."""
    if request.param == "embedded":
        return ""
    url: str = request.getfixturevalue("redis_url")
    return url


@pytest.fixture
async def workers(live_url: str) -> AsyncIterator[tuple[Live, Live]]:
    """Two workers that share their live state; embedded there is only one, seen twice."""
    first = await open_live(live_url)
    second = await open_live(live_url) if live_url else first
    yield first, second
    await first.close()
    await second.close()


@pytest.fixture
def live(workers: tuple[Live, Live]) -> Live:
    return workers[0]
