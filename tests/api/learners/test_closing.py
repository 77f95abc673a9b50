"""The end of a journal, however fast others write to it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.learners.closing import DIRECT, LEAP, close_journal, own_events, take_over
from api.learners.errors import LearnerClosedError
from api.learners.states import States
from api.store.ports import Commit, SequenceClashError
from tests.api.conftest import START


def empty(learner_id: str, seq: int) -> Commit:
    return Commit(learner_id=learner_id, seq=seq, events=(), facts=(), accepted_at=START + seq)


class Rival:
    """Stands before a journal; another server appends just before each of the first `n` appends that come.

    It takes the next free place, as one does that has not seen the end; past it, it would have clashed and seen it.
    """

    def __init__(self, journal: Any, n: int) -> None:
        self._journal = journal
        self._left = n
        self.written: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def append(self, commit: Commit) -> None:
        """Be faster."""
        if self._left:
            self._left -= 1
            commits = await self._journal.read(commit.learner_id)
            seqs = {each.seq for each in commits}
            following = next(seq for seq in range(1, len(seqs) + 2) if seq not in seqs)
            if not any(each.events and each.seq < following for each in commits):
                await self._journal.append(empty(commit.learner_id, following))
                self.written.append(following)
        await self._journal.append(commit)


@pytest.fixture
def states(store: Any, registry: Any) -> States:
    return States(store.journal, registry, lambda: START)


async def test_a_closed_journal_is_neither_read_nor_written_and_stays_as_it_was_closed(states: States) -> None:
    assert await close_journal(states, "ann", into="bob") == 1
    assert await close_journal(states, "ann", into="cai") == 1
    for _ in range(2):
        with pytest.raises(LearnerClosedError, match="merged into another account") as caught:
            async with states.reading("ann"):
                pass
        assert (caught.value.into, caught.value.seq) == ("bob", 1)
    with pytest.raises(LearnerClosedError):
        await take_over(states, "ann", [])
    assert await own_events(states, "ann") == []


@pytest.mark.parametrize("n", [1, DIRECT, DIRECT + 1, DIRECT + 5, DIRECT + LEAP + 2])
async def test_a_journal_is_closed_however_often_another_server_is_faster(store: Any, states: States, n: int) -> None:
    rival = Rival(store.journal, n)
    states.journal = rival
    closed_at = await close_journal(states, "ann")
    seqs = [commit.seq for commit in await store.journal.read("ann")]
    assert seqs == list(range(1, closed_at + 1))  # no place is left below the end
    assert set(rival.written) < set(seqs)
    with pytest.raises(SequenceClashError):
        await store.journal.append(empty("ann", rival.written[-1] + 1))


async def test_a_server_that_holds_an_older_state_finds_the_journal_closed(states: States, registry: Any) -> None:
    other = States(states.journal, registry, lambda: START)
    async with other.reading("ann"):
        pass
    await close_journal(states, "ann")
    with pytest.raises(LearnerClosedError, match="was deleted"):
        async with other.reading("ann"):
            pass


async def test_ten_who_close_a_journal_at_once_close_it_once(states: States, registry: Any) -> None:
    servers = [States(states.journal, registry, lambda: START) for _ in range(10)]
    assert set(await asyncio.gather(*(close_journal(each, "ann") for each in servers))) == {1}
