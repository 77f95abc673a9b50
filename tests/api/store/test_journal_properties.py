"""Whatever is appended in whatever order, at once or one by one: every Journal answers as a plain model does."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.store.opening import Store
from api.store.ports import Commit, DuplicateEventError, JournalEntry, SequenceClashError, Snapshot
from api.store.retention import MS_PER_DAY, day_of, expired_days
from tests.api.store.conftest import Open

N_EXAMPLES = 40
Outcome = tuple[str, ...]
Wanted = tuple[str, int, tuple[str, ...]]  # learner, sequence, event ids
WANTED = st.tuples(
    st.sampled_from(["ann", "bob"]),
    st.integers(1, 4),
    st.lists(st.sampled_from(["e1", "e2", "e3", "e4", "e5"]), max_size=3).map(tuple),
)
BATCHES = st.lists(st.lists(WANTED, min_size=1, max_size=4), max_size=8)
DAYS = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 6), st.integers(0, 3)), max_size=12)
relaxed = settings(max_examples=N_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Model:
    """What a journal is, said in a few lines."""

    def __init__(self, commits: Iterable[Commit] = ()) -> None:
        self.commits = {(commit.learner_id, commit.seq): commit for commit in commits}

    def append(self, commit: Commit) -> Outcome:
        """Keep it if it is new; what becomes of it."""
        ids = [event.id for event in commit.events]
        known = {event.id for there in self.of(commit.learner_id) for event in there.events}
        duplicates = [id for id in dict.fromkeys(ids) if id in known or ids.count(id) > 1]
        if duplicates:
            return ("duplicate", *duplicates)
        if (commit.learner_id, commit.seq) in self.commits:
            return ("clash",)
        self.commits[commit.learner_id, commit.seq] = commit
        return ()

    def of(self, learner_id: str) -> list[Commit]:
        """A learner's commits in order."""
        return [self.commits[key] for key in sorted(self.commits) if key[0] == learner_id]


def commit(wanted: Wanted, prefix: str) -> Commit:
    learner, seq, ids = wanted
    events = tuple(JournalEntry(id=id, kind="answer", effective_at=seq, body=b"%d" % seq) for id in ids)
    return Commit(learner_id=f"{prefix}-{learner}", seq=seq, events=events, facts=(), accepted_at=seq)


def outcome_of(answer: BaseException | None) -> Outcome:
    if isinstance(answer, DuplicateEventError):
        return ("duplicate", *answer.event_ids)
    if isinstance(answer, SequenceClashError):
        return ("clash",)
    assert answer is None, answer
    return ()


def explained(model: Model, batch: list[Commit], outcomes: list[Outcome]) -> Model:
    """The model after the batch in an order that gives these outcomes."""
    for order in itertools.permutations(range(len(batch))):
        after = Model(model.commits.values())
        if all(after.append(batch[n]) == outcomes[n] for n in order):
            return after
    raise AssertionError(f"no order of {batch} gives {outcomes}")


@pytest.fixture
def opened(open_again: Open) -> Iterator[tuple[asyncio.Runner, Store]]:
    """A loop and a store that last for all examples; each example has learners of its own."""
    with asyncio.Runner() as runner:
        store = runner.run(open_again())
        yield runner, store
        runner.run(store.close())


@relaxed
@given(batches=BATCHES)
def test_appends_at_once_come_out_as_in_some_order_one_after_the_other(
    opened: tuple[asyncio.Runner, Store], batches: list[list[Wanted]]
) -> None:
    runner, store = opened
    prefix = uuid.uuid4().hex

    async def play() -> None:
        model = Model()
        for wanted in batches:
            batch = [commit(one, prefix) for one in wanted]
            answers = await asyncio.gather(*(store.journal.append(c) for c in batch), return_exceptions=True)
            model = explained(model, batch, [outcome_of(answer) for answer in answers])
            await reads_like(store, model, prefix)

    runner.run(play())


async def reads_like(store: Store, model: Model, prefix: str) -> None:
    """Every read gives what the model holds."""
    for name in ("ann", "bob"):
        learner = f"{prefix}-{name}"
        kept = model.of(learner)
        assert await store.journal.read(learner) == kept
        assert await store.journal.read(learner, after_seq=2, limit=1) == [c for c in kept if c.seq > 2][:1]
        for id in ("e1", "e3", "e5"):
            holder = next((c for c in kept if any(event.id == id for event in c.events)), None)
            assert await store.journal.find_event(learner, id) == holder
    listed = await store.journal.learners(after=prefix, limit=2)
    assert [learner for learner in listed if learner.startswith(prefix)] == sorted({id for id, _ in model.commits})


@relaxed
@given(saved=DAYS)
def test_snapshots_are_kept_as_the_rule_says(
    opened: tuple[asyncio.Runner, Store], saved: list[tuple[int, int, int]]
) -> None:
    runner, store = opened
    learner = uuid.uuid4().hex

    async def play() -> None:
        model: dict[int, Snapshot] = {}
        for day, seq, offset in saved:
            body = b"%d/%d" % (seq, offset)
            given = Snapshot(learner_id=learner, seq=seq, at=day * MS_PER_DAY + offset, fold_version=1, body=body)
            await store.journal.save_snapshot(given)
            if day not in model or model[day].seq < seq:
                model[day] = given
            for old in expired_days(model):
                del model[old]
            newest = model[max(model)]
            assert await store.journal.latest_snapshot(learner, 1) == newest
            before = [one for one in model.values() if one.at < newest.at]
            expected = max(before, key=lambda one: day_of(one.at), default=None)
            assert await store.journal.latest_snapshot(learner, 1, before=newest.at) == expected

    runner.run(play())
