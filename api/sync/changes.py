"""What changed since a device last asked: the things that commits touched, each as it is now, or a tombstone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import msgspec

from api.game.calendar import DAY_MS
from api.http.cursors import Cursors
from api.learners.bundles import decision_of
from api.learners.entries import happenings_of
from api.learners.facts import (
    AnswerGraded,
    BundleIssued,
    EnrolmentMoved,
    EnrolmentStarted,
    ExercisePassed,
    Fact,
    JournalEnded,
)
from api.learners.learner import Bundle, Enrolment, Learner
from api.learners.states import States
from api.sessions import views
from api.store.ports import Commit, Journal
from api.sync.change_schemas import BundleChange, Change, EnrolmentChange, SessionChange, Tombstone
from api.sync.errors import CursorExpiredError
from api.tracks.registry import Registry
from api.tracks.schemas import Goal
from api.wire import Clock, instant

CURSOR_DAYS = 30
COMMITS = 8
"""Read at a time; one may hold hundreds of events."""

ENROLMENT, SESSION, BUNDLE, EXERCISE = range(4)


class Thing(NamedTuple):
    """Something that a device keeps: which kind of thing, and its id. They are listed in this order."""

    kind: int
    id: str


class ChangePlace(msgspec.Struct, frozen=True, array_like=True):
    """How far a device has been told.

    Attributes:
        made_at: when the cursor was given out (ms).
        seq: everything up to this commit, and the first `offset` things of the next one.
        mark: of the last commit of which something was told, so that one put in its place is noticed; see `mark_of`.
        listed: the last thing of the first listing of all there is; None when that is over.
    """

    made_at: int
    seq: int
    offset: int = 0
    mark: str = ""
    listed: tuple[int, str] | None = None


class Told(NamedTuple):
    """A page of changes."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


class Changes:
    """Tells devices what changed."""

    def __init__(self, states: States, registry: Registry, secret: str, clock: Clock) -> None:
        self._journal: Journal = states.journal
        self._registry = registry
        self._cursors = Cursors(secret)
        self._clock = clock

    async def since(self, learner: Learner, cursor: str | None, limit: int) -> Told:
        """The page after a cursor; without one, of all there is. Raises CursorError, CursorExpiredError."""
        now = self._clock()
        scope = f"changes of {learner.id}"
        if cursor is None:
            place = ChangePlace(now, learner.seq, mark=await self._mark(learner.id, learner.seq), listed=(-1, ""))
        else:
            place = msgspec.json.decode(self._cursors.read(cursor, scope), type=ChangePlace)
            await self._check(learner, place, now)
        things, place = await self._following(learner, place, limit)
        place = msgspec.structs.replace(place, made_at=now)
        return Told(
            changes=tuple(self._as_it_is(learner, thing) for thing in things),
            cursor=self._cursors.after(msgspec.json.encode(place).decode(), scope),
            more=place.listed is not None or place.seq < learner.seq,
        )

    async def _check(self, learner: Learner, place: ChangePlace, now: int) -> None:
        """Raise CursorExpiredError for a cursor of long ago, or of a journal that a restored backup took back."""
        if now - place.made_at > CURSOR_DAYS * DAY_MS:
            raise CursorExpiredError("the cursor is too old; forget what was synchronised and start without one")
        last = place.seq + bool(place.offset)
        if last > learner.seq or place.mark != await self._mark(learner.id, last):
            raise CursorExpiredError(
                "the server was restored from before the cursor; forget what was synchronised and start without one"
            )

    async def _mark(self, learner_id: str, seq: int) -> str:
        """The mark of the commit at `seq`; "" if there is none."""
        commits = await self._journal.read(learner_id, seq - 1, 1) if seq else []
        return mark_of(commits[0]) if commits and commits[0].seq == seq else ""

    async def _following(self, learner: Learner, place: ChangePlace, limit: int) -> tuple[list[Thing], ChangePlace]:
        if place.listed is None:
            return await self._touched(learner, place, limit)
        rest = [thing for thing in listing(learner) if thing > place.listed]
        page = rest[:limit]
        last = tuple(page[-1]) if len(rest) > limit else None
        return page, msgspec.structs.replace(place, listed=last)

    async def _touched(self, learner: Learner, place: ChangePlace, limit: int) -> tuple[list[Thing], ChangePlace]:
        """What commits touched, up to the last that is in the live state: another server may have written since."""
        found: dict[Thing, None] = {}
        while commits := await self._journal.read(learner.id, place.seq, min(COMMITS, learner.seq - place.seq)):
            for commit in commits:
                mark = mark_of(commit)
                for thing in things_of(commit)[place.offset :]:
                    if len(found) == limit and thing not in found:
                        return list(found), place
                    found[thing] = None
                    place = msgspec.structs.replace(place, offset=place.offset + 1, mark=mark)
                place = msgspec.structs.replace(place, seq=commit.seq, offset=0, mark=mark)
        return list(found), place

    def _as_it_is(self, learner: Learner, thing: Thing) -> Change:
        state = learner.state
        if thing.kind == ENROLMENT:
            return _enrolment(state.enrolments[thing.id])
        if thing.kind == SESSION:
            lesson = state.sessions.get(thing.id)
            if lesson is None:
                return Tombstone(id=thing.id, of="session")
            published = self._registry.version(learner.version_of(lesson))
            return SessionChange(id=thing.id, session=views.session(lesson, published))
        if thing.kind == BUNDLE:
            bundle = state.bundles.get(thing.id)
            return Tombstone(id=thing.id, of="bundle") if bundle is None or bundle.replaced else _bundle(bundle)
        return Tombstone(id=thing.id, of="exercise")


def listing(learner: Learner) -> list[Thing]:
    """Everything that a new device needs to know of, in order."""
    state = learner.state
    bundles = [bundle for bundle in state.bundles.values() if not bundle.replaced]
    used = (
        Thing(EXERCISE, decision_of(bundle.id, place))
        for bundle in bundles
        for place, posed in enumerate(bundle.posed)
        if posed.answered or posed.skipped
    )
    found = [
        *(Thing(ENROLMENT, name) for name in state.enrolments),
        *(Thing(SESSION, name) for name in state.sessions),
        *(Thing(BUNDLE, bundle.id) for bundle in bundles),
        *used,
    ]
    return sorted(found)


def mark_of(commit: Commit) -> str:
    """What tells a commit from any other that could stand at its place: when it was accepted, and its last event."""
    return " ".join((str(commit.accepted_at), *(event.id for event in commit.events[-1:])))


def things_of(commit: Commit) -> list[Thing]:
    """What a commit touched, each once, in the order of its events."""
    facts = (fact for happening in happenings_of([commit]) for fact in happening.facts)
    return list(dict.fromkeys(thing for fact in facts for thing in _touched_by(fact)))


def _touched_by(fact: Fact) -> Iterator[Thing]:
    match fact:
        case EnrolmentStarted() | EnrolmentMoved():
            yield Thing(ENROLMENT, fact.enrolment_id)
        case BundleIssued():
            yield from (Thing(BUNDLE, name) for name in (fact.bundle_id, *fact.replaces))
        case JournalEnded():
            return
        case _ if session_id := getattr(fact, "session_id", ""):
            yield Thing(SESSION, session_id)
    if isinstance(fact, AnswerGraded | ExercisePassed) and fact.bundle_id:
        yield Thing(BUNDLE, fact.bundle_id)
        yield Thing(EXERCISE, fact.decision_id)


def _enrolment(enrolment: Enrolment) -> EnrolmentChange:
    goal = Goal(
        skills=enrolment.skills,
        date=None if enrolment.date is None else date.fromisoformat(enrolment.date),
        minutes_per_day=enrolment.minutes_per_day,
    )
    return EnrolmentChange(
        id=enrolment.id,
        track_id=enrolment.track_id,
        track_version=enrolment.track_version,
        started_at=instant(enrolment.started_at),
        goal=goal,
    )


def _bundle(bundle: Bundle) -> BundleChange:
    return BundleChange(
        id=bundle.id,
        enrolment_id=bundle.enrolment_id,
        issued_at=instant(bundle.issued_at),
        expires_at=instant(bundle.expires_at),
        size=len(bundle.posed),
        left=sum(not (posed.answered or posed.skipped) for posed in bundle.posed),
    )
