"""What has expired goes when its day is over, a bounded share at a time, however long nobody swept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from api.jobs.expiry import DAY, DAY_MS, FIRST_DAYS, SWEPT, day_of, expire, sweep
from api.jobs.service import Timing
from api.store.mongo.store import MongoStore
from api.store.opening import Store, open_store
from tests.api.jobs.conftest import opened, until

KIND = "leaf"
NOW = 20_500 * DAY_MS + 1000
CALM = Timing(lease=1.0, sweep=0.2, grace=5.0, calm=0.0)


@pytest.fixture(params=["sqlite", "mongodb"])
async def leaves(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A store of documents that expire."""
    mongo = request.param == "mongodb"
    store = await (
        MongoStore.open(request.getfixturevalue("mongo_url")) if mongo else open_store(tmp_path / "leaves.db")
    )
    await store.documents.declare(KIND, indexes=(DAY,))
    yield store
    await store.close()


async def grow(store: Store, expires_at: int, n: int = 1) -> None:
    """Some documents that expire then."""
    day = day_of(expires_at)
    for number in range(n):
        await store.documents.put(KIND, f"{expires_at}-{number}", msgspec.json.encode({DAY: day}))


async def left(store: Store) -> list[int]:
    """When those that are left expire."""
    return sorted(int(document.id.partition("-")[0]) for document in await store.documents.all(KIND))


async def test_what_expired_goes_when_its_day_is_over(leaves: Store) -> None:
    today = NOW // DAY_MS * DAY_MS
    times = [NOW - (FIRST_DAYS - 2) * DAY_MS, today - 1, today, NOW + DAY_MS]
    for at in times:
        await grow(leaves, at)
    assert not await sweep(leaves.documents, KIND, NOW)
    assert await left(leaves) == times[2:]
    assert not await sweep(leaves.documents, KIND, today + DAY_MS)
    assert await left(leaves) == times[3:]


async def test_one_run_removes_a_share_and_tells_that_there_is_more(leaves: Store) -> None:
    await grow(leaves, NOW - 3 * DAY_MS, 5)
    await grow(leaves, NOW - 2 * DAY_MS, 4)
    counts = []
    while await sweep(leaves.documents, KIND, NOW, share=3):
        counts.append(len(await left(leaves)))
    assert counts == [6, 3, 0]
    assert await left(leaves) == []


async def test_days_on_which_nobody_swept_are_not_passed_over(leaves: Store) -> None:
    await sweep(leaves.documents, KIND, NOW)
    await grow(leaves, NOW + 10 * DAY_MS)
    assert not await sweep(leaves.documents, KIND, NOW + 1000 * DAY_MS)
    assert await left(leaves) == []


async def test_a_clock_that_had_run_ahead_leaves_nothing_behind(leaves: Store) -> None:
    await sweep(leaves.documents, KIND, NOW + 30 * DAY_MS)
    await grow(leaves, NOW)
    await sweep(leaves.documents, KIND, NOW + DAY_MS)
    assert await left(leaves) == []


async def test_a_job_sweeps_once_for_all_workers_and_goes_on_while_there_is_more(
    store: Store, jobs_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.repeating.PAUSE_MS", 10)
    monkeypatch.setattr("api.jobs.expiry.sweep.__defaults__", (4,))
    await store.documents.declare(KIND, indexes=(DAY,))
    await grow(store, NOW - DAY_MS, 10)
    async with opened(store, jobs_url, CALM) as first, opened(store, jobs_url, CALM) as second:
        for desk in (first, second):
            expire(desk.jobs, store.documents, lambda: NOW, KIND)
            await desk.jobs.start()

        def n_done() -> int:
            return first.counted["expire.leaf", "done"] + second.counted["expire.leaf", "done"]

        await until(lambda: n_done() == 3)
        assert await left(store) == []
        assert (await store.documents.get(SWEPT, KIND)) is not None
        done = [found.job.key or "" async for found in first.outbox.in_state("done")]
    first_turn = min(done).partition(".")[0]  # another may have begun, if an hour was just over
    assert sorted(key for key in done if key.startswith(first_turn)) == [f"{first_turn}.{share}" for share in range(3)]
