"""Synchronisation on the wire: what a device sends of its work, and what it gets back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from api.errors import Problem
from api.game.schemas import Game, TrackProgress
from api.learners.events import About
from api.sessions.schemas import (
    DEFAULT_LENGTH,
    MAX_LENGTH,
    MAX_SECONDS,
    Exercise,
    Finished,
    GradeView,
    Hint,
    LessonProgress,
    Reward,
    Session,
    Skipped,
    WishRequest,
)
from api.tracks.schemas import EnrolmentView, Goal
from api.wire import END, UUID7, DeviceId, EventFields, Identifier, Instant, Wire, check_year
from content.answers import Answer

MAX_EVENTS = 500
MAX_HAVE = 1000
MAX_BUNDLE = 200
MAX_REPORT = 2000
DEFAULT_BUNDLE = 50

BundleId = Annotated[
    str,
    msgspec.Meta(
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{9}000" + END,
        description="A UUID of version 7 in lower case whose last three digits are 000. The exercises of the bundle "
        "have the same id with 001, 002, ... in their place.",
        examples=["0195506e-8f00-7c3a-9b1e-2f6d1c0a4000"],
    ),
]
Hash = Annotated[
    str,
    msgspec.Meta(
        pattern="^[0-9a-f]{64}" + END,
        description="A SHA-256 in hexadecimal digits.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]


class SyncEventFields(EventFields, frozen=True, kw_only=True, tag_field="kind"):
    """What every event has on its way through a sync. The device is named once, by the request."""


class EnrolEvent(SyncEventFields, frozen=True, kw_only=True, tag="trackEnrolled"):
    """Started a track, with a goal if there is one. The enrolment's id is the event's."""

    track_id: Identifier
    goal: Goal | None = None


class OpenEvent(SyncEventFields, frozen=True, kw_only=True, tag="sessionOpened"):
    """Began a lesson whose exercises the server chooses one by one. The session's id is the event's."""

    enrolment_id: UUID7
    length: Annotated[int, msgspec.Meta(ge=1, le=MAX_LENGTH)] = DEFAULT_LENGTH
    wish: WishRequest | None = None


class OpenOfflineEvent(SyncEventFields, frozen=True, kw_only=True, tag="offlineSessionOpened"):
    """Began a lesson of exercises of a bundle. The session's id is the event's.

    Attributes:
        bundle_id: the bundle.
        manifest_hash: of the payload of its manifest, as the device has it (UTF-8 bytes).
    """

    enrolment_id: UUID7
    bundle_id: BundleId
    manifest_hash: Hash
    length: Annotated[int, msgspec.Meta(ge=1, le=MAX_LENGTH)] = DEFAULT_LENGTH


class OwnGrade(Wire, frozen=True, kw_only=True):
    """The grade a device gave without a connection. It is no part of the event; the server's grade is final."""

    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    correct: bool


class AtExercise(SyncEventFields, frozen=True, kw_only=True):
    """What every event at an exercise carries: the lesson, and the decision that chose the exercise."""

    session_id: UUID7
    decision_id: UUID7


class AnswerEvent(AtExercise, frozen=True, kw_only=True, tag="exerciseAnswered"):
    """Answered an exercise.

    Attributes:
        seconds_taken: from seeing the exercise to answering it.
        graded: the device's own grade, if it gave one; it is told where the server's differs.
        wish: for the exercises that the server chooses from here on.
    """

    answer: Answer
    seconds_taken: Annotated[float, msgspec.Meta(ge=0, le=MAX_SECONDS)]
    graded: OwnGrade | None = None
    wish: WishRequest | None = None


class HintEvent(AtExercise, frozen=True, kw_only=True, tag="hintRequested"):
    """Asked for the next hint of an exercise, or looked at it in a bundle."""


class SkipEvent(AtExercise, frozen=True, kw_only=True, tag="exerciseSkipped"):
    """Passed an exercise by. Not a wrong answer. `wish` is for the exercises that the server chooses from here on."""

    wish: WishRequest | None = None


class ReportEvent(AtExercise, frozen=True, kw_only=True, tag="itemReported"):
    """Said that their answer should be accepted, or that something is wrong with the exercise, in their own words."""

    about: About
    text: Annotated[str, msgspec.Meta(max_length=MAX_REPORT, examples=["My book says so."])] = ""


class FinishEvent(SyncEventFields, frozen=True, kw_only=True, tag="sessionFinished"):
    """Ended a lesson."""

    session_id: UUID7


class BundleEvent(SyncEventFields, frozen=True, kw_only=True, tag="bundleRequested"):
    """Wants exercises to work on without a connection. The bundle's id is the event's, whose last digits are 000."""

    event_id: BundleId
    enrolment_id: UUID7
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_BUNDLE)] = DEFAULT_BUNDLE


SyncEvent = (
    EnrolEvent
    | OpenEvent
    | OpenOfflineEvent
    | AnswerEvent
    | HintEvent
    | SkipEvent
    | ReportEvent
    | FinishEvent
    | BundleEvent
)


class SyncHead(Wire, frozen=True, kw_only=True):
    """What a sync has beside its events.

    Attributes:
        device_id: whose events they are.
        sent_at: what the device's clock shows as it sends this request; from it the server measures the clock's skew.
        have: hashes of the packages that the device holds, so that a bundle brings only what is missing.
    """

    device_id: DeviceId
    sent_at: Annotated[datetime, msgspec.Meta(tz=True, examples=["2026-03-01T10:30:02.000+01:00"])] | None = None
    have: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=MAX_HAVE)] = ()

    def __post_init__(self) -> None:
        if self.sent_at is not None:
            check_year("sentAt", self.sent_at)


class SyncRequest(SyncHead, frozen=True, kw_only=True):
    """Up to 500 events of one device, in any order. One that cannot be read does not stop the others."""

    events: Annotated[tuple[SyncEvent, ...], msgspec.Meta(max_length=MAX_EVENTS)] = ()


class SyncBatch(SyncHead, frozen=True, kw_only=True):
    """The request as it is read: each event on its own."""

    events: Annotated[tuple[msgspec.Raw, ...], msgspec.Meta(max_length=MAX_EVENTS)] = ()


class Jwk(Wire, frozen=True, kw_only=True):
    """A public key as a JSON Web Key (RFC 8037)."""

    kid: str
    x: str
    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    alg: Literal["EdDSA"] = "EdDSA"
    use: Literal["sig"] = "sig"


class Jwks(Wire, frozen=True, kw_only=True):
    """The keys that sign bundles (RFC 7517)."""

    keys: tuple[Jwk, ...]


class Signed(Wire, frozen=True, kw_only=True):
    """A signed text.

    Attributes:
        kid: of the key, see /v1/.well-known/jwks.json.
        payload: the text that was signed; JSON.
        signature: Ed25519 over the UTF-8 bytes of `payload`, in base64url without padding.
    """

    kid: str
    payload: str
    signature: str


class BundlePackage(Wire, frozen=True, kw_only=True):
    """Everything about one item: `content` is JSON, `hash` the SHA-256 of its UTF-8 bytes."""

    hash: Hash
    content: str


class BundlePart(Wire, frozen=True, kw_only=True):
    """A bundle, or a part of one.

    Attributes:
        manifest: which exercises, chosen how, needing which packages; signed.
        packages: those that the device does not have, or the next of them.
        removals: hashes of packages that the device has and needs no more.
        next_cursor: for the following part, at /v1/bundles/{bundleId}; null with the last one.
    """

    bundle_id: str
    manifest: Signed
    packages: tuple[BundlePackage, ...]
    removals: tuple[str, ...]
    next_cursor: str | None


class EnrolOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="trackEnrolled"):
    """The enrolment."""

    enrolment: EnrolmentView


class OpenOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="sessionOpened"):
    """The lesson as it began."""

    session: Session


class OpenOfflineOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="offlineSessionOpened"):
    """The lesson as it began. Its exercises are in the bundle."""

    session: Session


class AnswerOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="exerciseAnswered"):
    """What the answer came to; the same as from a single answer.

    Attributes:
        grade: left out (null) where it is what the device itself gave.
        grade_changed: whether the device's own grade was another.
        next: the next exercise of a lesson that the server leads; null in a lesson of a bundle.
    """

    grade: GradeView | None
    grade_changed: bool
    reward: Reward
    session: LessonProgress
    next: Exercise | None


class HintOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="hintRequested"):
    """The hint."""

    hint: Hint


class SkipOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="exerciseSkipped"):
    """What comes instead."""

    skipped: Skipped


class ReportOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="itemReported"):
    """The report was taken down, under the id of its event."""

    report_id: str


class FinishOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="sessionFinished"):
    """The lesson's end."""

    finished: Finished


class BundleOutcome(Wire, frozen=True, kw_only=True, tag_field="kind", tag="bundleRequested"):
    """The bundle, or the beginning of it."""

    bundle: BundlePart


Outcome = (
    EnrolOutcome
    | OpenOutcome
    | OpenOfflineOutcome
    | AnswerOutcome
    | HintOutcome
    | SkipOutcome
    | ReportOutcome
    | FinishOutcome
    | BundleOutcome
)


Status = Literal["accepted", "duplicate", "conflict", "rejected"]


class SyncResult(Wire, frozen=True, kw_only=True):
    """What became of one event.

    Attributes:
        event_id: null if it could not be read.
        status: accepted now; duplicate, accepted before; conflict, its id stands for something else; rejected.
        outcome: what the event came to when it was accepted, the same for a duplicate; null if it was not, or if
            that can no longer be told.
        problem: why it was not accepted, or its outcome cannot be told; else null. Its pointers lead into the request.
    """

    event_id: str | None
    status: Status
    outcome: Outcome | None
    problem: Problem | None


class Counts(Wire, frozen=True, kw_only=True):
    """What the server has, to be compared with what the device has sent.

    Attributes:
        events: of the learner, all devices.
        device_events: of this device; as many as it was told accepted or duplicate, each id once.
        device_sequence: the highest sequence among them; null without any.
    """

    events: int
    device_events: int
    device_sequence: int | None


class SyncState(Wire, frozen=True, kw_only=True):
    """Where the learner stands after the sync. `progress` is of the enrolments that the events concern."""

    game: Game
    progress: tuple[TrackProgress, ...]
    counts: Counts


class SyncResponse(Wire, frozen=True, kw_only=True):
    """One result for each event, in the order of the request, and the state after all of them.

    Attributes:
        server_time: the server's clock.
        skew_ms: what was added to the device's clock; null without events.
    """

    results: tuple[SyncResult, ...]
    state: SyncState
    server_time: Instant
    skew_ms: int | None
