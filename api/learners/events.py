"""What a learner did: one struct per kind of event, joined in the tagged union `Event`.

An event is written once and never changed. Its id is made by the client (UUIDv7) and lives in the journal entry; an
enrolment, a session and a decision are named by the id of the event that made them, so that a device knows the name
before the server has answered. `v` is the version of a struct: a new meaning is a new version.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from api.game.facts import LeagueMode
from content.answers import Answer

About = Literal["acceptMine", "somethingWrong"]
WishKind = Literal["easier", "harder", "notThis", "topic", "none"]


class EventBase(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="kind", gc=False):
    """What every event carries.

    Attributes:
        client_time: the device's clock, milliseconds since the epoch.
        zone: IANA zone the learner was in.
        device_id: the device, as it names itself.
        sequence: number of the event on its device, rising.
    """

    client_time: int
    zone: str
    device_id: str
    sequence: int
    v: int = 1


class Wish(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """What the learner wished of the exercises to come; `skills` is for "notThis" and "topic", "none" takes it back."""

    kind: WishKind
    skills: tuple[str, ...] = ()


class TrackEnrolled(EventBase, frozen=True, kw_only=True, tag="trackEnrolled"):
    """Started a track, with a goal. Empty `skills` means all of it.

    `date` is the day (ISO 8601) the learner wants to be ready by; `minutes_per_day` what they can give.
    """

    track_id: str
    skills: tuple[str, ...] = ()
    date: str | None = None
    minutes_per_day: float | None = None


class SessionOpened(EventBase, frozen=True, kw_only=True, tag="sessionOpened"):
    """Began a lesson of `length` exercises, with a wish for all of them or without."""

    enrolment_id: str
    length: int
    wish: Wish | msgspec.UnsetType = msgspec.UNSET


class OfflineSessionOpened(EventBase, frozen=True, kw_only=True, tag="offlineSessionOpened"):
    """Began a lesson of `length` exercises of a bundle; `manifest_hash` is of the manifest that the device has."""

    enrolment_id: str
    bundle_id: str
    manifest_hash: str
    length: int


class AtExercise(EventBase, frozen=True, kw_only=True):
    """What every event at an exercise carries: the lesson, and the decision that chose the exercise."""

    session_id: str
    decision_id: str


class ExerciseAnswered(AtExercise, frozen=True, kw_only=True, tag="exerciseAnswered"):
    """Answered an exercise after `seconds_taken`, with a wish for those to come or without."""

    answer: Answer
    seconds_taken: float
    wish: Wish | msgspec.UnsetType = msgspec.UNSET


class HintRequested(AtExercise, frozen=True, kw_only=True, tag="hintRequested"):
    """Asked for the next hint."""


class ExerciseSkipped(AtExercise, frozen=True, kw_only=True, tag="exerciseSkipped"):
    """Passed an exercise by, with a wish for those to come or without. Not a wrong answer."""

    wish: Wish | msgspec.UnsetType = msgspec.UNSET


class ItemReported(AtExercise, frozen=True, kw_only=True, tag="itemReported"):
    """Said of an exercise that their answer should be accepted, or that something is wrong with it, in their words."""

    about: About
    text: str = ""


class AnswerReviewed(AtExercise, frozen=True, kw_only=True, tag="answerReviewed"):
    """The server graded an answer anew because of a report; no device sends this."""

    report_id: str


class SessionFinished(EventBase, frozen=True, kw_only=True, tag="sessionFinished"):
    """Ended a lesson, whether all of it was answered or not."""

    session_id: str


class BundleRequested(EventBase, frozen=True, kw_only=True, tag="bundleRequested"):
    """Wanted `size` exercises to work on without a connection. The bundle has the event's id."""

    enrolment_id: str
    size: int


class LookedIn(EventBase, frozen=True, kw_only=True, tag="lookedIn"):
    """Came to see whether anything is due today."""


class GameSettingsChanged(EventBase, frozen=True, kw_only=True, tag="gameSettingsChanged"):
    """Changed how the game is played; what is unset stays as it is. `league` "" is what the age group has."""

    weekly: bool | msgspec.UnsetType = msgspec.UNSET
    league: LeagueMode | msgspec.UnsetType = msgspec.UNSET


class HolidayPlanned(EventBase, frozen=True, kw_only=True, tag="holidayPlanned"):
    """Planned a holiday, first and last local date included (ISO 8601). Its id is the event's."""

    first: str
    last: str


class HolidayCancelled(EventBase, frozen=True, kw_only=True, tag="holidayCancelled"):
    """Took back what is left of a planned holiday."""

    holiday_id: str


class GoalSet(EventBase, frozen=True, kw_only=True, tag="goalSet"):
    """Wants to do so much of `unit` a day, 0 for no daily goal, and to be told that it is enough after so many minutes
    of a day, 0 for never."""

    unit: Literal["minutes", "items", "xp"]
    target: int
    budget_minutes: int = 0


class Purchased(EventBase, frozen=True, kw_only=True, tag="purchased"):
    """Bought an offer of the shop, at the price they saw."""

    offer: str
    price: int


class QuestDeclined(EventBase, frozen=True, kw_only=True, tag="questDeclined"):
    """Wanted another quest in place of one."""

    quest_id: str


class FlagAppealed(EventBase, frozen=True, kw_only=True, tag="flagAppealed"):
    """Said in their own words that a flag is wrong."""

    flag_id: str
    text: str


class GameSettled(EventBase, frozen=True, kw_only=True, tag="gameSettled"):
    """The server settled something of the game by itself, for a reason (a stable code); no device sends this."""

    reason: str


class JournalClosed(EventBase, frozen=True, kw_only=True, tag="journalClosed"):
    """The server closed the journal; no device sends this."""


Event = (
    TrackEnrolled
    | SessionOpened
    | OfflineSessionOpened
    | ExerciseAnswered
    | HintRequested
    | ExerciseSkipped
    | ItemReported
    | AnswerReviewed
    | SessionFinished
    | BundleRequested
    | LookedIn
    | GameSettingsChanged
    | HolidayPlanned
    | HolidayCancelled
    | GoalSet
    | Purchased
    | QuestDeclined
    | FlagAppealed
    | GameSettled
    | JournalClosed
)
