"""From what a device sent to events, each read on its own; and from an error to the problem of one event."""

from __future__ import annotations

from typing import assert_never

import msgspec

from api.errors import PREFIX, Problem, detail_of, faults_of, find_kind
from api.http.faults import UNREADABLE, fault_in
from api.learners.arrivals import Common, common_of
from api.learners.events import (
    BundleRequested,
    Event,
    ExerciseAnswered,
    ExerciseSkipped,
    HintRequested,
    ItemReported,
    OfflineSessionOpened,
    SessionFinished,
    SessionOpened,
    TrackEnrolled,
)
from api.sessions.schemas import wish_of
from api.sync.schemas import (
    AnswerEvent,
    BundleEvent,
    EnrolEvent,
    FinishEvent,
    HintEvent,
    OpenEvent,
    OpenOfflineEvent,
    ReportEvent,
    SkipEvent,
    SyncEvent,
)
from api.tracks.schemas import Goal
from api.wire import WireError

FIRST_OF_MESSAGEPACK = 0x80
"""JSON is text, whose objects begin with a brace; the maps of MessagePack begin with a byte above all of ASCII."""


class Unread(msgspec.Struct, frozen=True):
    """An event that could not be read. `event_id` is None if not even that could."""

    event_id: str | None
    error: WireError


class _Named(msgspec.Struct, rename="camel"):
    event_id: str


_EVENT = msgspec.json.Decoder(SyncEvent), msgspec.msgpack.Decoder(SyncEvent)
_NAMED = msgspec.json.Decoder(_Named), msgspec.msgpack.Decoder(_Named)


def read_event(raw: msgspec.Raw) -> SyncEvent | Unread:
    """One event of a request, in the format the request is in."""
    packed = bytes(raw)[0] >= FIRST_OF_MESSAGEPACK
    try:
        event: SyncEvent = _EVENT[packed].decode(raw)
    except UNREADABLE as error:
        expected = "MessagePack" if packed else "JSON"
        return Unread(_id_of(raw, packed), WireError(fault_in(error, SyncEvent, expected)))
    return event


def _id_of(raw: msgspec.Raw, packed: bool) -> str | None:
    try:
        named: _Named = _NAMED[packed].decode(raw)
    except UNREADABLE:
        return None
    return named.event_id


def event_of(sent: SyncEvent, device_id: str) -> Event:
    """The event as the journal keeps it: the very same as if it had come in a request of its own."""
    common = common_of(sent, device_id)
    match sent:
        case AnswerEvent():
            return ExerciseAnswered(
                **common,
                session_id=sent.session_id,
                decision_id=sent.decision_id,
                answer=sent.answer,
                seconds_taken=sent.seconds_taken,
                wish=wish_of(sent.wish),
            )
        case HintEvent():
            return HintRequested(**common, session_id=sent.session_id, decision_id=sent.decision_id)
        case SkipEvent():
            return ExerciseSkipped(
                **common, session_id=sent.session_id, decision_id=sent.decision_id, wish=wish_of(sent.wish)
            )
        case ReportEvent():
            return ItemReported(
                **common,
                session_id=sent.session_id,
                decision_id=sent.decision_id,
                about=sent.about,
                text=sent.text,
            )
        case FinishEvent():
            return SessionFinished(**common, session_id=sent.session_id)
        case OpenEvent():
            return SessionOpened(**common, enrolment_id=sent.enrolment_id, length=sent.length, wish=wish_of(sent.wish))
        case OpenOfflineEvent():
            return OfflineSessionOpened(
                **common,
                enrolment_id=sent.enrolment_id,
                bundle_id=sent.bundle_id,
                manifest_hash=sent.manifest_hash,
                length=sent.length,
            )
        case BundleEvent():
            return BundleRequested(**common, enrolment_id=sent.enrolment_id, size=sent.size)
        case EnrolEvent():
            return _enrolled(common, sent.track_id, sent.goal or Goal())
        case _ as never:
            assert_never(never)


def _enrolled(common: Common, track_id: str, goal: Goal) -> TrackEnrolled:
    return TrackEnrolled(
        **common,
        track_id=track_id,
        skills=goal.skills,
        date=goal.date.isoformat() if goal.date else None,
        minutes_per_day=goal.minutes_per_day,
    )


def problem_of(error: Exception, place: int, trace_id: str) -> Problem:
    """The problem of the event at a place of the request; pointers lead into the request."""
    if isinstance(error, WireError):
        error = WireError(*((f"/events/{place}{pointer}", detail) for pointer, detail in error.faults))
    kind = find_kind(error)
    return Problem(
        type=PREFIX + kind.name,
        title=kind.title,
        status=kind.status,
        detail=detail_of(error, kind),
        trace_id=trace_id,
        errors=faults_of(error),
    )
