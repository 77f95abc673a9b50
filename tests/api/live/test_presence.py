"""What every back end of presence does."""

from __future__ import annotations

import asyncio

from api.live.embedded.presence import EmbeddedPresence
from api.live.ports import Live


async def test_who_beats_is_present_to_all_workers_until_leaving(workers: tuple[Live, Live]) -> None:
    first, second = workers
    await first.presence.beat("class", "ana", 60.0)
    await second.presence.beat("class", "ben", 60.0)
    await first.presence.beat("other", "cleo", 60.0)
    assert await second.presence.present("class") == {"ana", "ben"}
    await second.presence.leave("class", "ana")
    await second.presence.leave("class", "nobody")
    assert await first.presence.present("class") == {"ben"}
    assert await first.presence.present("none") == frozenset()


async def test_a_beat_ends_by_itself_unless_it_is_repeated(live: Live) -> None:
    await live.presence.beat("class", "ana", 0.1)
    await live.presence.beat("class", "ben", 60.0)
    await live.presence.beat("class", "cleo", 0.1)
    await live.presence.beat("class", "cleo", 60.0)
    await asyncio.sleep(0.15)
    assert await live.presence.present("class") == {"ben", "cleo"}


async def test_a_short_beat_does_not_end_a_long_one(live: Live) -> None:
    await live.presence.beat("class", "ana", 60.0)
    await live.presence.beat("class", "ben", 0.05)
    await asyncio.sleep(0.1)
    assert await live.presence.present("class") == {"ana"}


async def test_a_full_process_keeps_who_is_here_and_takes_more_when_some_are_gone() -> None:
    now = 0.0
    presence = EmbeddedPresence(lambda: now, max_beats=2)
    await presence.beat("a", "ana", 10.0)
    await presence.beat("b", "ben", 100.0)
    await presence.beat("c", "cleo", 100.0)
    await presence.beat("b", "ben", 200.0)
    assert [await presence.present(group) for group in "abc"] == [{"ana"}, {"ben"}, frozenset()]
    now = 50.0
    await presence.beat("c", "cleo", 100.0)
    assert [await presence.present(group) for group in "abc"] == [frozenset(), {"ben"}, {"cleo"}]
