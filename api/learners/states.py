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

import msgspec

from api.learners.effective import DeviceClock, effective_time, skew
from api.learners.entries import Happening, commit_of, encode_event, happenings_of
from api.learners.errors import EventConflictError
from api.learners.events import Event
from api.learners.facts import EnrolmentStarted, Fact
from api.learners.fold import FOLD_VERSION, Occasion, Pupils, fold, fold_event, fold_fact
from api.learners.learner import Learner, LearnerState, decode_state
from api.store.ports import Commit, DuplicateEventError, Journal, SequenceClashError, Snapshot

CAPACITY = 512
SNAPSHOT_COMMITS = 200
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


class Arrival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event as a device sent it. `sent_at` is the device's clock at sending (ms), if it said so."""

    event_id: str
    event: Event
    sent_at: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands in the journal for an event, whether it stood there before, and whose it is."""

    happening: Happening
    duplicate: bool
    learner: Learner


class Draft:
    """An event that is being accepted: the live state moves along as its facts are told."""

    def __init__(self, learner: Learner, arrival: Arrival, now: int, pupils: Pupils) -> None:
        self.learner = learner
        self.event_id = arrival.event_id
        self.event = arrival.event
        self.facts: list[Fact] = []
        self.now = max(now, learner.state.accepted_at + 1)
        self.at = self.now
        self.late = False
        self.touched = False
        self._sent_at = arrival.sent_at
        self._pupils = pupils

    def begin(self, after: int | None = None) -> None:
        """Accept the event. `after` is the effective time (ms) of what it refers to; facts may be told from here on."""
        event, state = self.event, self.learner.state
        self.at = effective_time(
            event.client_time,
            event.sequence,
            now=self.now,
            skew_ms=skew(self.now, event.client_time, self._sent_at),
            clock=state.devices.get(event.device_id, DeviceClock()),
            after=after,
        )
        self._occasion = Occasion(self.learner, event, self.at, self._pupils)
        self.late = (self.at, self.event_id) < state.last
        self.touched = True
        fold_event(self.learner, self.event_id, event, self.at, self.now)

    def tell(self, fact: Fact) -> None:
        """Add a fact, and fold it into the live state."""
        self.facts.append(fact)
        fold_fact(fact, self._occasion)

    def happening(self) -> Happening:
        """The event with its facts."""
        return Happening(
            id=self.event_id, effective_at=self.at, accepted_at=self.now, event=self.event, facts=tuple(self.facts)
        )


class States:
    """The live learners of this process."""

    def __init__(self, journal: Journal, courses: Courses, clock: Callable[[], int], capacity: int = CAPACITY) -> None:
        self.journal = journal
        self.courses = courses
        self.clock = clock
        self.fold_version = fold_version(courses.belief_version)
        self._capacity = capacity
        self._live: OrderedDict[str, Learner] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def reading(self, learner_id: str) -> AsyncIterator[Learner]:
        """The learner as the journal has it now, held still while looked at."""
        async with self._lock(learner_id):
            yield await self._current(learner_id)

    async def record(self, learner_id: str, arrival: Arrival, decide: Callable[[Draft], Awaitable[None]]) -> Recorded:
        """Accept an event: `decide` tells its facts to the draft, all in one commit; or find it accepted before.

        `decide` may run several times, each on a fresh state. What it raises is raised here, unless the event turns out
        to be a duplicate.

        Raises:
            EventConflictError: the id was used for an event of other content.
        """
        async with self._lock(learner_id):
            for _ in range(MAX_TRIES):
                learner = await self._cached(learner_id)
                if self._may_be_known(learner, arrival.event):
                    known = await self._known(learner, arrival)
                    if known is not None:
                        return known
                draft = Draft(learner, arrival, self.clock(), self.courses)
                try:
                    happening = await self._append(draft, decide)
                    if happening is not None:
                        return Recorded(happening=happening, duplicate=False, learner=learner)
                except DuplicateEventError:
                    known = await self._known(learner, arrival)
                    if known is not None:
                        return known
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
            return None
        finally:
            if draft.touched and (draft.late or not done):
                self._live.pop(learner.id, None)
        learner.seq += 1
        if not draft.late:
            self._plan_snapshot(learner)
        return happening

    def _lock(self, learner_id: str) -> asyncio.Lock:
        lock = self._locks.get(learner_id)
        if lock is None:
            lock = self._locks[learner_id] = asyncio.Lock()
        return lock

    @staticmethod
    def _may_be_known(learner: Learner, event: Event) -> bool:
        clock = learner.state.devices.get(event.device_id)
        return clock is not None and event.sequence <= clock.marks[-1].sequence

    async def _cached(self, learner_id: str) -> Learner:
        learner = self._live.get(learner_id)
        if learner is None:
            learner = await load(self.journal, self.courses, learner_id)
            learner.memo["lock"] = self._lock(learner_id)  # not made anew for each event
            self._live[learner_id] = learner
            if len(self._live) > self._capacity:
                self._live.popitem(last=False)
        else:
            self._live.move_to_end(learner_id)
        return learner

    async def _current(self, learner_id: str) -> Learner:
        learner = await self._cached(learner_id)
        commits = await self.journal.read(learner_id, learner.seq)
        if not commits:
            return learner
        self._live.pop(learner_id, None)
        return await self._cached(learner_id)

    def _plan_snapshot(self, learner: Learner) -> None:
        day = learner.state.last[0] // DAY_MS
        learner.snapshot_day = learner.snapshot_day or day
        if learner.seq - learner.snapshot_seq < SNAPSHOT_COMMITS and day == learner.snapshot_day:
            return
        learner.snapshot_seq, learner.snapshot_day = learner.seq, day
        task = asyncio.get_running_loop().create_task(self._save(learner.id))
        self._tasks.add(task)
        task.add_done_callback(self._saved)

    def _saved(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a snapshot was not saved; the journal holds everything", exc_info=task.exception())

    async def _save(self, learner_id: str) -> None:
        async with self._lock(learner_id):
            learner = self._live.get(learner_id)
            snapshot = None if learner is None else snapshot_of(learner, self.fold_version)
        if snapshot is not None:
            await self.journal.save_snapshot(snapshot)


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
    learner.snapshot_seq = snapshot.seq if snapshot else 0
    learner.snapshot_day = (snapshot.at if snapshot else state.last[0]) // DAY_MS
    await _ensure(courses, learner, tail)
    fold(learner, tail, courses)
    return learner


async def _ensure(courses: Courses, learner: Learner, tail: list[Happening]) -> None:
    versions = set(learner.state.studies)
    versions.update(
        fact.track_version for happening in tail for fact in happening.facts if isinstance(fact, EnrolmentStarted)
    )
    for version in sorted(versions):
        await courses.ensure(version)


def _pick(commit: Commit, event_id: str) -> Happening:
    return next(happening for happening in happenings_of([commit]) if happening.id == event_id)
