"""From facts to what a learner reads. A duplicate gets the same facts, and so the same words."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeVar, cast

from api.game.facts import BadgeEarned, GemsMoved, QuestDone, RestAdvised
from api.game.goals.schemas import Rest
from api.learners.entries import Happening
from api.learners.facts import (
    AnswerGraded,
    ExerciseChosen,
    ExercisePassed,
    HintGiven,
    ProgressTold,
    Reason,
    SessionClosed,
    SessionStarted,
    Wished,
    XpGranted,
)
from api.learners.learner import Lesson
from api.sessions.schemas import (
    AnswerResult,
    BadgeReward,
    CandidateView,
    Decision,
    Exercise,
    Finished,
    GradedPart,
    GradeView,
    Hint,
    LessonProgress,
    QuestReward,
    RankedView,
    ReasonView,
    Reward,
    Session,
    Skipped,
    Summary,
    WishView,
)
from api.store.ports import CorruptStoreError
from api.tracks.registry import Published
from api.tracks.schemas import Named
from api.wire import instant
from content.items import Item
from content.text import parse

T = TypeVar("T")
Status = Literal["open", "finished"]
ChosenBy = Literal["policy", "rule"]


def find_fact(happening: Happening, kind: type[T]) -> T | None:
    """The happening's fact of a kind, if it has one."""
    for fact in happening.facts:
        if isinstance(fact, kind):
            return fact
    return None


def fact_of(happening: Happening, kind: type[T]) -> T:
    """The happening's fact of a kind. Raises CorruptStoreError if it has none."""
    fact = find_fact(happening, kind)
    if fact is None:
        raise CorruptStoreError(f"event {happening.id} has no fact {kind.__name__} beside it; the journal is damaged")
    return fact


def exercise(chosen: ExerciseChosen | None, published: Published) -> Exercise | None:
    """A chosen exercise, as shown."""
    if chosen is None:
        return None
    return Exercise(
        decision_id=chosen.decision_id,
        item_id=chosen.item_id,
        item_version=chosen.item_version,
        track_id=published.track.id,
        skill=_skill(published, chosen.skill),
        band=_band(published, chosen.band),
        chosen_by=cast(ChosenBy, chosen.chosen_by),
        hints_available=len(published.item(chosen.item_id).hints),
        presented=published.presented(chosen.item_id, chosen.seed, chosen.locale),
    )


def session(lesson: Lesson, published: Published) -> Session:
    """A lesson as it stands."""
    return Session(
        id=lesson.id,
        enrolment_id=lesson.enrolment_id,
        status=_status(lesson.finished),
        planned=lesson.planned,
        answered=lesson.answered,
        correct=lesson.right,
        xp=lesson.xp,
        exercise=exercise(lesson.current, published),
    )


def opened(happening: Happening, published: Published) -> Session:
    """A lesson as it began."""
    started = fact_of(happening, SessionStarted)
    return Session(
        id=started.session_id,
        enrolment_id=started.enrolment_id,
        status="open",
        planned=started.planned,
        answered=0,
        correct=0,
        xp=0,
        exercise=exercise(find_fact(happening, ExerciseChosen), published),
    )


class Answered(NamedTuple):
    """What an answer brought beside its grade."""

    reward: Reward
    session: LessonProgress
    next: Exercise | None


def answer_result(happening: Happening, published: Published, *, duplicate: bool) -> AnswerResult:
    """The response to an answer."""
    told = answered(happening, published)
    return AnswerResult(
        status="duplicate" if duplicate else "accepted",
        grade=grade(fact_of(happening, AnswerGraded), published),
        reward=told.reward,
        session=told.session,
        next=told.next,
        rest=rest_of(happening),
    )


def rest_of(happening: Happening) -> Rest | None:
    """The word that it is a good moment to stop, if there was one."""
    advised = find_fact(happening, RestAdvised)
    return None if advised is None else Rest.of(advised.code)


def answered(happening: Happening, published: Published) -> Answered:
    """What an answer brought beside its grade."""
    progress, granted = fact_of(happening, ProgressTold), find_fact(happening, XpGranted)
    graded = fact_of(happening, AnswerGraded)
    return Answered(
        reward=Reward(
            xp=granted.amount if granted else 0,
            reasons=granted.reasons if granted else ("pending" if graded.pending else "practice",),
            level_up=progress.level_up,
            streak_extended=progress.streak_extended,
            gems=sum(
                fact.amount for fact in happening.facts if isinstance(fact, GemsMoved) and fact.credit == "wallet"
            ),
            quests_done=tuple(
                QuestReward(id=fact.quest_id, gems=fact.gems) for fact in happening.facts if isinstance(fact, QuestDone)
            ),
            badges=tuple(
                BadgeReward(id=fact.badge, tier=fact.tier, rarity=fact.rarity)
                for fact in happening.facts
                if isinstance(fact, BadgeEarned)
            ),
            level=progress.level,
            streak=progress.streak_days,
        ),
        session=LessonProgress(
            id=progress.session_id,
            status=_status(progress.finished),
            planned=progress.planned,
            answered=progress.answered,
            correct=progress.right,
            xp=progress.xp,
        ),
        next=exercise(find_fact(happening, ExerciseChosen) or progress.waiting, published),
    )


def hint(given: HintGiven, item: Item) -> Hint:
    """A hint as shown."""
    return Hint(hint=parse(item.hints[given.number - 1]), number=given.number, remaining=given.remaining)


def skipped(happening: Happening, published: Published) -> Skipped:
    """The response to a skip."""
    waiting = fact_of(happening, ExercisePassed).waiting
    return Skipped(next=exercise(find_fact(happening, ExerciseChosen) or waiting, published))


def finished(happening: Happening, published: Published) -> Finished:
    """The response to the end of a lesson."""
    closed = fact_of(happening, SessionClosed)
    return Finished(
        summary=Summary(
            answered=closed.answered,
            correct=closed.right,
            xp=closed.xp,
            skills=tuple(_skill(published, skill) for skill in closed.skills),
            rest=rest_of(happening),
        )
    )


def decision(chosen: ExerciseChosen, reasons: tuple[Reason, ...], at: int, published: Published) -> Decision:
    """Why an exercise was chosen. `at` is when (ms)."""
    return Decision(
        id=chosen.decision_id,
        session_id=chosen.session_id,
        enrolment_id=chosen.enrolment_id,
        track_id=published.track.id,
        decided_at=instant(at),
        item_id=chosen.item_id,
        item_version=chosen.item_version,
        skill=_skill(published, chosen.skill),
        band=_band(published, chosen.band),
        chosen_by=cast(ChosenBy, chosen.chosen_by),
        policy_version=chosen.policy_version,
        probability=chosen.probability,
        candidate_probability=chosen.candidate_probability,
        reasons=tuple(ReasonView(code=r.code, text=r.text, value=r.value) for r in reasons),
        guards=chosen.guards,
        fallback=chosen.fallback or None,
        top=tuple(
            RankedView(skill=_skill(published, r.skill), band=_band(published, r.band), probability=r.probability)
            for r in chosen.top
        ),
        rest=chosen.rest,
        wish=_wish(chosen.wish, published),
        bent_by=chosen.bent_by,
        yielded=chosen.yielded,
        cost=chosen.cost,
    )


def _wish(wished: Wished | None, published: Published) -> WishView | None:
    if wished is None:
        return None
    than = None
    if wished.than is not None:
        than = CandidateView(skill=_skill(published, wished.than[0]), band=_band(published, wished.than[1]))
    return WishView(kind=wished.kind, skills=tuple(_skill(published, skill) for skill in wished.skills), than=than)


def grade(graded: AnswerGraded, published: Published) -> GradeView:
    """A grade with what explains it."""
    return GradeView(
        score=graded.score,
        correct=graded.correct,
        misconception=graded.misconception,
        feedback=parse(graded.feedback),
        explanation=parse(published.shown(graded.item_id, graded.locale).explanation),
        expected=parse(graded.expected),
        parts=tuple(GradedPart(id=part.id, score=part.score, note=parse(part.note)) for part in graded.parts),
        pending=graded.pending,
    )


def _status(is_finished: bool) -> Status:
    return "finished" if is_finished else "open"


def _skill(published: Published, skill_id: str) -> Named:
    return published.named_skills[skill_id]


def _band(published: Published, band_id: str) -> Named:
    return published.named_bands[band_id]
