"""Use cases of synchronisation: take in a device's work, hand out bundles, tell what changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game.service import GameService
from api.learners.batches import TURN, Recording, Refused, Verdict, record_all
from api.learners.drafts import Archive, Arrival, Draft
from api.learners.effective import DeviceClock
from api.learners.entries import Happening
from api.learners.errors import EventConflictError
from api.learners.events import BundleRequested, OfflineSessionOpened, SessionOpened, TrackEnrolled
from api.learners.facts import (
    AnswerGraded,
    BundleIssued,
    EnrolmentStarted,
    ExercisePassed,
    HintGiven,
    ReportTaken,
    SessionClosed,
    SessionStarted,
)
from api.learners.learner import Learner
from api.learners.states import Recorded, States
from api.metrics import Metrics
from api.sessions.archive import read_archive, recall
from api.sessions.errors import (
    BundleExpiredError,
    BundleMismatchError,
    BundleNotFoundError,
    DecisionNotFoundError,
    NoHintsLeftError,
    SessionNotFoundError,
)
from api.sessions.service import SessionService, outcome_name
from api.sessions.views import fact_of, find_fact
from api.store.ports import CorruptStoreError
from api.sync.bundles import BundleMaker
from api.sync.change_schemas import ChangePage
from api.sync.changes import Changes
from api.sync.parts import Holdings, Parts
from api.sync.reading import Unread, event_of, problem_of, read_event
from api.sync.results import outcome_of
from api.sync.schemas import (
    AnswerEvent,
    BundleEvent,
    BundleOutcome,
    BundlePart,
    Counts,
    Outcome,
    Status,
    SyncBatch,
    SyncEvent,
    SyncResponse,
    SyncResult,
    SyncState,
)
from api.tracks.errors import EnrolmentNotFoundError, TrackNotFoundError
from api.tracks.service import TrackService
from api.wire import WireError, instant, milliseconds

MAX_PROGRESS = 20
"""Enrolments whose progress a sync tells."""

REFUSALS: tuple[type[Exception], ...] = (
    WireError,
    TrackNotFoundError,
    EnrolmentNotFoundError,
    SessionNotFoundError,
    DecisionNotFoundError,
    NoHintsLeftError,
    BundleNotFoundError,
    BundleExpiredError,
    BundleMismatchError,
)

OF_TRACK = SessionStarted, BundleIssued, AnswerGraded, HintGiven, ExercisePassed, SessionClosed, ReportTaken
"""Facts that say of which version of a track an event is."""

UNTOLD: tuple[type[Exception], ...] = (
    BundleExpiredError,
    CorruptStoreError,
    LookupError,
    ValueError,
    ArithmeticError,
)
"""Why an event's outcome cannot be told, though it was accepted: what it showed can no longer be made as it was."""

logger = logging.getLogger("pacer.sync")


@dataclass(frozen=True, slots=True)
class Rooms:
    """The services that know what follows from an event."""

    tracks: TrackService
    sessions: SessionService
    game: GameService
    accounts: AccountService


class SyncService:
    """Synchronisation of devices."""

    def __init__(
        self, states: States, rooms: Rooms, maker: BundleMaker, parts: Parts, changes: Changes, metrics: Metrics
    ) -> None:
        self._states = states
        self._rooms = rooms
        self._maker = maker
        self._parts = parts
        self._changes = changes
        self._metrics = metrics

    async def sync(self, learner_id: str, batch: SyncBatch, trace_id: str) -> SyncResponse:
        """Take in events of one device; each gets its own verdict. Raises UnknownAccountError, StoreError."""
        account = await self._rooms.accounts.account(learner_id)
        read = one_bundle([read_event(raw) for raw in batch.events])
        recording, order = await self._record(learner_id, account, batch, read)
        verdicts: dict[int, Verdict] = dict(zip(order, recording.verdicts, strict=True))
        results = []
        for place, event in enumerate(read):
            if isinstance(event, Unread):
                problem = problem_of(event.error, place, trace_id)
                results.append(SyncResult(event_id=event.event_id, status="rejected", outcome=None, problem=problem))
            else:
                results.append(await self._result(event, verdicts[place], (place, trace_id), batch.have))
            self._metrics.synced(results[-1].status)
            if place % TURN == TURN - 1:
                await asyncio.sleep(0)
        async with self._states.reading(learner_id) as learner:
            state = self._state(learner, account, batch.device_id, recording.verdicts)
        return SyncResponse(
            results=tuple(results),
            state=state,
            server_time=instant(self._states.clock()),
            skew_ms=recording.skew_ms if order else None,
        )

    async def changes(self, learner_id: str, cursor: str | None, limit: int, device_id: str | None) -> ChangePage:
        """What changed since a cursor was given. Raises CursorError, CursorExpiredError."""
        async with self._states.reading(learner_id) as learner:
            told = await self._changes.since(learner, cursor, limit)
            counts = counts_of(learner, device_id)
        return ChangePage(items=told.changes, next_cursor=told.cursor, more=told.more, counts=counts)

    async def bundle(self, learner_id: str, bundle_id: str, cursor: str | None, limit: int) -> BundlePart:
        """A bundle from its beginning, or the part at a cursor.

        Raises:
            BundleNotFoundError, CursorError: not the learner's.
            BundleExpiredError: what it needs can no longer be made.
        """
        fact = await self._issued(learner_id, bundle_id)
        if fact is None:
            raise BundleNotFoundError(f"there is no bundle {bundle_id}")
        async with self._states.reading(learner_id) as learner:
            published = self._rooms.sessions.published(learner, fact)
        if cursor is None:
            return self._parts.first(learner_id, fact, published, Holdings(), limit)
        return self._parts.following(learner_id, fact, published, cursor, limit)

    async def _record(
        self, learner_id: str, account: Account, batch: SyncBatch, read: Sequence[SyncEvent | Unread]
    ) -> tuple[Recording, list[int]]:
        """Record what could be read, in the device's order; the places in the request that the verdicts are for."""
        found = sorted(
            ((place, event) for place, event in enumerate(read) if not isinstance(event, Unread)),
            key=lambda pair: pair[1].sequence,
        )
        if not found:
            return Recording([], 0), []
        sent_at = milliseconds(batch.sent_at)
        arrivals = [
            Arrival(event_id=event.event_id, event=event_of(event, batch.device_id), sent_at=sent_at)
            for _, event in found
        ]
        if any(isinstance(arrival.event, TrackEnrolled | SessionOpened | BundleRequested) for arrival in arrivals):
            await self._rooms.tracks.registry.refresh()
        deciding = Decider(self._rooms, self._maker, self._states, account, arrivals)
        return await record_all(self._states, learner_id, arrivals, deciding), [place for place, _ in found]

    async def _result(
        self, event: SyncEvent, verdict: Verdict, where: tuple[int, str], have: Sequence[str]
    ) -> SyncResult:
        """What became of one event. Whatever keeps its outcome from being told is its own problem."""
        if isinstance(verdict, Refused):
            status: Status = "conflict" if isinstance(verdict.error, EventConflictError) else "rejected"
            problem = problem_of(verdict.error, *where)
            return SyncResult(event_id=event.event_id, status=status, outcome=None, problem=problem)
        status = "duplicate" if verdict.duplicate else "accepted"
        try:
            outcome = await self._outcome(event, verdict, have)
        except UNTOLD as error:  # what stands in the journal stands, and the other events have their results
            if not isinstance(error, BundleExpiredError):
                logger.exception("the outcome of event %s cannot be told", event.event_id)
            problem = problem_of(error, *where)
            return SyncResult(event_id=event.event_id, status=status, outcome=None, problem=problem)
        return SyncResult(event_id=event.event_id, status=status, outcome=outcome, problem=None)

    async def _outcome(self, event: SyncEvent, recorded: Recorded, have: Sequence[str]) -> Outcome:
        published = self._rooms.sessions.registry.version(version_of(recorded))
        await self._rooms.sessions.tell(recorded, published)
        if isinstance(event, BundleEvent):
            fact = fact_of(recorded.happening, BundleIssued)
            holdings = Holdings(frozenset(have), await self._needed(recorded.learner, fact) if have else frozenset())
            return BundleOutcome(bundle=self._parts.first(recorded.learner.id, fact, published, holdings))
        if isinstance(event, AnswerEvent):
            graded = fact_of(recorded.happening, AnswerGraded)
            self._metrics.answer("duplicate" if recorded.duplicate else outcome_name(graded))
            return outcome_of(recorded, published, event.graded)
        return outcome_of(recorded, published, None)

    async def _needed(self, learner: Learner, latest: BundleIssued) -> frozenset[str]:
        """Packages of all bundles that still serve."""
        found, now = set(latest.packages), self._states.clock()
        for bundle in list(learner.state.bundles.values()):
            if bundle.id != latest.bundle_id and not bundle.replaced and bundle.expires_at >= now:
                fact = await self._issued(learner.id, bundle.id)
                found.update(fact.packages if fact else ())
        return frozenset(found)

    async def _issued(self, learner_id: str, bundle_id: str) -> BundleIssued | None:
        happening = await self._states.happening(learner_id, bundle_id)
        return find_fact(happening, BundleIssued) if happening else None

    def _state(self, learner: Learner, account: Account, device_id: str, verdicts: Sequence[Verdict]) -> SyncState:
        recorded = (verdict.happening for verdict in verdicts if isinstance(verdict, Recorded))
        concerned = list(dict.fromkeys(enrolment_of(happening) for happening in recorded))
        game = self._rooms.game
        return SyncState(
            game=game.game_of(learner, account),
            progress=game.progress_of(learner, account, concerned[-MAX_PROGRESS:]),
            counts=counts_of(learner, device_id),
        )


class Decider:
    """Says what follows from the events of a sync."""

    refusals = REFUSALS

    def __init__(
        self, rooms: Rooms, maker: BundleMaker, states: States, account: Account, arrivals: Sequence[Arrival]
    ) -> None:
        self._rooms = rooms
        self._maker = maker
        self._states = states
        self._account = account
        self._arrivals = arrivals
        self._archive = Archive()

    async def prepare(self, learner: Learner) -> None:
        """Read again what the events need of lessons and bundles that have left the state."""
        self._archive = Archive()
        events = [arrival.event for arrival in self._arrivals]
        sessions = {str(getattr(event, "session_id", "")) for event in events}
        await recall(self._archive, self._states.journal, learner, sessions - {""})
        bundles = {event.bundle_id for event in events if isinstance(event, OfflineSessionOpened)}
        known = learner.state.bundles
        self._archive.bundles |= {name: known[name] for name in bundles & known.keys()}
        await read_archive(self._archive, self._states.journal, learner.id, bundles - self._archive.bundles.keys())

    async def decide(self, draft: Draft) -> None:
        """Tell the event's facts."""
        draft.archive = self._archive
        match draft.event:
            case TrackEnrolled():
                self._rooms.tracks.decide(draft.event, draft)
            case BundleRequested():
                await self._maker.decide(draft.event, self._account, draft)
            case _:
                await self._rooms.sessions.decide(draft, self._account)
        self._keep(draft)

    def _keep(self, draft: Draft) -> None:
        """Hold on to what begins in this batch, also when later beginnings push it out of the state."""
        state = draft.learner.state
        if draft.event_id in state.sessions:
            self._archive.lessons[draft.event_id] = state.sessions[draft.event_id]
        if draft.event_id in state.bundles:
            self._archive.bundles[draft.event_id] = state.bundles[draft.event_id]


def one_bundle(events: list[SyncEvent | Unread]) -> list[SyncEvent | Unread]:
    """The events, of those that want a bundle only the first."""
    wanting = [place for place, event in enumerate(events) if isinstance(event, BundleEvent)]
    for place in wanting[1:]:
        error = WireError(("/kind", "a sync makes one bundle; ask for another in the next"))
        events[place] = Unread(events[place].event_id, error)
    return events


def enrolment_of(happening: Happening) -> str:
    """The enrolment that an event concerns."""
    return next(str(found) for fact in happening.facts if (found := getattr(fact, "enrolment_id", None)))


def version_of(recorded: Recorded) -> str:
    """The version of the track that an event is about: of its lesson or bundle, or the one that was enrolled in."""
    facts = recorded.happening.facts
    of_track = next((fact for fact in facts if isinstance(fact, OF_TRACK)), None)
    if of_track is not None:
        return recorded.learner.version_of(of_track)
    return fact_of(recorded.happening, EnrolmentStarted).track_version


def counts_of(learner: Learner, device_id: str | None) -> Counts:
    """What the server has of the learner, and of one device."""
    state = learner.state
    clock = state.devices.get(device_id or "", DeviceClock())
    return Counts(
        events=state.n_events,
        device_events=clock.n_events,
        device_sequence=clock.marks[-1].sequence if clock.marks else None,
    )
