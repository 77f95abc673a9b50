"""Erasing a learner, on every store; and that nothing of it is left in a SQLite file."""

from __future__ import annotations

from pathlib import Path

from api.store import open_store
from api.store.opening import Store
from api.store.ports import Commit, JournalEntry, Snapshot

N_COMMITS = 450


def commit(learner: str, seq: int, body: bytes = b'{"a":1}') -> Commit:
    events = tuple(
        JournalEntry(id=f"e{seq}-{number}", kind="answer", effective_at=seq, body=body) for number in range(2)
    )
    facts = (JournalEntry(id=f"e{seq}-0.0", kind="xp", effective_at=seq, body=body),)
    return Commit(learner_id=learner, seq=seq, events=events, facts=facts, accepted_at=seq)


async def fill(store: Store, learner: str, n_commits: int, body: bytes = b'{"a":1}') -> None:
    for seq in range(1, n_commits + 1):
        await store.journal.append(commit(learner, seq, body))
    await store.journal.save_snapshot(
        Snapshot(learner_id=learner, seq=n_commits, at=n_commits, fold_version=1, body=body * 100)
    )


async def test_an_erased_learner_leaves_nothing_and_nobody_else_is_touched(store: Store) -> None:
    journal = store.journal
    await fill(store, "ann", N_COMMITS)
    await fill(store, "bob", 3)
    await journal.erase("ann")
    assert await journal.read("ann") == []
    assert await journal.find_event("ann", "e1-0") is None
    assert await journal.latest_snapshot("ann", 1) is None
    assert await journal.learners() == ["bob"]
    assert len(await journal.read("bob")) == 3
    assert await journal.find_event("bob", "e1-0") is not None
    assert await journal.latest_snapshot("bob", 1) is not None


async def test_commits_from_a_sequence_on_can_be_kept_and_still_bar_the_way(store: Store) -> None:
    journal = store.journal
    await fill(store, "ann", 5)
    await journal.erase("ann", before_seq=5)
    assert [found.seq for found in await journal.read("ann")] == [5]
    assert await journal.find_event("ann", "e4-1") is None
    assert await journal.find_event("ann", "e5-1") is not None
    assert await journal.latest_snapshot("ann", 1) is None


async def test_erasing_twice_or_nobody_is_harmless_and_the_ids_are_free_again(store: Store) -> None:
    journal = store.journal
    await fill(store, "ann", 2)
    for _ in range(2):
        await journal.erase("ann")
    await journal.erase("nobody")
    await journal.append(commit("ann", 1))
    assert await journal.read("ann") == [commit("ann", 1)]


async def test_the_bytes_of_an_erased_learner_are_overwritten_in_the_file(tmp_path: Path) -> None:
    path, secret = tmp_path / "pacer.db", b"what-ann-wrote-once"
    store = await open_store(path)
    await fill(store, "ann", 40, secret * 20)
    await store.documents.put("note", "ann", b'{"text": "' + secret + b'"}')
    await fill(store, "bob", 3)
    await store.close()
    assert secret in path.read_bytes()
    store = await open_store(path)
    await store.journal.erase("ann")
    await store.documents.delete("note", "ann")
    await store.close()
    assert secret not in b"".join(found.read_bytes() for found in tmp_path.glob("pacer.db*"))
