"""Many events of one device at once: decided one after another on the live state, written in as few commits as can be.

What is wrong with one event is its own affair. Late events are folded where they belong once, after the whole batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from api.learners.drafts import Arrival, Draft, accept
from api.learners.effective import Acceptance
from api.learners.entries import Happening, commit_of, happenings_of
from api.learners.errors import EventConflictError
from api.learners.fold import fold
from api.learners.learner import Learner
from api.learners.states import MAX_TRIES, Recorded, States, load, may_be_known
from api.store.ports import Commit, DuplicateEventError, SequenceClashError

MAX_COMMIT_BYTES = 4_000_000
"""Of bodies in one commit: a quarter of what a MongoDB document holds."""

TURN = 8
"""Events decided before the event loop gets a turn: a millisecond or two."""


class Deciding(Protocol):
    """Says what follows from events, one draft after another."""

    @property
    def refusals(self) -> tuple[type[Exception], ...]:
        """What may be wrong with an event; any other error ends the batch."""

    async def prepare(self, learner: Learner) -> None:
        """Fetch what deciding on the batch needs beside this live state."""

    async def decide(self, draft: Draft) -> None:
        """Tell the event's facts to its draft, or raise one of `refusals`, best before anything is told."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an event was not accepted."""

    error: Exception


Verdict = Recorded | Refused


@dataclass(frozen=True, slots=True)
class Recording:
    """The verdict on each event of a batch, in its order, and how they were placed in time."""

    verdicts: list[Verdict]
    skew_ms: int


async def record_all(states: States, learner_id: str, arrivals: Sequence[Arrival], deciding: Deciding) -> Recording:
    """Accept events of one device, in this order: that of the device, in which one may build on another.

    Each is accepted, found accepted before, or refused: with EventConflictError if its id stands for something else.

    Raises:
        StoreError: not everything could be kept; what was is found accepted when it is sent again.
    """
    accepted: set[str] = set()
    suspects: set[str] = set()
    async with states.lock(learner_id):
        for _ in range(MAX_TRIES):
            learner = await states.cached(learner_id)
            batch = Batch(states, learner, accept(learner, arrivals, states.clock(), states.backdating_ms), accepted)
            try:
                await batch.recall(arrivals, suspects)
                await deciding.prepare(learner)
                await batch.decide(arrivals, deciding)
                if batch.refused and await states.is_behind(learner):
                    continue  # what was refused may be right on a state that is not behind
                await batch.append()
            except DuplicateEventError as error:
                suspects.update(error.event_ids)
            except SequenceClashError:
                pass
            else:
                await batch.settle()
                return Recording(batch.verdicts, batch.accepted.skew_ms)
            finally:
                if not batch.done:
                    states.forget(learner_id)
    raise SequenceClashError(f"learner {learner_id} is being written to from too many places; try again")


class Batch:
    """One try to accept a batch. `written` collects the ids that were written, over all tries."""

    def __init__(self, states: States, learner: Learner, accepted: Acceptance, written: set[str]) -> None:
        self.verdicts: list[Verdict] = []
        self.accepted = accepted
        self.done = False
        self._states = states
        self._learner = learner
        self._written = written
        self._known: dict[str, Happening] = {}
        self._pending: list[Happening] = []
        self._late = False

    async def recall(self, arrivals: Sequence[Arrival], suspects: set[str]) -> None:
        """Look up those that may stand in the journal already; a commit that holds several is read once."""
        for arrival in arrivals:
            event_id = arrival.event_id
            if event_id not in self._known and (event_id in suspects or may_be_known(self._learner, arrival.event)):
                commit = await self._states.journal.find_event(self._learner.id, event_id)
                for happening in happenings_of([] if commit is None else [commit]):
                    self._known[happening.id] = happening

    async def decide(self, arrivals: Sequence[Arrival], deciding: Deciding) -> None:
        """Come to a verdict on each."""
        met: set[str] = set()
        for n, arrival in enumerate(arrivals, start=1):
            known = self._known.get(arrival.event_id)
            if known is None:
                latest = self.accepted.now - (len(arrivals) - n)
                self.verdicts.append(await self._decide(arrival, latest, deciding))
            elif known.event != arrival.event:
                self.verdicts.append(Refused(conflict(arrival.event_id)))
            else:
                before = arrival.event_id in met or arrival.event_id not in self._written
                self.verdicts.append(Recorded(known, before, self._learner))
            met.add(arrival.event_id)
            if n % TURN == 0:
                await asyncio.sleep(0)

    async def _decide(self, arrival: Arrival, latest: int, deciding: Deciding) -> Verdict:
        draft = Draft(self._learner, arrival, self.accepted, self._states.courses, latest)
        try:
            await deciding.decide(draft)
        except deciding.refusals as error:
            if draft.touched:
                await self._undo(deciding)
            return Refused(error)
        happening = draft.happening()
        self._late |= draft.late
        self._pending.append(happening)
        self._known[happening.id] = happening
        return Recorded(happening, False, self._learner)

    async def _undo(self, deciding: Deciding) -> None:
        """Have the state again as it was before an event that was refused half-way."""
        learner = await load(self._states.journal, self._states.courses, self._learner.id)
        fold(learner, sorted(self._pending, key=lambda happening: happening.key), self._states.courses)
        self._learner = learner
        self._late = True
        await deciding.prepare(learner)

    @property
    def refused(self) -> bool:
        """Whether any event was."""
        return any(isinstance(verdict, Refused) for verdict in self.verdicts)

    async def append(self) -> None:
        """Make everything durable that was accepted."""
        for commit in commits_of(self._learner.id, self._learner.seq + 1, self._pending):
            await self._states.journal.append(commit)
            self._written.update(entry.id for entry in commit.events)
            self._learner.seq = commit.seq

    async def settle(self) -> None:
        """Fold late events where they belong, by loading the learner anew."""
        self.done = not self._late
        if self._late:
            self._states.forget(self._learner.id)
            self._learner = await self._states.cached(self._learner.id)
            self.done = True
        if self._pending:
            self._states.plan_snapshot(self._learner)


def commits_of(learner_id: str, seq: int, happenings: Sequence[Happening]) -> list[Commit]:
    """Commits from `seq` on that hold the happenings in their order: one, or as few as their size allows."""
    if not happenings:
        return []
    whole = commit_of(learner_id, seq, happenings)
    n_bytes = sum(len(entry.body) for entry in (*whole.events, *whole.facts))
    if len(happenings) == 1 or n_bytes <= MAX_COMMIT_BYTES:
        return [whole]
    middle = len(happenings) // 2
    first = commits_of(learner_id, seq, happenings[:middle])
    return [*first, *commits_of(learner_id, seq + len(first), happenings[middle:])]


def conflict(event_id: str) -> EventConflictError:
    """The error for an id that stands for something else."""
    return EventConflictError(f"event {event_id} was accepted before with other content; a new event needs a new id")
