"""How a lesson moves with the facts about it: the part of the fold that concerns one session."""

from __future__ import annotations

from api.learners.facts import (
    AnswerGraded,
    ExerciseChosen,
    ExercisePassed,
    Fact,
    HintGiven,
    SessionClosed,
    SessionStarted,
    XpGranted,
)
from api.learners.learner import Lesson, Posed


def started(fact: SessionStarted, at: int) -> Lesson:
    """The lesson as it begins, at `at` (ms)."""
    return Lesson(
        id=fact.session_id,
        enrolment_id=fact.enrolment_id,
        track_version=fact.track_version,
        planned=fact.planned,
        opened_at=at,
        day_starts_at=fact.day_starts_at,
        personalised=fact.personalised,
        locale=fact.locale,
        bundle_id=fact.bundle_id,
    )


def enter(lesson: Lesson, fact: Fact, at: int) -> None:
    """Take one fact into its lesson."""
    match fact:
        case ExerciseChosen():
            lesson.posed[fact.decision_id] = Posed(fact.item_id, at, locale=fact.locale)
            lesson.current = fact
            lesson.wish = fact.wish
        case AnswerGraded(practice=False):
            lesson.answered += 1
            lesson.right += fact.correct
            for skill in fact.skills:
                if skill not in lesson.skills:
                    lesson.skills.append(skill)
            _settle(lesson, fact.decision_id, answered=True)
        case XpGranted():
            lesson.xp += fact.amount
        case HintGiven() if fact.decision_id in lesson.posed:
            posed = lesson.posed[fact.decision_id]
            posed.hints = max(posed.hints, fact.number)
        case ExercisePassed(counted=True):
            _settle(lesson, fact.decision_id, answered=False)
        case SessionClosed(first=True):
            lesson.finished = True
            lesson.current = None
        case _:
            pass


def _settle(lesson: Lesson, decision_id: str, *, answered: bool) -> None:
    posed = lesson.posed.get(decision_id)
    if posed is not None:
        posed.answered |= answered
        posed.skipped |= not answered
    if lesson.current is not None and lesson.current.decision_id == decision_id:
        lesson.current = None
