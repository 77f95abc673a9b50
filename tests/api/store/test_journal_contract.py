"""What every Journal keeps, whatever it is built on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from api.store.opening import Store
from api.store.ports import Commit, DuplicateEventError, JournalEntry, SequenceClashError, Snapshot, StoreError

DAY = 86_400_000


def entry(id: str, body: bytes = b'{"a":1}') -> JournalEntry:
    return JournalEntry(id=id, kind="exerciseAnswered", effective_at=1_700_000_000_000, body=body)


def commit(learner: str, seq: int, *event_ids: str) -> Commit:
    events = tuple(entry(id) for id in event_ids)
    return Commit(learner_id=learner, seq=seq, events=events, facts=(entry(f"fact-{seq}"),), accepted_at=seq)


def snapshot(day: int, seq: int, *, fold_version: int = 1, at_offset: int = 0, body: bytes = b"state") -> Snapshot:
    return Snapshot(learner_id="ann", seq=seq, at=day * DAY + at_offset, fold_version=fold_version, body=body)


async def test_a_commit_reads_back_as_it_was(store: Store) -> None:
    given = Commit(
        learner_id="ann",
        seq=1,
        events=(entry("é-1", bytes(range(256))), entry("e2", b"")),
        facts=(JournalEntry(id="f1", kind="xp", effective_at=-5, body=b"{}"),),
        accepted_at=1_700_000_000_123,
    )
    await store.journal.append(given)
    assert await store.journal.read("ann") == [given]


async def test_commits_are_read_in_order_of_sequence_after_a_given_one(store: Store) -> None:
    for seq in (1, 2, 10, 3):
        await store.journal.append(commit("ann", seq, f"e{seq}"))
    assert [c.seq for c in await store.journal.read("ann", after_seq=1)] == [2, 3, 10]
    assert [c.seq for c in await store.journal.read("ann", after_seq=1, limit=2)] == [2, 3]
    assert await store.journal.read("ann", limit=0) == []
    assert await store.journal.read("ann", after_seq=10) == []
    assert await store.journal.read("bob") == []


async def test_a_long_journal_is_read_whole(store: Store) -> None:
    await asyncio.gather(*(store.journal.append(commit("ann", seq, f"e{seq}")) for seq in range(1, 651)))
    assert [c.seq for c in await store.journal.read("ann")] == list(range(1, 651))
    assert [c.seq for c in await store.journal.read("ann", after_seq=7, limit=401)] == list(range(8, 409))


async def test_learners_do_not_see_each_other(store: Store) -> None:
    await store.journal.append(commit("ann", 1, "same"))
    await store.journal.append(commit("bob", 1, "same"))
    assert [c.learner_id for c in await store.journal.read("bob")] == ["bob"]
    found = await store.journal.find_event("bob", "same")
    assert found is not None
    assert found.learner_id == "bob"


async def test_a_taken_sequence_is_a_clash_and_changes_nothing(store: Store) -> None:
    await store.journal.append(commit("ann", 1, "e1"))
    with pytest.raises(SequenceClashError, match="ann already has a commit 1"):
        await store.journal.append(commit("ann", 1, "e2"))
    assert await store.journal.read("ann") == [commit("ann", 1, "e1")]
    assert await store.journal.find_event("ann", "e2") is None


async def test_a_known_event_is_a_duplicate_and_nothing_of_its_commit_lands(store: Store) -> None:
    await store.journal.append(commit("ann", 1, "e1"))
    await store.journal.append(commit("ann", 2, "e2"))
    with pytest.raises(DuplicateEventError) as caught:
        await store.journal.append(commit("ann", 3, "new", "e2", "newer", "e1"))
    assert caught.value.event_ids == ("e2", "e1")
    assert [c.seq for c in await store.journal.read("ann")] == [1, 2]
    assert await store.journal.find_event("ann", "new") is None
    await store.journal.append(commit("ann", 3, "new"))


async def test_when_sequence_and_events_both_clash_the_duplicate_is_reported(store: Store) -> None:
    await store.journal.append(commit("ann", 1, "e1"))
    with pytest.raises(DuplicateEventError) as caught:
        await store.journal.append(commit("ann", 1, "e1", "e2"))
    assert caught.value.event_ids == ("e1",)


async def test_an_event_twice_in_one_commit_is_a_duplicate(store: Store) -> None:
    with pytest.raises(DuplicateEventError) as caught:
        await store.journal.append(commit("ann", 1, "e1", "e2", "e1"))
    assert caught.value.event_ids == ("e1",)
    assert await store.journal.read("ann") == []


async def test_of_appends_made_together_each_lands_once_or_learns_exactly_why(store: Store) -> None:
    together = [
        commit("ann", 1, "e1"),
        commit("ann", 1, "e2"),
        commit("ann", 1, "e1"),
        commit("ann", 2, "e1", "e3"),
        commit("bob", 1, "e1"),
        commit("ann", 2, "e4"),
    ]
    outcomes = await asyncio.gather(*(store.journal.append(c) for c in together), return_exceptions=True)
    kept = {(c.learner_id, c.seq): c for name in ("ann", "bob") for c in await store.journal.read(name)}
    assert kept["bob", 1] == together[4]
    assert sum(outcome is None for outcome in outcomes) == len(kept) == 3
    for asked, outcome in zip(together, outcomes, strict=True):
        there = {event.id for c in kept.values() if c.learner_id == asked.learner_id for event in c.events}
        known = tuple(event.id for event in asked.events if event.id in there)
        if outcome is None:
            assert kept[asked.learner_id, asked.seq] == asked
        elif known:
            assert isinstance(outcome, DuplicateEventError | SequenceClashError)
            assert getattr(outcome, "event_ids", known) == known
        else:
            assert isinstance(outcome, SequenceClashError)


async def test_many_appends_at_once_all_land_once(store: Store) -> None:
    commits = [commit(f"learner-{n % 40}", n // 40 + 1, f"e{n}") for n in range(400)]
    await asyncio.gather(*(store.journal.append(c) for c in commits))
    for learner in range(40):
        assert [c.seq for c in await store.journal.read(f"learner-{learner}")] == list(range(1, 11))


async def test_clashes_in_a_crowd_leave_the_others_alone(store: Store) -> None:
    await store.journal.append(commit("ann", 1, "taken"))
    crowd = [commit("ann", 1, f"clash-{n}") if n % 7 == 0 else commit(f"l{n}", 1, f"e{n}") for n in range(300)]
    outcomes = await asyncio.gather(*(store.journal.append(c) for c in crowd), return_exceptions=True)
    for n, outcome in enumerate(outcomes):
        assert isinstance(outcome, SequenceClashError) if n % 7 == 0 else outcome is None
    assert len(await store.journal.learners()) == 1 + sum(n % 7 != 0 for n in range(300))


async def test_a_cancelled_append_breaks_nobody_else(store: Store) -> None:
    tasks = [asyncio.ensure_future(store.journal.append(commit(f"l{n}", 1, "e"))) for n in range(60)]
    for _ in range(3):
        for task in tasks[::3]:
            task.cancel()
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(outcome is None for n, outcome in enumerate(outcomes) if n % 3)
    for n in range(60):
        assert len(await store.journal.read(f"l{n}")) == 1 if n % 3 else len(await store.journal.read(f"l{n}")) <= 1
    await store.journal.append(commit("after", 1, "e"))


async def test_an_event_is_found_in_its_commit_and_a_fact_is_not_an_event(store: Store) -> None:
    await store.journal.append(commit("ann", 1, "e1"))
    await store.journal.append(commit("ann", 2, "e2", "e3"))
    assert await store.journal.find_event("ann", "e3") == commit("ann", 2, "e2", "e3")
    assert await store.journal.find_event("ann", "fact-1") is None
    assert await store.journal.find_event("bob", "e3") is None


async def test_a_commit_may_hold_facts_only_and_a_batch_of_five_hundred_lands_whole(store: Store) -> None:
    await store.journal.append(commit("ann", 1))
    batch = commit("ann", 2, *(f"e{n}" for n in range(500)))
    await store.journal.append(batch)
    assert await store.journal.read("ann", after_seq=1) == [batch]


@pytest.mark.parametrize(("learner", "seq"), [("", 1), ("ann", 0), ("ann", -1), ("ann", 2**63), ("\ud800", 1)])
async def test_what_cannot_be_stored_is_refused_and_named(store: Store, learner: str, seq: int) -> None:
    bad, good = commit(learner, seq, "e1"), commit("bob", 1, "e1")
    outcomes = await asyncio.gather(store.journal.append(bad), store.journal.append(good), return_exceptions=True)
    assert isinstance(outcomes[0], StoreError)
    assert outcomes[1] is None


async def test_learners_are_listed_once_in_order_and_in_pages(store: Store) -> None:
    for learner, seq in (("bob", 1), ("ann", 1), ("ann", 2), ("cy", 1)):
        await store.journal.append(commit(learner, seq, f"e{seq}"))
    assert await store.journal.learners() == ["ann", "bob", "cy"]
    assert await store.journal.learners(limit=2) == ["ann", "bob"]
    assert await store.journal.learners(after="ann", limit=1) == ["bob"]


async def test_learners_are_listed_also_when_their_journal_begins_later(store: Store) -> None:
    for learner, seq in (("a", 1), ("b", 5), ("c", 1), ("d", 2), ("d", 3), ("e", 1), ("f", 9)):
        await store.journal.append(commit(learner, seq, f"e{seq}"))
    assert await store.journal.learners() == ["a", "b", "c", "d", "e", "f"]
    listed, after = [], ""
    while page := await store.journal.learners(after=after, limit=2):
        listed += page
        after = page[-1]
    assert listed == ["a", "b", "c", "d", "e", "f"]


async def test_the_newest_snapshot_of_a_fold_version_is_found(store: Store) -> None:
    for kept in (snapshot(100, 5), snapshot(102, 9), snapshot(101, 7), snapshot(103, 9, fold_version=2)):
        await store.journal.save_snapshot(kept)
    assert await store.journal.latest_snapshot("ann", 1) == snapshot(102, 9)
    assert await store.journal.latest_snapshot("ann", 2) == snapshot(103, 9, fold_version=2)
    assert await store.journal.latest_snapshot("ann", 3) is None
    assert await store.journal.latest_snapshot("bob", 1) is None


async def test_a_snapshot_before_a_time_is_strictly_before_it(store: Store) -> None:
    await store.journal.save_snapshot(snapshot(100, 5, at_offset=7))
    await store.journal.save_snapshot(snapshot(101, 7, at_offset=7))
    assert await store.journal.latest_snapshot("ann", 1, before=101 * DAY + 8) == snapshot(101, 7, at_offset=7)
    assert await store.journal.latest_snapshot("ann", 1, before=101 * DAY + 7) == snapshot(100, 5, at_offset=7)
    assert await store.journal.latest_snapshot("ann", 1, before=100 * DAY + 7) is None


async def test_the_snapshot_of_a_day_is_replaced_only_by_a_higher_sequence(store: Store) -> None:
    await store.journal.save_snapshot(snapshot(100, 5, at_offset=1))
    await store.journal.save_snapshot(snapshot(100, 5, at_offset=2, body=b"same"))
    await store.journal.save_snapshot(snapshot(100, 4, at_offset=3, body=b"older"))
    assert await store.journal.latest_snapshot("ann", 1) == snapshot(100, 5, at_offset=1)
    await store.journal.save_snapshot(snapshot(100, 6, body=b"newer"))
    assert await store.journal.latest_snapshot("ann", 1) == snapshot(100, 6, body=b"newer")


async def test_snapshots_are_kept_daily_for_a_month_and_monthly_before(store: Store) -> None:
    newest = 20_000
    for seq, day in enumerate(range(newest - 100, newest + 1), start=1):
        await store.journal.save_snapshot(snapshot(day, seq))
    found, before = [], None
    while (kept := await store.journal.latest_snapshot("ann", 1, before)) is not None:
        found.append(kept.at // DAY)
        before = kept.at
    assert found[:31] == list(range(newest, newest - 31, -1))
    assert 3 <= len(found[31:]) <= 4


async def test_everything_is_there_after_closing_and_opening_again(open_again: Callable[[], Awaitable[Store]]) -> None:
    first = await open_again()
    await first.journal.append(commit("ann", 1, "e1"))
    await first.journal.save_snapshot(snapshot(100, 1))
    await first.close()
    second = await open_again()
    assert await second.journal.read("ann") == [commit("ann", 1, "e1")]
    assert await second.journal.latest_snapshot("ann", 1) == snapshot(100, 1)
    with pytest.raises(DuplicateEventError):
        await second.journal.append(commit("ann", 2, "e1"))
    await second.close()


async def test_closing_commits_what_was_asked_for_and_refuses_the_rest(
    open_again: Callable[[], Awaitable[Store]],
) -> None:
    store = await open_again()
    tasks = [asyncio.ensure_future(store.journal.append(commit(f"l{n}", 1, "e"))) for n in range(300)]
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    assert await asyncio.gather(*tasks) == [None] * 300
    with pytest.raises(StoreError, match="closed"):
        await store.journal.append(commit("late", 1, "e"))
    with pytest.raises(StoreError, match="closed"):
        await store.journal.read("late")
    again = await open_again()
    assert len(await again.journal.learners()) == 300
    await again.close()
