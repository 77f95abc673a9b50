"""What an answer comes to: which exercise it answers, its grade, what it told the tutor, what the learner is told."""

from __future__ import annotations

import msgspec

from api.game.levels import level_number
from api.game.rules import RULE_BOOK, RuleBook
from api.game.streak import counts
from api.learners.bundles import posed_in
from api.learners.drafts import Draft
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded, Part, ProgressTold, SessionClosed
from api.learners.learner import Bundle, Learner, Lesson, Posed
from api.sessions.errors import BundleNotFoundError, DecisionNotFoundError, SessionNotFoundError
from api.wire import WireError
from content.answers import Answer
from content.grading import AnswerShapeError, Grade, check_presented, grade
from content.grading.ports import FreeTextGrader, Judgement
from content.items import Cloze, Item, Matching
from content.option_ids import public_id


def no_session(session_id: str) -> SessionNotFoundError:
    """The error for a session that is not the learner's."""
    return SessionNotFoundError(f"there is no session {session_id}")


def lesson_of(draft: Draft, session_id: str) -> Lesson:
    """The learner's lesson, in the state or read from the journal. Raises SessionNotFoundError."""
    lesson = draft.learner.state.sessions.get(session_id)
    if lesson is None and draft.archive is not None:
        lesson = draft.archive.lessons.get(session_id)
    if lesson is None:
        raise no_session(session_id)
    return lesson


def bundle_of(draft: Draft, bundle_id: str) -> Bundle:
    """The learner's bundle, in the state or read from the journal. Raises BundleNotFoundError."""
    bundle = draft.learner.state.bundles.get(bundle_id)
    if bundle is None and draft.archive is not None:
        bundle = draft.archive.bundles.get(bundle_id)
    if bundle is None:
        raise BundleNotFoundError(f"there is no bundle {bundle_id}")
    return bundle


def posed_of(draft: Draft, lesson: Lesson, decision_id: str) -> Posed:
    """An exercise of the lesson, or of the bundle it draws on. Raises DecisionNotFoundError, BundleNotFoundError."""
    if lesson.bundle_id:
        posed = posed_in(bundle_of(draft, lesson.bundle_id), decision_id)
    else:
        posed = lesson.posed.get(decision_id)
    if posed is None:
        raise DecisionNotFoundError(f"session {lesson.id} has no decision {decision_id}")
    return posed


def graded_or_refused(item: Item, answer: Answer) -> Grade:
    """The grade. Raises WireError if the answer does not fit the item, or names options otherwise than was shown."""
    try:
        check_presented(item, answer)
        return grade(item, answer)
    except AnswerShapeError as error:
        raise WireError(("/answer", str(error))) from error


async def judged(item: Item, answer: Answer, grader: FreeTextGrader) -> Judgement:
    """The grade, by the key where that is enough, else by the grader, in bounded time. Raises WireError."""
    given = graded_or_refused(item, answer)
    return await grader.judge(item, answer) if given.pending else Judgement(grade=given)


def grading_fact(
    event: ExerciseAnswered, lesson: Lesson, posed: Posed, item: Item, judged: Judgement, expected: str
) -> AnswerGraded:
    """The grade as it goes into the journal, with the right answer as shown afterwards."""
    given = judged.grade
    side = "left" if isinstance(item, Matching) else "gap" if isinstance(item, Cloze) else ""
    return AnswerGraded(
        decision_id=event.decision_id,
        session_id=lesson.id,
        enrolment_id=lesson.enrolment_id,
        track_version=lesson.track_version,
        item_id=posed.item_id,
        skills=item.skills,
        band=item.band,
        score=given.score,
        correct=given.correct,
        feedback=given.feedback,
        expected=expected,
        seconds=event.seconds_taken,
        usual_seconds=item.seconds,
        day_starts_at=lesson.day_starts_at,
        locale=posed.locale,
        misconception=given.misconception,
        parts=tuple(
            Part(id=public_id(item.id, part.id, side), score=part.score, note=part.note) for part in given.parts
        ),
        hints=posed.hints,
        practice=posed.answered or posed.skipped,
        bundle_id=lesson.bundle_id,
        pending=given.pending,
        judged_by=judged.judged_by,
        confidence=judged.confidence,
    )


def closing_fact(lesson: Lesson) -> SessionClosed:
    """The end of a lesson as it stands; of one that is over already, its end again."""
    return SessionClosed(
        session_id=lesson.id,
        enrolment_id=lesson.enrolment_id,
        track_version=lesson.track_version,
        answered=lesson.answered,
        right=lesson.right,
        xp=lesson.xp,
        skills=tuple(lesson.skills),
        day_starts_at=lesson.day_starts_at,
        first=not lesson.finished,
    )


def repeats_today(draft: Draft, fact: AnswerGraded) -> int:
    """Rewarded answers to the skill on the local day of the draft; 0 on a day that is only beginning, or long over."""
    today = draft.learner.state.today
    if today is None or not today.day.starts <= draft.at < today.day.ends:
        return 0
    return today.repeats.get(fact.skills[0], 0)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a learner stood before an answer, to tell what it brought."""

    level: int
    day: int
    counted: bool

    @classmethod
    def of(cls, learner: Learner, book: RuleBook = RULE_BOOK) -> Standing:
        """The learner's level, and whether the latest day (an ordinal) counts for the streak already."""
        days = learner.state.days
        return cls(
            level=level_number(learner.state.xp),
            day=days[-1].day.ordinal if days else 0,
            counted=bool(days) and counts(days[-1], book),
        )

    def progress(
        self, learner: Learner, lesson: Lesson, streak_days: int, book: RuleBook, *, late: bool
    ) -> ProgressTold:
        """What the learner is told after the answer. Work of an earlier day extends no streak that is shown now."""
        now = Standing.of(learner, book)
        return ProgressTold(
            session_id=lesson.id,
            planned=lesson.planned,
            answered=lesson.answered,
            right=lesson.right,
            xp=lesson.xp,
            finished=lesson.finished,
            level_up=now.level > self.level,
            streak_extended=not late and now.counted and not (self.counted and self.day == now.day),
            level=now.level,
            streak_days=streak_days,
            waiting=lesson.current,
        )
