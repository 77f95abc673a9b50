"""Use cases of lessons: open one, answer, ask for a hint, skip, finish, look at one, and ask why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from api.accounts.service import AccountService
from api.game.xp import RULES_VERSION, Attempt, grant
from api.learners.events import ExerciseAnswered, ExerciseSkipped, HintRequested, SessionFinished, SessionOpened
from api.learners.facts import (
    AnswerGraded,
    ExerciseChosen,
    ExercisePassed,
    HintGiven,
    SessionClosed,
    SessionStarted,
    XpGranted,
)
from api.learners.fold import pupil_of
from api.learners.learner import Learner, Lesson
from api.learners.states import Arrival, Draft, Recorded, States
from api.metrics import Metrics
from api.sessions.archive import read_lesson
from api.sessions.choosing import Chooser
from api.sessions.errors import DecisionNotFoundError, NoHintsLeftError, SessionNotFoundError
from api.sessions.grading import (
    Standing,
    closing_fact,
    graded_or_refused,
    grading_fact,
    lesson_of,
    no_session,
    posed_of,
    repeats_today,
)
from api.sessions.views import fact_of, find_fact
from api.tracks.errors import EnrolmentNotFoundError
from api.tracks.registry import Published, Registry
from content.items import Item

Decide = Callable[[Lesson | None, Draft], Awaitable[None]]


class SessionService:
    """Lessons of learners."""

    def __init__(
        self, states: States, registry: Registry, chooser: Chooser, accounts: AccountService, metrics: Metrics
    ) -> None:
        self.registry = registry
        self._states = states
        self._chooser = chooser
        self._accounts = accounts
        self._metrics = metrics

    async def open(self, learner_id: str, arrival: Arrival, event: SessionOpened) -> tuple[Recorded, Published]:
        """Begin a lesson; its id is the event's. Raises EnrolmentNotFoundError, EventConflictError."""
        account = await self._accounts.account(learner_id)

        async def decide(draft: Draft) -> None:
            enrolment = draft.learner.state.enrolments.get(event.enrolment_id)
            if enrolment is None:
                raise EnrolmentNotFoundError(f"there is no enrolment {event.enrolment_id}")
            draft.begin(after=enrolment.started_at)
            draft.tell(
                SessionStarted(
                    session_id=draft.event_id,
                    enrolment_id=enrolment.id,
                    planned=event.length,
                    day_starts_at=account.day_starts_at,
                    personalised=account.personalised,
                    locale=account.locale,
                )
            )
            await self._next(draft, draft.learner.state.sessions[draft.event_id])

        recorded = await self._states.record(learner_id, arrival, decide)
        return recorded, self._published(recorded.learner, event.enrolment_id)

    async def answer(self, learner_id: str, arrival: Arrival, event: ExerciseAnswered) -> tuple[Recorded, Published]:
        """Grade an answer, reward it, and choose the next exercise.

        A second answer to one exercise, or one to a skipped exercise, is graded as practice without reward.

        Raises:
            SessionNotFoundError, DecisionNotFoundError: not one of the learner's.
            WireError: the answer does not fit the exercise.
            EventConflictError: the event's id was used for something else.
        """
        recorded = await self._record(learner_id, arrival, partial(self._answer, event))
        graded = fact_of(recorded.happening, AnswerGraded)
        outcome = "correct" if graded.correct else "partial" if graded.score > 0 else "wrong"
        self._metrics.answer("duplicate" if recorded.duplicate else outcome)
        return recorded, self._published(recorded.learner, graded.enrolment_id)

    async def hint(self, learner_id: str, arrival: Arrival, event: HintRequested) -> tuple[HintGiven, Item]:
        """The next hint. Raises as `answer` does, and NoHintsLeftError."""
        recorded = await self._record(learner_id, arrival, partial(self._hint, event))
        given = fact_of(recorded.happening, HintGiven)
        return given, self._published(recorded.learner, given.enrolment_id).shown(given.item_id, given.locale)

    async def skip(self, learner_id: str, arrival: Arrival, event: ExerciseSkipped) -> tuple[Recorded, Published]:
        """Pass an exercise by and choose another. Raises as `answer` does."""
        recorded = await self._record(learner_id, arrival, partial(self._skip, event))
        passed = fact_of(recorded.happening, ExercisePassed)
        return recorded, self._published(recorded.learner, passed.enrolment_id)

    async def finish(
        self, learner_id: str, arrival: Arrival, event: SessionFinished
    ) -> tuple[SessionClosed, Published]:
        """End a lesson; one that is over already stays as it is. Raises SessionNotFoundError, EventConflictError."""
        recorded = await self._record(learner_id, arrival, partial(_finish, event))
        closed = fact_of(recorded.happening, SessionClosed)
        return closed, self._published(recorded.learner, closed.enrolment_id)

    async def look(self, learner_id: str, session_id: str) -> tuple[Lesson, Published]:
        """A lesson as it stands. Raises SessionNotFoundError."""
        async with self._states.reading(learner_id) as learner:
            lesson = learner.state.sessions.get(session_id)
            if lesson is None:
                lesson = await read_lesson(self._states.journal, learner_id, session_id)
            if lesson is None:
                raise no_session(session_id)
            return lesson, self._published(learner, lesson.enrolment_id)

    async def decision(self, learner_id: str, decision_id: str) -> tuple[ExerciseChosen, int, Published]:
        """A decision, when it was made (ms), and its track. Raises DecisionNotFoundError."""
        happening = await self._states.happening(learner_id, decision_id)
        chosen = find_fact(happening, ExerciseChosen) if happening else None
        if happening is None or chosen is None:
            raise DecisionNotFoundError(f"there is no decision {decision_id}")
        async with self._states.reading(learner_id) as learner:
            return chosen, happening.effective_at, self._published(learner, chosen.enrolment_id)

    async def _record(self, learner_id: str, arrival: Arrival, decide: Decide) -> Recorded:
        """Record an event of a lesson, one that has left the state included."""
        try:
            return await self._states.record(learner_id, arrival, partial(decide, None))
        except SessionNotFoundError:
            session_id = getattr(arrival.event, "session_id", "")
            lesson = await read_lesson(self._states.journal, learner_id, session_id)
            if lesson is None:
                raise
            return await self._states.record(learner_id, arrival, partial(decide, lesson))

    def _published(self, learner: Learner, enrolment_id: str) -> Published:
        return self.registry.version(learner.state.enrolments[enrolment_id].track_version)

    async def _answer(self, event: ExerciseAnswered, archived: Lesson | None, draft: Draft) -> None:
        lesson = lesson_of(draft.learner, event.session_id, archived)
        posed = posed_of(lesson, event.decision_id)
        published = self._published(draft.learner, lesson.enrolment_id)
        item = published.shown(posed.item_id, posed.locale)
        graded = graded_or_refused(item, event.answer)
        before = Standing.of(draft.learner)
        draft.begin(after=posed.at)
        fact = grading_fact(event, lesson, posed, item, graded, published.expected(posed.item_id, posed.locale))
        self._reward(draft, fact, published, item)
        if not fact.practice and not lesson.finished and lesson.answered >= lesson.planned:
            draft.tell(closing_fact(lesson))
        draft.tell(before.progress(draft.learner, lesson, late=draft.late))
        if not fact.practice and not lesson.finished and lesson.current is None:
            await self._next(draft, lesson)

    def _reward(self, draft: Draft, fact: AnswerGraded, published: Published, item: Item) -> None:
        """Tell the grade, and the XP that follows from what it taught the tutor."""
        learner = draft.learner
        if fact.practice:
            draft.tell(fact)
            return
        repeats = repeats_today(draft, fact)
        draft.tell(fact)
        gained = pupil_of(learner, published.version, self.registry).gained
        granted = grant(
            Attempt(
                score=fact.score,
                difficulty=published.difficulty(item),
                information=gained,
                repeats=repeats,
                seconds=fact.seconds,
                expected_seconds=item.seconds,
                hints=fact.hints,
            )
        )
        draft.tell(
            XpGranted(
                amount=granted.amount,
                reasons=granted.reasons,
                rules_version=RULES_VERSION,
                decision_id=fact.decision_id,
                session_id=fact.session_id,
            )
        )

    async def _hint(self, event: HintRequested, archived: Lesson | None, draft: Draft) -> None:
        lesson = lesson_of(draft.learner, event.session_id, archived)
        posed = posed_of(lesson, event.decision_id)
        n_hints = len(self._published(draft.learner, lesson.enrolment_id).item(posed.item_id).hints)
        if posed.hints >= n_hints:
            raise NoHintsLeftError(f"exercise {event.decision_id} has {n_hints} hints, and all were given")
        draft.begin(after=posed.at)
        number = posed.hints + 1
        draft.tell(
            HintGiven(
                decision_id=event.decision_id,
                session_id=event.session_id,
                enrolment_id=lesson.enrolment_id,
                item_id=posed.item_id,
                number=number,
                remaining=n_hints - number,
                locale=posed.locale,
            )
        )

    async def _skip(self, event: ExerciseSkipped, archived: Lesson | None, draft: Draft) -> None:
        lesson = lesson_of(draft.learner, event.session_id, archived)
        posed = posed_of(lesson, event.decision_id)
        draft.begin(after=posed.at)
        counted = not (posed.answered or posed.skipped or lesson.finished)
        draft.tell(
            ExercisePassed(
                decision_id=event.decision_id,
                session_id=event.session_id,
                enrolment_id=lesson.enrolment_id,
                counted=counted,
                waiting=None if counted else lesson.current,
            )
        )
        if counted and lesson.current is None:
            await self._next(draft, lesson)

    async def _next(self, draft: Draft, lesson: Lesson) -> None:
        chosen = await self._chooser.choose(draft, lesson)
        if chosen is not None:
            draft.tell(chosen)


async def _finish(event: SessionFinished, archived: Lesson | None, draft: Draft) -> None:
    lesson = lesson_of(draft.learner, event.session_id, archived)
    draft.begin(after=lesson.opened_at)
    draft.tell(closing_fact(lesson))
