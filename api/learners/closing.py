"""The end of a journal: closed once, for every server, and taken over by another learner's.

A journal is closed by a commit of its own. Whoever holds an older state and wants to append clashes with it, reads
again, and finds the journal closed; so nothing is ever added after it, and what was added before is all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import msgspec

from api.learners.entries import Happening, commit_of, encode_event, happenings_of
from api.learners.errors import LearnerClosedError
from api.learners.events import JournalClosed
from api.learners.facts import JournalEnded
from api.learners.learner import Learner
from api.learners.states import States
from api.store.ports import Commit, DuplicateEventError, SequenceClashError
from api.wire import new_id

DEVICE = "server"
BATCH = 100
"""Events in a commit that takes them over."""

TRIES = 200
"""How often another server may be faster; each time only what it added is read."""

DIRECT, LEAP = 3, 16
"""Whoever writes without a pause is always faster. So after DIRECT tries a journal is closed LEAP commits ahead of its
end, and the commits in between are taken up by empty ones, from the last to the first, until both have met."""


class _End:
    """The end of a journal, to which is added without folding it. Its learner's lock is held meanwhile."""

    def __init__(self, states: States, learner: Learner) -> None:
        self._states = states
        self._learner_id = learner.id
        self._accepted_at = learner.state.accepted_at
        self.seq = learner.seq
        self.at = learner.state.last[0]

    async def append(self, happenings: Sequence[Happening], ahead: int = 1) -> bool:
        """Add a commit, so far ahead; whether nobody was faster. Raises DuplicateEventError, LearnerClosedError."""
        now = max(self._states.clock(), self._accepted_at + 1)
        dated = [msgspec.structs.replace(happening, accepted_at=now) for happening in happenings]
        try:
            await self._states.journal.append(commit_of(self._learner_id, self.seq + ahead, dated))
        except SequenceClashError:
            await self._catch_up()
            return False
        self.seq, self._accepted_at = self.seq + ahead, now
        return True

    async def fill(self, below: int, n_commits: int) -> None:
        """Take up what nobody has of the n commits below one, from the last to the first."""
        for seq in range(below - 1, below - 1 - n_commits, -1):
            empty = Commit(learner_id=self._learner_id, seq=seq, events=(), facts=(), accepted_at=self._accepted_at)
            with suppress(SequenceClashError):
                await self._states.journal.append(empty)

    async def _catch_up(self) -> None:
        for commit in await self._states.journal.read(self._learner_id, self.seq):
            self.seq = commit.seq
            self._accepted_at = max(self._accepted_at, commit.accepted_at)
            self.at = max([self.at, *(event.effective_at for event in commit.events)])
            ended = [fact for happening in happenings_of([commit]) for fact in happening.facts]
            for fact in ended:
                if isinstance(fact, JournalEnded):
                    raise LearnerClosedError(self._learner_id, fact.into, fact.seq)


async def close_journal(states: States, learner_id: str, into: str = "") -> int:
    """Close a learner's journal; the seq of the commit that does. One that is closed stays as it is.

    `into` names the learner who takes it over, "" if it is to be erased.
    """
    async with states.lock(learner_id):
        try:
            end = _End(states, await states.cached(learner_id))
            for number in range(TRIES):
                ahead = 1 if number < DIRECT else LEAP
                if await end.append([_closing(states, end, into, ahead)], ahead):
                    await end.fill(end.seq, ahead - 1)
                    return end.seq
        except LearnerClosedError as closed:
            return closed.seq
        finally:
            states.forget(learner_id)
    raise SequenceClashError(f"learner {learner_id} is being written to from too many places; try again")


def _closing(states: States, end: _End, into: str, ahead: int) -> Happening:
    now = max(states.clock(), end.at + 1)
    return Happening(
        id=new_id(),
        effective_at=now,
        accepted_at=now,
        event=JournalClosed(client_time=now, zone="UTC", device_id=DEVICE, sequence=0),
        facts=(JournalEnded(into=into, seq=end.seq + ahead),),
    )


async def own_events(states: States, learner_id: str) -> list[Happening]:
    """All that a learner did, in the order of the fold, without the closing."""
    return [
        happening
        for happening in happenings_of(await states.journal.read(learner_id))
        if not isinstance(happening.event, JournalClosed)
    ]


async def take_over(states: States, learner_id: str, happenings: Iterable[Happening]) -> int:
    """Add another's events, with their facts as they are, to a learner's journal; how many were not there before.

    Those that are there already are passed over, so that it can be repeated after whatever interrupted it.

    Raises:
        LearnerClosedError: the learner's own journal is closed.
    """
    ordered = sorted(happenings, key=lambda happening: happening.key)
    async with states.lock(learner_id):
        try:
            end = _End(states, await states.cached(learner_id))
            return sum([await _take(end, ordered[start : start + BATCH]) for start in range(0, len(ordered), BATCH)])
        finally:
            states.forget(learner_id)


async def _take(end: _End, happenings: Sequence[Happening]) -> int:
    fresh = list(happenings)
    for _ in range(TRIES):
        if not fresh:
            return 0
        try:
            if await end.append(fresh):
                return len(fresh)
        except DuplicateEventError as error:
            fresh = [happening for happening in fresh if happening.id not in error.event_ids]
    raise SequenceClashError("the account is being written to from too many places; try again")


def clashes(first: Iterable[Happening], second: Iterable[Happening]) -> list[str]:
    """Ids under which two learners did different things."""
    bodies = {happening.id: encode_event(happening.event) for happening in first}
    return [
        happening.id
        for happening in second
        if happening.id in bodies and bodies[happening.id] != encode_event(happening.event)
    ]
