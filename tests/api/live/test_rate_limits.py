"""What every back end of the rate limits does."""

from __future__ import annotations

import asyncio

import pytest

from api.live.embedded.rate_limits import EmbeddedRateLimits
from api.live.gcra import SECOND, decide, rate
from api.live.opening import open_live
from api.live.ports import Live

DAY = 86_400.0


async def test_a_limit_lets_so_many_through_and_says_when_to_come_again(live: Live) -> None:
    hits = [await live.rate_limits.hit("ana", 3, DAY) for _ in range(5)]
    assert [hit.allowed for hit in hits] == [True, True, True, False, False]
    assert [hit.remaining for hit in hits] == [2, 1, 0, 0, 0]
    assert hits[0].limit == 3
    assert hits[0].retry_seconds == 0.0
    assert hits[0].reset_seconds == pytest.approx(DAY / 3, rel=0.01)
    assert hits[2].reset_seconds == pytest.approx(DAY, rel=0.01)
    assert hits[3].retry_seconds == pytest.approx(DAY / 3, rel=0.01)


async def test_keys_do_not_share_a_limit(live: Live) -> None:
    assert (await live.rate_limits.hit("ana", 1, DAY)).allowed
    assert (await live.rate_limits.hit("ben", 1, DAY)).allowed
    assert not (await live.rate_limits.hit("ana", 1, DAY)).allowed


async def test_a_limit_is_whole_again_after_its_window(live: Live) -> None:
    for _ in range(2):
        await live.rate_limits.hit("ana", 2, 0.2)
    await asyncio.sleep(0.25)
    assert [(await live.rate_limits.hit("ana", 2, 0.2)).allowed for _ in range(2)] == [True, True]


async def test_a_hit_may_cost_more_and_a_refused_one_costs_nothing(live: Live) -> None:
    assert (await live.rate_limits.hit("ana", 10, DAY, cost=8)).remaining == 2
    assert not (await live.rate_limits.hit("ana", 10, DAY, cost=3)).allowed
    assert (await live.rate_limits.hit("ana", 10, DAY, cost=2)).allowed
    assert not (await live.rate_limits.hit("ana", 10, DAY, cost=11)).allowed


async def test_a_limit_that_was_lowered_holds_from_the_next_hit_on(live: Live) -> None:
    for _ in range(100):
        await live.rate_limits.hit("ana", 100, DAY)
    lowered = await live.rate_limits.hit("ana", 10, DAY / 24)
    assert not lowered.allowed
    assert lowered.retry_seconds <= DAY / 240


@pytest.mark.parametrize(("limit", "window", "cost"), [(0, 1.0, 1), (1, 0.0, 1), (1, 1.0, 0), (2_000_000, 1.0, 1)])
async def test_a_limit_that_makes_no_sense_is_refused(live: Live, limit: int, window: float, cost: int) -> None:
    with pytest.raises(ValueError, match=r"rate limit|a hit costs"):
        await live.rate_limits.hit("ana", limit, window, cost)


async def test_eight_clients_at_once_are_let_through_exactly_as_often_as_the_limit_says(live_url: str) -> None:
    first = await open_live(live_url)
    clients = [first, *[await open_live(live_url) if live_url else first for _ in range(7)]]

    async def storm(client: Live) -> int:
        return sum([(await client.rate_limits.hit("all", 137, DAY)).allowed for _ in range(200)])

    allowed = await asyncio.gather(*(storm(client) for client in clients))
    for client in clients:
        await client.close()
    assert sum(allowed) == 137


async def test_many_hits_of_one_client_at_once_are_counted_one_by_one(live: Live) -> None:
    hits = await asyncio.gather(*(live.rate_limits.hit("all", 137, DAY) for _ in range(600)))
    assert sum(hit.allowed for hit in hits) == 137
    assert sorted(hit.remaining for hit in hits if hit.allowed) == list(range(137))


async def test_a_caller_that_goes_away_takes_nobody_with_it(live: Live) -> None:
    hits = [asyncio.create_task(live.rate_limits.hit(f"k{i}", 1, DAY)) for i in range(50)]
    await asyncio.sleep(0)
    for hit in hits[::2]:
        hit.cancel()
    found = await asyncio.gather(*hits, return_exceptions=True)
    assert all(getattr(hit, "allowed", False) for hit in found[1::2])
    assert (await live.rate_limits.hit("later", 1, DAY)).allowed


@pytest.mark.parametrize("limit", [1, 3, 7, 9_999])
@pytest.mark.parametrize("window", [0.02, 1.0, 60.0, 86_400.0])
def test_the_algorithm_lets_exactly_the_limit_through_at_one_instant(limit: int, window: float) -> None:
    wanted, now, tat, n_allowed = rate(limit, window), 10**15, 0, 0
    for _ in range(limit + 5):
        allowed, tat = decide(wanted, tat, now, 1)
        n_allowed += allowed
    assert n_allowed == limit


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    wanted = rate(10, 60.0)
    _, tat = decide(wanted, 0, 10**15, 1)
    an_hour_back = 10**15 - 3600 * SECOND
    allowed, later = decide(wanted, tat, an_hour_back, 1)
    assert not allowed
    assert later == an_hour_back + wanted.burst
    assert decide(wanted, later, an_hour_back + wanted.interval, 1)[0]


async def test_keys_beyond_the_bound_are_forgotten_those_nearest_to_whole_first() -> None:
    now = 0
    limits = EmbeddedRateLimits(lambda: now, max_keys=8)
    for i in range(8):
        await limits.hit(f"k{i}", 10, 60.0, cost=i + 1)
    await limits.hit("k9", 10, 60.0)
    assert (await limits.hit("k0", 10, 60.0)).remaining == 9
    assert (await limits.hit("k7", 10, 60.0)).remaining == 1
    now = 3600 * SECOND
    for i in range(20, 28):
        await limits.hit(f"k{i}", 10, 60.0)
    assert len(limits._tats) <= 8
