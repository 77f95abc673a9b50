"""Word that a week ends: once, within its last day, to the ranked alone."""

from __future__ import annotations

from typing import Any

from api.game.leagues.opening import Leagues
from api.game.leagues.weeks import WEEK_MS
from api.store.ports import CorruptStoreError
from tests.api.game.leagues.world import HOUR_MS, MONDAY, Worker, World, league_mode

ENDS = MONDAY + WEEK_MS
Told = list[tuple[str, str, str, int]]


def listening(leagues: Leagues, unreadable: str = "") -> Told:
    """What is sent by the leagues from now on."""
    told: Told = []

    async def tell(learner_id: str, kind: Any, key: str, *, expires_at: int, why: str) -> bool:
        assert why == "weekEnds"
        if learner_id == unreadable:
            raise CorruptStoreError("their preferences cannot be read")
        told.append((learner_id, kind, key, expires_at))
        return True

    leagues.reminding._news.goes(tell)
    return told


async def ranked(world: World) -> tuple[Worker, list[str]]:
    worker = await world.worker()
    ids = await world.lot(worker, 3)
    await world.earn(worker, ids[2], 0, None, **league_mode("off"))
    await worker.flush()
    return worker, ids


async def test_the_ranked_are_told_once_within_the_last_day_of_the_week(world: World) -> None:
    worker, ids = await ranked(world)
    told = listening(worker.leagues)
    world.hands.to(ENDS - 25 * HOUR_MS)
    assert not await worker.leagues.remind()
    assert told == []
    world.hands.to(ENDS - 20 * HOUR_MS)
    for _ in range(2):
        assert not await worker.leagues.remind()
    assert sorted(told) == [(id, "leagueClosing", "2026-W10", ENDS) for id in ids[:2]]
    again = listening((await world.worker()).leagues)
    assert not await worker.leagues.remind()
    assert again == []


async def test_who_cannot_be_read_keeps_nobody_from_word(world: World) -> None:
    worker, ids = await ranked(world)
    told = listening(worker.leagues, unreadable=ids[0])
    world.hands.to(ENDS - HOUR_MS)
    assert not await worker.leagues.remind()
    assert [id for id, *_ in told] == [ids[1]]


async def test_nothing_is_sent_where_no_way_is_there(world: World) -> None:
    worker, _ = await ranked(world)
    world.hands.to(ENDS - HOUR_MS)
    assert not await worker.leagues.remind()


async def test_who_takes_a_seat_after_the_walk_is_told_as_they_do_and_nobody_earlier_is(world: World) -> None:
    worker, ids = await ranked(world)
    told = listening(worker.leagues)
    assert (await worker.current(ids[0])).phase == "ranked"
    assert told == []  # a seat of the days before brings no word by itself
    world.hands.to(ENDS - 20 * HOUR_MS)
    assert not await worker.leagues.remind()
    told.clear()
    late = await world.learner("late")
    await world.earn(worker, late, 7)
    await worker.flush()
    await world.earn(worker, late, 7)
    await worker.flush()
    assert told == [("late", "leagueClosing", "2026-W10", ENDS)]


async def test_a_seat_is_taken_where_word_cannot_be_sent(world: World) -> None:
    worker, _ = await ranked(world)
    listening(worker.leagues, unreadable="late")
    world.hands.to(ENDS - HOUR_MS)
    late = await world.learner("late")
    await world.earn(worker, late, 7)
    await worker.flush()
    assert (await worker.current(late)).phase == "ranked"
