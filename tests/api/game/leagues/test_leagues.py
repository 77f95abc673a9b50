"""Joining, scoring, reading, leaving: on each store and each live state."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import get_args

import pytest

from api.game.leagues.cohorts import COHORT
from api.game.leagues.copy import COPY
from api.game.leagues.pseudonyms import pseudonym
from api.game.leagues.record import Record
from api.game.leagues.rules import Outcome
from api.game.leagues.schemas import Phase
from api.game.leagues.service import message_of
from api.game.leagues.standings import board_of
from api.game.leagues.weeks import WEEK_MS
from api.live.opening import open_live
from api.store.ports import VersionClashError
from tests.api.game.leagues.world import HOUR_MS, MONDAY, NOON, Worker, World, age, cleared, flag, league_mode
from tests.servers.redis import RedisServer


def seat_of(worker: Worker, learner_id: str) -> tuple[str, str]:
    held = worker.leagues.books.known(learner_id)
    assert held is not None
    assert held.record.seat is not None
    return held.record.seat.cohort, held.record.seat.handle


async def cohort_sizes(world: World) -> list[int]:
    leagues = (await world.worker()).leagues
    found = await leagues.cohorts.page("2026-W10", "", 500)
    return [len(cohort.members) for _, cohort in found]


async def test_the_first_xp_of_the_week_gives_a_seat_and_the_standing_is_by_xp(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 5)
    league = await worker.current(ids[0])
    assert (league.phase, league.place, league.xp, league.week.name) == ("ranked", 5, 10, "2026-W10")
    assert [member.xp for member in league.members] == [14, 13, 12, 11, 10]
    assert [member.you for member in league.members] == [False] * 4 + [True]
    assert (league.promoted, league.demoted, league.tier.code) == (3, 0, "spring")
    assert [member.zone for member in league.members] == ["promoted"] * 3 + ["stays"] * 2


def test_every_message_has_words() -> None:
    for phase in get_args(Phase):
        for waiting in ("", "2026-W10"):
            for under_review in (False, True):
                assert message_of(Record(learner_id="ana", waiting=waiting), phase, under_review=under_review) in COPY
    assert {f"league.{outcome}" for outcome in get_args(Outcome)} <= COPY.keys()


async def test_without_xp_there_is_no_seat(world: World) -> None:
    worker = await world.worker()
    ana = await world.learner("ana")
    await world.earn(worker, ana, 0, **league_mode(""))
    await worker.flush()
    league = await worker.current(ana)
    assert (league.phase, league.place, league.members) == ("notYet", None, ())
    assert not await world.store.documents.all(COHORT)


async def test_scores_add_up_and_a_new_place_is_told(lively: World) -> None:
    worker = await lively.worker()
    ids = await lively.lot(worker, 3)
    worker.moved.clear()
    await lively.earn(worker, ids[0], 5)
    await worker.flush()
    assert worker.moved == [ids[0]]
    await lively.earn(worker, ids[0], 40)
    await lively.earn(worker, ids[0], 2)
    await worker.flush()
    league = await worker.current(ids[0])
    assert (league.place, league.xp) == (1, 57)
    worker.moved.clear()
    await lively.earn(worker, ids[0], 1)
    await worker.flush()
    assert worker.moved == []


async def test_joining_twice_and_from_two_workers_at_once_gives_the_same_seat(stored: World) -> None:
    first, second = await stored.worker(), await stored.worker()
    ids = [await stored.learner(f"l{i}") for i in range(12)]
    for id in ids:
        await stored.earn(first, id, 10)
    await asyncio.gather(first.flush(), *(second.current(id) for id in ids))
    for id in ids:
        await first.current(id)
        await second.current(id)
        assert seat_of(first, id) == seat_of(second, id)
    assert await cohort_sizes(stored) == [12]


async def test_a_crowd_at_several_workers_fills_cohorts_of_thirty(stored: World) -> None:
    workers = [await stored.worker() for _ in range(4)]
    ids = [await stored.learner(f"l{i:03d}") for i in range(70)]
    for i, id in enumerate(ids):
        await stored.earn(workers[i % 4], id, 10)
    await asyncio.gather(*(worker.flush() for worker in workers))
    assert sorted(await cohort_sizes(stored)) == [10, 30, 30]
    seats = Counter(seat_of(workers[i % 4], id)[0] for i, id in enumerate(ids))
    assert max(seats.values()) == 30


async def test_a_seat_that_was_announced_but_not_taken_is_taken_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = await world.worker()
    ana = await world.learner("ana")
    await world.earn(worker, ana, 10)

    async def crash(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(worker.leagues.cohorts, "put", crash)
        with pytest.raises(asyncio.CancelledError):
            await worker.flush()
    assert await cohort_sizes(world) == []
    again = await world.worker()
    league = await again.current(ana)
    assert league.place == 1
    assert await cohort_sizes(world) == [1]


async def test_a_seat_that_filled_up_before_it_was_taken_is_exchanged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = await world.worker()
    ana = await world.learner("ana")
    await world.earn(worker, ana, 10)

    async def crash(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(worker.leagues.cohorts, "put", crash)
        with pytest.raises(asyncio.CancelledError):
            await worker.flush()
    other = await world.worker()
    await world.lot(other, 30)
    league = await other.current(ana)
    assert (league.place, len(league.members)) == (1, 1)
    assert sorted(await cohort_sizes(world)) == [1, 30]
    assert len((await other.current("l000")).members) == 30


async def test_a_clash_of_cohorts_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = await world.worker()
    put, n_calls = worker.leagues.cohorts.put, 0

    async def clashing(id: str, cohort: object, version: int) -> None:
        nonlocal n_calls
        n_calls += 1
        if n_calls % 3:
            raise VersionClashError("somebody was faster")
        await put(id, cohort, version)  # type: ignore[arg-type]

    monkeypatch.setattr(worker.leagues.cohorts, "put", clashing)
    await world.lot(worker, 45)
    assert sorted(await cohort_sizes(world)) == [15, 30]


async def standings(worker: Worker, ids: list[str]) -> list[object]:
    return [(await worker.current(id)).members for id in ids]


async def test_a_lost_live_state_is_made_again_from_the_ledger_to_the_same_standing(lively: World) -> None:
    worker = await lively.worker()
    ids = await lively.lot(worker, 33)
    for n, id in enumerate(ids):
        lively.hands.now += 60_000
        await lively.earn(worker, id, (n * 7) % 5)
    await worker.flush()
    before = await standings(worker, ids)
    for cohort in {seat_of(worker, id)[0] for id in ids}:
        await lively.live.leaderboards.drop(board_of(cohort))
    assert await standings(worker, ids) == before
    for cohort in {seat_of(worker, id)[0] for id in ids}:
        await lively.live.leaderboards.drop(board_of(cohort))
    assert await standings(await lively.worker(), ids) == before


async def test_what_a_killed_worker_did_not_report_is_found_by_whoever_looks(lively: World) -> None:
    worker = await lively.worker()
    ids = await lively.lot(worker, 4)
    await worker.current(ids[3])
    await lively.earn(None, ids[0], 100)
    own = await worker.current(ids[0])
    assert (own.place, own.xp) == (1, 110)
    await lively.earn(None, ids[1], 200)
    lively.hands.seconds += 301
    assert [member.xp for member in (await worker.current(ids[3])).members] == [211, 110, 13, 12]


async def test_the_standing_is_shown_from_the_ledger_while_redis_is_away(
    world: World, redis: object, redis_url: str
) -> None:

    assert isinstance(redis, RedisServer)
    live = await open_live(redis_url)
    worker = await world.worker(live)
    ids = await world.lot(worker, 3)
    before = (await worker.current(ids[1])).members
    redis.stop()
    await world.earn(worker, ids[1], 1)
    await worker.flush()
    league = await worker.current(ids[1])
    assert [(member.place, member.name) for member in league.members] != []
    assert {member.name for member in league.members} == {member.name for member in before}
    assert league.xp == 12
    assert await worker.leagues.service(worker.accounts).position(ids[1]) is None
    await live.close()


async def test_offline_work_counts_for_its_own_week_until_that_closes(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 2)
    world.hands.to(MONDAY + WEEK_MS + 5 * HOUR_MS)
    await world.earn(worker, ids[0], 50, at=MONDAY + WEEK_MS - HOUR_MS)
    await world.earn(worker, ids[0], 3)
    await worker.flush()
    league = await worker.current(ids[0])
    assert (league.phase, league.week.name, league.xp, league.place) == ("closing", "2026-W10", 60, 1)
    world.hands.to(MONDAY + WEEK_MS + 24 * HOUR_MS)
    await world.earn(worker, ids[1], 500, at=MONDAY + WEEK_MS - HOUR_MS)
    await worker.flush()
    world.hands.to(MONDAY + WEEK_MS + 25 * HOUR_MS)
    league = await worker.current(ids[0])
    assert (league.phase, league.week.name, league.xp) == ("ranked", "2026-W11", 3)
    assert league.last_week is not None
    assert (league.last_week.place, league.last_week.xp, league.last_week.outcome) == (1, 60, "promoted")
    assert league.tier.code == "brook"
    assert (await worker.current(ids[1])).last_week.xp == 11  # type: ignore[union-attr]


async def test_leaving_is_possible_at_any_time_and_coming_back_leads_to_the_same_seat(lively: World) -> None:
    worker = await lively.worker()
    ids = await lively.lot(worker, 3)
    seat = seat_of(worker, ids[1])
    await lively.earn(worker, ids[1], 0, **league_mode("off"))
    await worker.flush()
    league = await worker.current(ids[1])
    assert (league.phase, league.mode, league.members, league.place) == ("off", "off", (), None)
    assert [member.xp for member in (await worker.current(ids[0])).members] == [12, 10]
    await lively.earn(worker, ids[1], 5, **league_mode("on"))
    await worker.flush()
    assert seat_of(worker, ids[1]) == seat
    assert [member.xp for member in (await worker.current(ids[0])).members] == [16, 12, 10]


async def test_the_league_of_ones_own_past_shows_nobody_else(world: World) -> None:
    worker = await world.worker()
    ana = await world.learner("ana")
    await world.earn(worker, ana, 0, **league_mode("pastSelf"))
    for week, xp in ((0, 30), (1, 10), (2, 20)):
        world.hands.to(NOON + week * WEEK_MS)
        await world.earn(worker, ana, xp)
        await worker.flush()
    league = await worker.current(ana)
    assert (league.phase, league.members) == ("past", ())
    assert [(row.week, row.xp, row.current) for row in league.own_weeks] == [
        ("2026-W10", 30, False),
        ("2026-W12", 20, True),
        ("2026-W11", 10, False),
    ]
    assert not await world.store.documents.all(COHORT)


async def test_under_18_leagues_are_off_until_switched_on_and_then_nobody_moves_down(
    world: World,
) -> None:
    worker = await world.worker()
    ids = [await world.learner(f"l{i}", name=f"Real Name {i}") for i in range(6)]
    for id in ids[:5]:
        await world.earn(worker, id, 10, **age("under18"))
    await world.earn(worker, ids[5], 10)
    await worker.flush()
    assert (await worker.current(ids[0])).phase == "off"
    for id in ids[:5]:
        await world.earn(worker, id, 1, **league_mode("on"))
    await worker.flush()
    league = await worker.current(ids[0])
    assert (league.phase, len(league.members), league.demoted) == ("ranked", 5, 0)
    assert not any("Real" in member.name for member in league.members)
    assert [member.name for member in (await worker.current(ids[5])).members] == ["Real Name 5"]


async def test_others_see_the_chosen_name_or_a_pseudonym_and_nothing_else(world: World) -> None:
    worker = await world.worker()
    ana, ben = await world.learner("ana", name="Ana"), await world.learner("ben")
    for id in (ana, ben):
        await world.earn(worker, id, 10)
    await worker.flush()
    league = await worker.current(ana)
    handle = seat_of(worker, ben)[1]
    assert {member.name for member in league.members} == {"Ana", pseudonym(handle)}
    fields = league.members[0].__struct_fields__
    assert set(fields) == {"place", "name", "xp", "zone", "you"}


async def test_a_flag_takes_a_learner_off_the_standing_of_others_until_it_is_cleared(lively: World) -> None:
    worker = await lively.worker()
    ids = await lively.lot(worker, 4)
    await lively.earn(worker, ids[3], 90, **flag(NOON + 100 * HOUR_MS))
    await worker.flush()
    own = await worker.current(ids[3])
    assert (own.under_review, own.message, own.place) == (True, "league.underReview", 1)
    assert [member.xp for member in own.members] == [103, 12, 11, 10]
    assert [member.xp for member in (await worker.current(ids[0])).members] == [12, 11, 10]
    await lively.earn(worker, ids[3], 0, **cleared())
    await worker.flush()
    assert [member.xp for member in (await worker.current(ids[0])).members] == [103, 12, 11, 10]
    assert not (await worker.current(ids[3])).under_review


async def test_a_learner_of_long_standing_is_taken_in_from_the_whole_journal(world: World) -> None:
    ana = await world.learner("ana")
    for _ in range(450):
        await world.earn(None, ana, 1)
    assert (await (await world.worker()).current(ana)).xp == 450


async def test_a_document_that_lags_behind_is_written_after_a_while(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 1)
    await world.earn(worker, ids[0], 5)
    await worker.flush()
    scoring, books = worker.leagues.scoring, worker.leagues.books
    await scoring.checkpoint(300.0)
    assert set(books.dirty) == {ids[0]}
    world.hands.seconds += 301
    await scoring.checkpoint(300.0)
    assert not books.dirty
    (held,) = await books.of_cohort(seat_of(worker, ids[0])[0])
    assert (held.record.seq, held.record.weeks[-1].xp) == (2, 15)


async def test_whoever_goes_from_one_side_of_18_to_the_other_and_back_leaves_no_empty_seats(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 4)
    await world.earn(worker, ids[0], 5, **league_mode("on"))
    for number in range(6):
        await world.earn(worker, ids[0], 1, **age("under18" if number % 2 == 0 else "adult"))
        await worker.flush()
        assert sorted(await cohort_sizes(world)) == ([1, 3] if number % 2 == 0 else [0, 4])
    league = await worker.current(ids[0])
    assert (league.phase, len(league.members)) == ("ranked", 4)


async def test_a_full_cohort_stays_full_and_its_seat_is_taken_again_by_whoever_left_it(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 31)
    await world.earn(worker, ids[0], 5, **league_mode("on"))
    await worker.flush()
    first = seat_of(worker, ids[0])
    for number in range(4):
        await world.earn(worker, ids[0], 1, **age("under18" if number % 2 == 0 else "adult"))
        await worker.flush()
    assert seat_of(worker, ids[0]) == first
    assert sum(await cohort_sizes(world)) == 31


async def test_a_seat_that_somebody_else_took_meanwhile_is_not_taken_again(world: World) -> None:
    worker = await world.worker()
    ids = await world.lot(worker, 29)
    await world.earn(worker, ids[0], 5, **league_mode("on"))
    await world.earn(worker, ids[0], 1, **age("under18"))
    await worker.flush()
    more = [await world.learner(f"m{number}") for number in range(2)]
    for each in more:
        await world.earn(worker, each, 3)
    await worker.flush()
    await world.earn(worker, ids[0], 1, **age("adult"))
    await worker.flush()
    assert sorted(await cohort_sizes(world)) == [0, 1, 30]
    assert (await worker.current(ids[0])).phase == "ranked"
