"""What every back end of the locks does."""

from __future__ import annotations

import asyncio

import pytest

from api.live.ports import Live, LockHeldError


async def test_one_holds_a_lock_and_others_are_told(workers: tuple[Live, Live]) -> None:
    first, second = workers
    async with first.locks.lock("league", 60.0):
        with pytest.raises(LockHeldError, match="'league' is held"):
            async with second.locks.lock("league", 60.0):
                pass
        async with second.locks.lock("other", 60.0):
            pass
    async with second.locks.lock("league", 60.0):
        pass


async def test_tokens_rise_with_every_holder(workers: tuple[Live, Live]) -> None:
    tokens = []
    for worker in workers * 3:
        async with worker.locks.lock("league", 60.0) as held:
            tokens.append(held.token)
    assert tokens == sorted(set(tokens))


async def test_a_lock_ends_by_itself_and_the_late_holder_learns_of_it(workers: tuple[Live, Live]) -> None:
    first, second = workers
    async with first.locks.lock("league", 0.05) as late:
        await asyncio.sleep(0.1)
        async with second.locks.lock("league", 60.0) as current:
            assert current.token > late.token
            with pytest.raises(LockHeldError, match="was lost"):
                await late.renew()
            await current.renew()
    async with first.locks.lock("league", 60.0):
        pass


async def test_a_late_holder_that_lets_go_does_not_free_the_next_ones_lock(workers: tuple[Live, Live]) -> None:
    first, second = workers
    outer = first.locks.lock("league", 0.05)
    await outer.__aenter__()
    await asyncio.sleep(0.1)
    async with second.locks.lock("league", 60.0):
        await outer.__aexit__(None, None, None)
        with pytest.raises(LockHeldError):
            async with first.locks.lock("league", 60.0):
                pass


async def test_a_renewed_lock_is_held_on(workers: tuple[Live, Live]) -> None:
    first, second = workers
    async with first.locks.lock("league", 1.0) as held:
        for _ in range(4):
            await asyncio.sleep(0.3)
            await held.renew()
        with pytest.raises(LockHeldError):
            async with second.locks.lock("league", 60.0):
                pass


async def test_who_waits_gets_the_lock_when_it_is_free(workers: tuple[Live, Live]) -> None:
    first, second = workers
    inside = 0

    async def work(worker: Live) -> None:
        nonlocal inside
        async with worker.locks.lock("league", 60.0, wait_seconds=30.0):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(work(worker) for worker in (first, second) * 4))


async def test_a_lock_needs_a_time_to_end(live: Live) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        async with live.locks.lock("league", 0.0):
            pass
