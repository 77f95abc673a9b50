"""What every back end of the leaderboards does."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.live.embedded.leaderboards import EmbeddedLeaderboards
from api.live.opening import open_live
from api.live.ports import MAX_SCORE, Entry, Live, Move, Report, Standing


async def fill(live: Live, *entries: Entry) -> None:
    for entry in entries:
        await live.leaderboards.set("board", entry.member, entry.score, entry.at)


async def test_the_most_points_come_first_and_ranks_begin_with_one(live: Live) -> None:
    await fill(live, Entry("ana", 10, 1), Entry("ben", 30, 2), Entry("cleo", 20, 3))
    assert await live.leaderboards.top("board", 2) == [Standing(1, "ben", 30), Standing(2, "cleo", 20)]
    assert await live.leaderboards.top("board", 2, offset=2) == [Standing(3, "ana", 10)]
    assert await live.leaderboards.top("board", 0) == []


async def test_of_equal_points_whoever_got_there_first_is_ahead_and_then_the_smaller_name(live: Live) -> None:
    await fill(live, Entry("late", 10, 200), Entry("zoe", 10, 100), Entry("abe", 10, 100), Entry("early", 10, 99))
    assert [standing.member for standing in await live.leaderboards.top("board", 9)] == ["early", "abe", "zoe", "late"]


async def test_adding_points_tells_the_new_place_and_workers_see_each_others(workers: tuple[Live, Live]) -> None:
    first, second = workers
    assert await first.leaderboards.add("board", "ana", 10, at=1) == Standing(1, "ana", 10)
    assert await second.leaderboards.add("board", "ben", 15, at=2) == Standing(1, "ben", 15)
    assert await second.leaderboards.add("board", "ana", 6, at=3) == Standing(1, "ana", 16)
    assert await first.leaderboards.rank("board", "ben") == Standing(2, "ben", 15)
    assert await first.leaderboards.size("board") == 2


async def test_adding_nothing_moves_nobody_but_puts_a_newcomer_on_the_board(live: Live) -> None:
    await fill(live, Entry("ana", 10, 1), Entry("ben", 10, 2))
    assert await live.leaderboards.add("board", "ana", 0, at=9) == Standing(1, "ana", 10)
    assert await live.leaderboards.add("board", "cleo", 0, at=9) == Standing(3, "cleo", 0)
    assert await live.leaderboards.add("board", "bob", 0, at=1) == Standing(3, "bob", 0)


async def test_points_can_be_taken_away_below_zero(live: Live) -> None:
    await fill(live, Entry("ana", 5, 1))
    assert await live.leaderboards.add("board", "ana", -7, at=2) == Standing(1, "ana", -2)


async def test_reports_may_come_twice_and_in_any_order_and_the_latest_counts(workers: tuple[Live, Live]) -> None:
    first, second = workers
    early, late = Report("board", "ana", 10, 1, version=4), Report("board", "ana", 7, 2, version=9)
    ben = Report("other", "ben", 3, 1, version=1)
    assert await first.leaderboards.report([early, ben]) == [Move(None, 1), Move(None, 1)]
    assert await second.leaderboards.report([Report("board", "cleo", 8, 1, version=1)]) == [Move(None, 2)]
    assert await second.leaderboards.report([late]) == [Move(1, 2)]
    assert await first.leaderboards.report([early, late]) == [Move(2, 2), Move(2, 2)]
    assert await first.leaderboards.rank("board", "ana") == Standing(2, "ana", 7)
    assert await first.leaderboards.rank("other", "ben") == Standing(1, "ben", 3)
    assert await first.leaderboards.report([]) == []


async def test_a_member_that_was_taken_off_or_put_by_hand_has_no_version(live: Live) -> None:
    board = live.leaderboards
    for forget in (
        lambda: board.remove("board", "ana"),
        lambda: board.set("board", "ana", 1, 1),
        lambda: board.replace("board", [Entry("ana", 1, 1)]),
        lambda: board.drop("board"),
    ):
        await board.report([Report("board", "ana", 10, 1, version=9)])
        await forget()
        await board.report([Report("board", "ana", 5, 1, version=2)])
        assert await board.rank("board", "ana") == Standing(1, "ana", 5)
        await board.drop("board")


async def test_around_shows_neighbours_and_fewer_at_the_ends(live: Live) -> None:
    await fill(live, *(Entry(f"m{score}", score, 1) for score in range(1, 8)))
    around = live.leaderboards.around
    assert await around("board", "m4", 1) == [Standing(3, "m5", 5), Standing(4, "m4", 4), Standing(5, "m3", 3)]
    assert [standing.member for standing in await around("board", "m7", 2)] == ["m7", "m6", "m5"]
    assert [standing.member for standing in await around("board", "m1", 2)] == ["m3", "m2", "m1"]
    assert await around("board", "m4", 0) == [Standing(4, "m4", 4)]


async def test_what_is_not_there_is_empty(live: Live) -> None:
    board = live.leaderboards
    assert await board.top("none", 5) == []
    assert await board.around("none", "ana", 5) == []
    assert await board.rank("none", "ana") is None
    assert await board.size("none") == 0
    assert not await board.remove("none", "ana")
    await board.drop("none")


async def test_a_member_can_be_taken_off_and_a_board_dropped(live: Live) -> None:
    await fill(live, Entry("ana", 1, 1), Entry("ben", 2, 2))
    assert await live.leaderboards.remove("board", "ben")
    assert await live.leaderboards.top("board", 5) == [Standing(1, "ana", 1)]
    await live.leaderboards.drop("board")
    assert await live.leaderboards.size("board") == 0


async def test_replacing_makes_the_board_hold_exactly_what_is_given(live: Live) -> None:
    await fill(live, Entry("old", 99, 1))
    await live.leaderboards.replace("board", [Entry("ana", 1, 5), Entry("ben", 1, 4)])
    assert await live.leaderboards.top("board", 9) == [Standing(1, "ben", 1), Standing(2, "ana", 1)]
    await live.leaderboards.replace("board", [])
    assert await live.leaderboards.top("board", 9) == []


async def test_boards_and_odd_names_do_not_mix(live: Live) -> None:
    odd = "a:b{c} ñ\n"
    await live.leaderboards.set(odd, odd, 3, 1)
    await live.leaderboards.set("other", "ana", 4, 1)
    assert await live.leaderboards.top(odd, 9) == [Standing(1, odd, 3)]
    assert await live.leaderboards.around(odd, odd, 1) == [Standing(1, odd, 3)]


async def test_great_scores_are_exact(live: Live) -> None:
    await fill(live, Entry("ana", MAX_SCORE, 1), Entry("ben", MAX_SCORE - 1, 1), Entry("cleo", -MAX_SCORE, 1))
    assert [standing.score for standing in await live.leaderboards.top("board", 9)] == [
        MAX_SCORE,
        MAX_SCORE - 1,
        -MAX_SCORE,
    ]
    assert (await live.leaderboards.around("board", "ben", 1))[0].score == MAX_SCORE


@pytest.mark.parametrize("entry", [Entry("", 1, 1), Entry("ana", MAX_SCORE + 1, 1), Entry("ana", 1, -1)])
async def test_what_a_board_cannot_hold_is_refused_by_name(live: Live, entry: Entry) -> None:
    with pytest.raises(ValueError, match=r"name|score lies|instant lies"):
        await live.leaderboards.set("board", entry.member, entry.score, entry.at)
    with pytest.raises(ValueError, match="n and offset"):
        await live.leaderboards.top("board", -1)


async def test_a_process_forgets_boards_nobody_used_for_longest_when_it_is_full() -> None:
    boards = EmbeddedLeaderboards(lambda: 0.0, max_members=4)
    for name in ("one", "two"):
        await boards.replace(name, [Entry("ana", 1, 1), Entry("ben", 2, 1)])
    assert await boards.size("one") == 2
    await boards.set("three", "cleo", 1, 1)
    assert [await boards.size(name) for name in ("one", "two", "three")] == [2, 0, 1]
    for i in range(9):
        await boards.set("three", f"m{i}", 1, 1)
    assert [await boards.size(name) for name in ("one", "three")] == [0, 10]


async def test_a_process_forgets_a_board_forty_days_after_its_last_change() -> None:
    now = 0.0
    boards = EmbeddedLeaderboards(lambda: now)
    await boards.set("board", "ana", 1, 1)
    now = 30 * 86_400.0
    await boards.add("board", "ben", 1, 1)
    now = 70 * 86_400.0
    assert await boards.size("board") == 2
    now += 1.0
    assert await boards.size("board") == 0


Additions = st.lists(
    st.tuples(st.sampled_from(["ana", "ben", "cleo", "dan"]), st.integers(-3, 3), st.integers(0, 3)), max_size=12
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(additions=Additions, seed=st.integers(0, 9))
async def test_any_order_of_additions_gives_the_same_board(
    live_url: str, additions: list[tuple[str, int, int]], seed: int
) -> None:
    live = await open_live(live_url)
    shuffled = random.Random(seed).sample(additions, len(additions))
    for board, order in (("one", additions), ("two", shuffled)):
        await live.leaderboards.drop(board)
        for member, delta, at in order:
            await live.leaderboards.add(board, member, delta, at)
    one, two = await live.leaderboards.top("one", 9), await live.leaderboards.top("two", 9)
    await live.close()
    assert one == two
