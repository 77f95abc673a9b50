"""Live learners: a bounded cache of folded states, one writer at a time for each learner.

A state is loaded from the newest snapshot that precedes everything after it, and the tail of the journal. An event is
decided on the live state, appended with its facts in one commit, and answered only then. Whatever goes wrong on the
way, the live state is dropped and the journal, which is the truth, is read again.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakValueDictionary

from api.learners.drafts import Arrival, Draft, accept
from api.learners.entries import Happening, commit_of, encode_event, happenings_of
from api.learners.errors import EventConflictError, LearnerClosedError
from api.learners.events import Event
from api.learners.facts import EnrolmentMoved, EnrolmentStarted
from api.learners.fold import FOLD_VERSION, Pupils, fold
from api.learners.learner import Learner, LearnerState, decode_state
from api.store.ports import Commit, DuplicateEventError, Journal, SequenceClashError, Snapshot, StoreError

CAPACITY = 512
SNAPSHOT_EVENTS = 200
MAX_TRIES = 8
DAY_MS = 86_400_000
logger = logging.getLogger("pacer.learners")


class Courses(Pupils, Protocol):
    """Pupils on tracks that may first have to be fetched."""

    @property
    def belief_version(self) -> int:
        """Version of what beliefs mean."""

    async def ensure(self, version: str) -> None:
        """Make a version of a track available to the synchronous methods."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands in the journal for an event, whether it stood there before, and whose it is."""

    happening: Happening
    duplicate: bool
    learner: Learner


class States:
    """The live learners of this process. `backdating_ms` is of `api.learners.effective.Acceptance`."""

    def __init__(
        self,
        journal: Journal,
        courses: Courses,
        clock: Callable[[], int],
        capacity: int = CAPACITY,
        backdating_ms: int = 0,
    ) -> None:
        self.journal = journal
        self.courses = courses
        self.clock = clock
        self.backdating_ms = backdating_ms
        self.fold_version = fold_version(courses.belief_version)
        self._capacity = capacity
        self._live: OrderedDict[str, Learner] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def reading(self, learner_id: str) -> AsyncIterator[Learner]:
        """The learner as the journal has it now, held still while looked at."""
        async with self.lock(learner_id):
            yield await self._current(learner_id)

    async def record(self, learner_id: str, arrival: Arrival, decide: Callable[[Draft], Awaitable[None]]) -> Recorded:
        """Accept an event: `decide` tells its facts to the draft, all in one commit; or find it accepted before.

        `decide` may run several times, each on a fresh state. What it raises is raised here, unless the event turns out
        to be a duplicate, or another server has moved the learner on meanwhile: then it is asked again.

        Raises:
            EventConflictError: the id was used for an event of other content.
        """
        async with self.lock(learner_id):
            for _ in range(MAX_TRIES):
                learner = await self.cached(learner_id)
                if may_be_known(learner, arrival.event):
                    known = await self._known(learner, arrival)
                    if known is not None:
                        return known
                accepted = accept(learner, [arrival], self.clock(), self.backdating_ms)
                draft = Draft(learner, arrival, accepted, self.courses)
                try:
                    happening = await self._append(draft, decide)
                    if happening is not None:
                        return Recorded(happening=happening, duplicate=False, learner=learner)
                except DuplicateEventError:
                    known = await self._known(await self._current(learner_id), arrival)
                    if known is not None:
                        return known
                except StoreError:
                    raise
                except Exception:  # whatever `decide` refuses may be right on a state that is not behind
                    if not await self.is_behind(learner):
                        raise
            raise SequenceClashError(f"learner {learner_id} is being written to from too many places; try again")

    async def _known(self, learner: Learner, arrival: Arrival) -> Recorded | None:
        """The event in the journal, if it is there. Raises EventConflictError if it has other content there."""
        commit = await self.journal.find_event(learner.id, arrival.event_id)
        if commit is None:
            return None
        body = next(entry.body for entry in commit.events if entry.id == arrival.event_id)
        if body != encode_event(arrival.event):
            raise EventConflictError(
                f"event {arrival.event_id} was accepted before with other content; a new event needs a new id"
            )
        return Recorded(happening=_pick(commit, arrival.event_id), duplicate=True, learner=learner)

    async def happening(self, learner_id: str, event_id: str) -> Happening | None:
        """An event of the learner's journal with its facts, or None."""
        commit = await self.journal.find_event(learner_id, event_id)
        return None if commit is None else _pick(commit, event_id)

    async def close(self) -> None:
        """Wait for snapshots that are being written."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _append(self, draft: Draft, decide: Callable[[Draft], Awaitable[None]]) -> Happening | None:
        """The event with its facts, now in the journal; None if another writer was there first."""
        learner = draft.learner
        done = False
        try:
            await decide(draft)
            happening = draft.happening()
            await self.journal.append(commit_of(learner.id, learner.seq + 1, [happening]))
            done = True
        except SequenceClashError:
            self._live.pop(learner.id, None)
            return None
        finally:
            if draft.touched and (draft.late or not done):
                self._live.pop(learner.id, None)
        learner.seq += 1
        if not draft.late:
            self.plan_snapshot(learner)
        return happening

    def forget(self, learner_id: str) -> None:
        """Drop the live state; the journal is read again when it is next asked for."""
        self._live.pop(learner_id, None)

    def lock(self, learner_id: str) -> asyncio.Lock:
        """Held by whoever reads or writes the learner's live state."""
        lock = self._locks.get(learner_id)
        if lock is None:
            lock = self._locks[learner_id] = asyncio.Lock()
        return lock

    async def cached(self, learner_id: str) -> Learner:
        """The live state, which another process may have outrun."""
        learner = self._live.get(learner_id)
        if learner is None:
            learner = await load(self.journal, self.courses, learner_id)
            learner.memo["lock"] = self.lock(learner_id)  # not made anew for each event
            self._live[learner_id] = learner
            if len(self._live) > self._capacity:
                self._live.popitem(last=False)
        else:
            self._live.move_to_end(learner_id)
        if learner.state.closed is not None:
            raise LearnerClosedError(learner_id, learner.state.closed.into, learner.state.closed.seq)
        return learner

    async def _current(self, learner_id: str) -> Learner:
        learner = await self.cached(learner_id)
        return await self.cached(learner_id) if await self.is_behind(learner) else learner

    async def is_behind(self, learner: Learner) -> bool:
        """Whether another server wrote to the journal since; if so, the live state is let go."""
        behind = bool(await self.journal.read(learner.id, learner.seq, limit=1))
        if behind:
            self._live.pop(learner.id, None)
        return behind

    def plan_snapshot(self, learner: Learner) -> None:
        """Let a snapshot be written if enough has happened since the last, or a day has passed."""
        day = learner.state.last[0] // DAY_MS
        learner.snapshot_day = learner.snapshot_day or day
        if learner.state.n_events - learner.snapshot_events < SNAPSHOT_EVENTS and day == learner.snapshot_day:
            return
        learner.snapshot_events, learner.snapshot_day = learner.state.n_events, day
        task = asyncio.get_running_loop().create_task(self._save(learner.id))
        self._tasks.add(task)
        task.add_done_callback(self._saved)

    def _saved(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a snapshot was not saved; the journal holds everything", exc_info=task.exception())

    async def _save(self, learner_id: str) -> None:
        async with self.lock(learner_id):
            learner = self._live.get(learner_id)
            snapshot = None if learner is None else snapshot_of(learner, self.fold_version)
        if snapshot is not None:
            await self.journal.save_snapshot(snapshot)


def may_be_known(learner: Learner, event: Event) -> bool:
    """Whether the event may stand in the journal already; a device that counts up is spared the look."""
    clock = learner.state.devices.get(event.device_id)
    return clock is not None and event.sequence <= clock.marks[-1].sequence


def fold_version(belief_version: int) -> int:
    """One number for the code of the fold and the meaning of beliefs."""
    return zlib.crc32(f"{FOLD_VERSION}/{belief_version}".encode())


def snapshot_of(learner: Learner, version: int) -> Snapshot:
    """The learner's state as a snapshot."""
    return Snapshot(
        learner_id=learner.id,
        seq=learner.seq,
        at=learner.state.last[0],
        fold_version=version,
        body=learner.encode(),
    )


async def load(journal: Journal, courses: Courses, learner_id: str, *, snapshots: bool = True) -> Learner:
    """A learner from the newest usable snapshot and the tail of the journal; from the beginning if told so.

    A snapshot is usable if everything after it in the journal also lies after it in time: late events are folded from
    the snapshot before the earliest of them.
    """
    version = fold_version(courses.belief_version)
    before: int | None = None
    while True:
        snapshot = await journal.latest_snapshot(learner_id, version, before) if snapshots else None
        commits = await journal.read(learner_id, snapshot.seq if snapshot else 0)
        tail = happenings_of(commits)
        if snapshot is None or not tail or tail[0].effective_at > snapshot.at:
            break
        before = tail[0].effective_at
    state = decode_state(snapshot.body) if snapshot else LearnerState(learner_id=learner_id)
    learner = Learner(state, commits[-1].seq if commits else snapshot.seq if snapshot else 0)
    learner.snapshot_events = state.n_events
    learner.snapshot_day = (snapshot.at if snapshot else state.last[0]) // DAY_MS
    await _ensure(courses, learner, tail)
    fold(learner, tail, courses)
    return learner


async def _ensure(courses: Courses, learner: Learner, tail: list[Happening]) -> None:
    versions = set(learner.state.studies)
    facts = [fact for happening in tail for fact in happening.facts]
    versions.update(fact.track_version for fact in facts if isinstance(fact, EnrolmentStarted))
    versions.update(fact.to_version for fact in facts if isinstance(fact, EnrolmentMoved))
    for version in sorted(versions):
        await courses.ensure(version)


def _pick(commit: Commit, event_id: str) -> Happening:
    return next(happening for happening in happenings_of([commit]) if happening.id == event_id)
