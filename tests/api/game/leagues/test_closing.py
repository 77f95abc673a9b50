"""A week closes: once, from the ledger, whatever is interrupted."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from api.game.leagues.closing import CLOSING, MARGIN_MS
from api.game.leagues.cohorts import RESULT
from api.game.leagues.plans import PLAN
from api.game.leagues.standings import board_of
from api.game.leagues.weeks import WEEK_MS
from api.live.opening import open_live
from api.store import open_store
from api.store.ports import Documents, StoreError
from tests.api.game.leagues.world import HOUR_MS, MONDAY, NOON, Worker, World, cleared, flag, league_mode

CLOSES = MONDAY + WEEK_MS + 24 * HOUR_MS
OVER = CLOSES + MARGIN_MS


async def results(world: World) -> dict[str, bytes]:
    return {each.id: each.body for each in await world.store.documents.all(RESULT, limit=500)}


async def tiers(worker: Worker, ids: list[str]) -> list[int]:
    return [(await worker.current(id)).tier.place for id in ids]


async def test_a_full_cohort_moves_up_and_down_by_its_places(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 30)
    world.hands.to(OVER)
    assert not await worker.leagues.close_due()
    assert await tiers(worker, ids) == [1] * 10 + [2] * 20
    world.hands.to(OVER + HOUR_MS)
    for n, id in enumerate(ids[10:]):
        await world.earn(worker, id, 10 + n)
    await worker.flush()
    world.hands.to(OVER + WEEK_MS)
    await worker.leagues.close_due()
    assert await tiers(worker, ids[10:]) == [1] * 4 + [2] * 6 + [3] * 10


async def test_nothing_closes_before_its_time(world: World) -> None:
    worker = await world.worker()
    await world.lot(worker, 3)
    for now in (MONDAY + WEEK_MS, CLOSES, OVER - 1):
        world.hands.to(now)
        await worker.leagues.close_due()
        assert await results(world) == {}
    world.hands.to(OVER)
    await worker.leagues.close_due()
    assert len(await results(world)) == 1


async def test_what_was_never_reported_counts_and_the_closing_is_the_same_without_a_live_state(lively: World) -> None:
    worker = await lively.worker()
    ids = await lively.lot(worker, 4)
    await lively.earn(None, ids[0], 100)
    await lively.live.leaderboards.drop(board_of(worker.leagues.books.known(ids[0]).record.seat.cohort))  # type: ignore[union-attr]
    lively.hands.to(CLOSES - 5)
    await lively.earn(None, ids[1], 300, at=MONDAY + WEEK_MS - 1)
    lively.hands.to(CLOSES)
    await lively.earn(None, ids[2], 999, at=MONDAY + WEEK_MS - 1)
    lively.hands.to(OVER)
    await (await lively.worker()).leagues.close_due()
    found = [await worker.current(id) for id in ids]
    weeks = [league.last_week for league in found]
    assert [(week.place, week.xp) for week in weeks if week] == [(2, 110), (1, 311), (4, 12), (3, 13)]


async def test_a_learner_who_looks_first_closes_their_cohort_and_the_job_leaves_it_as_it_is(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 35)
    world.hands.to(OVER)
    assert (await worker.current(ids[0])).last_week is not None
    before = await results(world)
    assert len(before) == 1
    await world.earn(worker, ids[0], 0, **league_mode("off"))
    await worker.flush()
    await worker.leagues.close_due()
    after = await results(world)
    assert len(after) == 2
    assert before.items() <= after.items()


class Failing:
    """Documents that fail at the nth write from now on, as if the process had died there."""

    def __init__(self, documents: Documents, at: int) -> None:
        self._documents = documents
        self._left = at
        self.failed = False

    async def put(self, kind: str, id: str, body: bytes, expected_version: int | None = None) -> object:
        self._left -= 1
        if self._left < 0:
            self.failed = True
            raise StoreError("the process has died")
        return await self._documents.put(kind, id, body, expected_version)

    def __getattr__(self, name: str) -> object:
        return getattr(self._documents, name)


async def test_a_closing_that_dies_at_any_write_goes_on_and_comes_to_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.game.leagues.closing.PAGE", 2)
    worker = await world.worker()
    ids = await world.lot(worker, 130)
    random.Random(3).shuffle(ids)
    world.hands.to(MONDAY + WEEK_MS + HOUR_MS)
    for id in ids[:20]:
        await world.earn(worker, id, 7)
    await worker.flush()
    world.hands.to(OVER)
    documents = world.store.documents
    known: dict[str, bytes] = {}
    for at in range(100):
        dying = await world.worker()
        failing = Failing(documents, at % 7)
        for part in (dying.leagues.books, dying.leagues.cohorts):
            part.documents = failing  # type: ignore[assignment]
        dying.leagues.closing._documents = failing  # type: ignore[assignment]
        with suppress(StoreError):
            await dying.leagues.close_due()
        found = await results(world)
        assert known.items() <= found.items()
        known = found
        if not failing.failed:
            break
    assert not failing.failed
    assert len(await results(world)) == 5
    rows = [row for body in (await results(world)).values() for row in msgspec.json.decode(body)["rows"]]
    assert sum(row[3] == "promoted" for row in rows) == 20 * 4 + 6
    (progress,) = [each for each in await documents.all(CLOSING) if each.id == "2026-W10"]
    assert msgspec.json.decode(progress.body)["done"]
    seats = [held for id in ids[:20] if (held := await (await world.worker()).leagues.books.hold(id))]
    assert all(held.record.seat is not None and held.record.seat.week for held in seats)
    assert {held.record.week(held.record.seat.week).xp for held in seats if held.record.seat} == {7}


def killed_after(n_steps: int, path: Path, now: int) -> bool:
    """Have a process close the week and kill it after so many steps; whether it was not done before."""
    command = [sys.executable, "-m", "tests.api.game.leagues.closer", str(path), str(now)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[4]) as process:
        assert process.stdout is not None
        steps = [process.stdout.readline() for _ in range(n_steps)]
        process.kill()
    return all(steps)


async def test_a_process_that_is_killed_while_it_closes_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "pacer.db"
    store, live = await open_store(path), await open_live()
    world = World(store, live)
    worker = await world.worker()
    ids = await world.lot(worker, 100)
    world.hands.to(OVER)
    await worker.leagues.scoring.checkpoint(0.0)
    await store.close()
    assert await asyncio.to_thread(killed_after, 10, path, OVER)
    store = await open_store(path)
    world = World(store, live)
    world.hands.to(OVER)
    partial = await results(world)
    assert len(partial) < 4
    worker = await world.worker()
    await worker.leagues.close_due()
    found = await results(world)
    assert len(found) == 4
    assert partial.items() <= found.items()
    assert sum(await tiers(worker, ids)) == 100 + 3 * 20 + 6
    await live.close()
    await store.close()


async def test_several_workers_close_a_week_at_once_to_one_result(stored: World) -> None:
    workers = [await stored.worker() for _ in range(3)]
    ids = await stored.lot(workers[0], 65)
    stored.hands.to(OVER)
    closing = (worker.leagues.close_due() for worker in workers)
    found = await asyncio.gather(*closing, return_exceptions=True)
    assert any(each is False for each in found)
    assert len(await results(stored)) == 3
    before = await results(stored)
    await workers[1].leagues.close_due()
    assert await results(stored) == before
    assert sum(await tiers(workers[2], ids)) == 65 + 20 * 2 + 3


async def test_who_practised_on_the_day_between_is_seated_when_last_week_has_closed(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 3)
    world.hands.to(MONDAY + WEEK_MS + HOUR_MS)
    await world.earn(worker, ids[2], 8)
    await worker.flush()
    league = await worker.current(ids[2])
    assert (league.phase, league.week.name) == ("closing", "2026-W10")
    world.hands.to(OVER)
    await (await world.worker()).leagues.close_due()
    held = await (await world.worker()).leagues.books.hold(ids[2])
    assert held is not None
    assert held.record.seat is not None
    assert (held.record.seat.tier, held.record.waiting) == (2, "")
    league = await worker.current(ids[2])
    assert (league.phase, league.week.name, league.xp, league.tier.place) == ("ranked", "2026-W11", 8, 2)


async def test_who_is_away_keeps_their_tier(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 3)
    world.hands.to(OVER)
    await worker.leagues.close_due()
    world.hands.to(OVER + 6 * WEEK_MS)
    await worker.leagues.close_due()
    league = await worker.current(ids[2])
    assert (league.phase, league.tier.place) == ("notYet", 2)
    world.hands.to(OVER + 6 * WEEK_MS + HOUR_MS)
    await world.earn(worker, ids[2], 5)
    await worker.flush()
    assert (await worker.current(ids[2])).tier.place == 2


async def test_a_server_that_was_away_for_weeks_closes_what_it_missed(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 3)
    world.hands.to(OVER + 5 * WEEK_MS)
    await (await world.worker()).leagues.close_due()
    assert len(await results(world)) == 1
    assert (await worker.current(ids[2])).last_week.outcome == "promoted"  # type: ignore[union-attr]


async def test_who_has_left_when_it_closes_keeps_their_tier_and_takes_no_place(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 3)
    await world.earn(worker, ids[2], 0, **league_mode("off"))
    await worker.flush()
    world.hands.to(OVER)
    await worker.leagues.close_due()
    assert (await worker.current(ids[2])).tier.place == 1
    assert (await worker.current(ids[1])).last_week.place == 1  # type: ignore[union-attr]


async def test_in_the_shadow_a_week_brings_nothing_until_the_flag_is_cleared(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 3)
    await world.earn(worker, ids[2], 1, **flag(OVER + WEEK_MS))
    await worker.flush()
    world.hands.to(OVER)
    await worker.leagues.close_due()
    league = await worker.current(ids[2])
    assert (league.tier.place, league.last_week.outcome) == (1, "stays")  # type: ignore[union-attr]
    assert (await worker.current(ids[1])).last_week.place == 1  # type: ignore[union-attr]
    await world.earn(worker, ids[2], 0, **cleared())
    await worker.flush()
    league = await worker.current(ids[2])
    assert (league.tier.place, league.last_week.outcome) == (2, "promoted")  # type: ignore[union-attr]
    await world.earn(worker, ids[2], 4)
    await worker.flush()
    assert (await worker.current(ids[2])).tier.place == 2


async def test_a_large_tier_is_split_by_pace_in_the_week_after(world: World) -> None:
    worker = await world.worker()
    ids = [await world.learner(f"l{i:03d}") for i in range(250)]
    for n, id in enumerate(ids):
        await world.earn(worker, id, 10 + n, **league_mode("off"))
    await worker.flush()
    world.hands.to(NOON + WEEK_MS)
    for id in ids:
        await world.earn(worker, id, 10, **league_mode("on"))
    await worker.flush()
    assert sum(await cohort_sizes(worker, "2026-W11")) == 250
    world.hands.to(NOON + 2 * WEEK_MS)
    await worker.leagues.close_due()
    for id in ids:
        await world.earn(worker, id, 10)
    await worker.flush()
    (plan,) = [each for each in await world.store.documents.all(PLAN) if each.id == "2026-W12"]
    assert msgspec.json.decode(plan.body)["splits"]["all:1"]["cuts"]
    seats = [held.record.seat for id in ids if (held := worker.leagues.books.known(id)) and held.record.seat]
    low = [seat.pace for seat in seats if seat.tier == 1 and seat.cohort.split(":")[4] == "0"]
    high = [seat.pace for seat in seats if seat.tier == 1 and seat.cohort.split(":")[4] == "1"]
    assert low
    assert high
    assert max(low) < min(high)


async def cohort_sizes(worker: Worker, week: str) -> list[int]:
    return [len(cohort.members) for _, cohort in await worker.leagues.cohorts.page(week, "", 100)]


async def test_past_weeks_are_listed_the_latest_first(world: World) -> None:
    worker = await world.worker()
    ana = await world.learner("ana")
    for week in range(5):
        world.hands.to(NOON + week * WEEK_MS)
        await world.earn(worker, ana, 10 + week)
        await worker.flush()
    service = worker.leagues.service(worker.accounts)
    first, more = await service.past(ana, None, 2)
    assert [(each.week, each.xp, each.outcome) for each in first] == [
        ("2026-W13", 13, "promoted"),
        ("2026-W12", 12, "promoted"),
    ]
    assert more
    rest, more = await service.past(ana, "2026-W12", 9)
    assert [(each.week, each.tier.place, each.place, each.size) for each in rest if each.tier] == [
        ("2026-W11", 2, 1, 1),
        ("2026-W10", 1, 1, 1),
    ]
    assert not more
