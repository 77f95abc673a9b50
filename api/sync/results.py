"""From verdicts on events to what the device is told."""

from __future__ import annotations

from datetime import date

from api.learners.entries import Happening
from api.learners.events import (
    ExerciseAnswered,
    ExerciseSkipped,
    HintRequested,
    ItemReported,
    OfflineSessionOpened,
    SessionFinished,
    SessionOpened,
    TrackEnrolled,
)
from api.learners.facts import AnswerGraded, HintGiven
from api.learners.states import Recorded
from api.sessions import views
from api.sync.schemas import (
    AnswerOutcome,
    EnrolOutcome,
    FinishOutcome,
    HintOutcome,
    OpenOfflineOutcome,
    OpenOutcome,
    Outcome,
    OwnGrade,
    ReportOutcome,
    SkipOutcome,
)
from api.tracks.registry import Published
from api.tracks.routes import enrolment_of
from api.tracks.schemas import Goal

SAME_SCORE = 1e-6


def outcome_of(recorded: Recorded, published: Published, own: OwnGrade | None) -> Outcome:
    """What an event of a lesson or an enrolment came to; `own` is the grade the device gave an answer."""
    happening = recorded.happening
    match happening.event:
        case ExerciseAnswered():
            return _answer(happening, published, own)
        case HintRequested():
            given = views.fact_of(happening, HintGiven)
            return HintOutcome(hint=views.hint(given, published.shown(given.item_id, given.locale)))
        case ExerciseSkipped():
            return SkipOutcome(skipped=views.skipped(happening, published))
        case ItemReported():
            return ReportOutcome(report_id=happening.id)
        case SessionFinished():
            return FinishOutcome(finished=views.finished(happening, published))
        case SessionOpened():
            return OpenOutcome(session=views.opened(happening, published))
        case OfflineSessionOpened():
            return OpenOfflineOutcome(session=views.opened(happening, published))
        case TrackEnrolled():
            return EnrolOutcome(enrolment=enrolment_of(recorded, goal_of(happening.event)))
        case _:
            raise TypeError(f"{type(happening.event).__name__} has its outcome elsewhere")


def _answer(happening: Happening, published: Published, own: OwnGrade | None) -> AnswerOutcome:
    graded = views.fact_of(happening, AnswerGraded)
    same = own is not None and own.correct == graded.correct and abs(own.score - graded.score) <= SAME_SCORE
    agrees = same and not graded.pending
    told = views.answered(happening, published)
    return AnswerOutcome(
        grade=None if agrees else views.grade(graded, published),
        grade_changed=own is not None and not agrees,
        reward=told.reward,
        session=told.session,
        next=told.next,
    )


def goal_of(event: TrackEnrolled) -> Goal:
    """The goal as it was sent."""
    return Goal(
        skills=event.skills,
        date=None if event.date is None else date.fromisoformat(event.date),
        minutes_per_day=event.minutes_per_day,
    )
