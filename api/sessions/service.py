"""Use cases of lessons: open one, answer, ask for a hint, skip, finish, look at one, and ask why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game.rewards import Rewards
from api.game.xp import Attempt
from api.learners.bundles import bundle_of as bundle_of_decision
from api.learners.drafts import Archive, Arrival, Draft
from api.learners.events import (
    ExerciseAnswered,
    ExerciseSkipped,
    HintRequested,
    ItemReported,
    OfflineSessionOpened,
    SessionFinished,
    SessionOpened,
)
from api.learners.facts import (
    AnswerGraded,
    BundleIssued,
    ExerciseChosen,
    ExercisePassed,
    HintGiven,
    Reason,
    ReportTaken,
    SessionClosed,
    SessionStarted,
    Wished,
)
from api.learners.fold import pupil_of
from api.learners.learner import Enrolment, Learner, Lesson, OnTrack
from api.learners.states import Recorded, States
from api.metrics import Metrics
from api.sessions.archive import read_lesson, recall
from api.sessions.choosing import Chooser
from api.sessions.errors import (
    BundleExpiredError,
    BundleMismatchError,
    BundleNotFoundError,
    DecisionNotFoundError,
    NoHintsLeftError,
    SessionNotFoundError,
)
from api.sessions.grading import (
    Standing,
    bundle_of,
    closing_fact,
    grading_fact,
    judged,
    lesson_of,
    no_session,
    posed_of,
    repeats_today,
)
from api.sessions.hindsight import reasons_of
from api.sessions.views import fact_of, find_fact
from api.sessions.wishing import wish_in_force
from api.tracks.errors import EnrolmentNotFoundError
from api.tracks.registry import Published, Registry
from content.grading.ports import FreeTextGrader
from content.items import Item

Listener = Callable[[Recorded, Published], Awaitable[None]]
"""Is told of a report, or of an answer that a person has to judge: once it is in the journal, before the learner gets
an answer, and again when the event comes again."""


class SessionService:
    """Lessons of learners."""

    def __init__(
        self,
        states: States,
        registry: Registry,
        chooser: Chooser,
        accounts: AccountService,
        metrics: Metrics,
        grader: FreeTextGrader,
        rewards: Rewards,
    ) -> None:
        self.registry = registry
        self.rewards = rewards
        self._states = states
        self._chooser = chooser
        self._accounts = accounts
        self._metrics = metrics
        self.grader = grader
        self.listeners: list[Listener] = []

    async def open(self, learner_id: str, arrival: Arrival) -> tuple[Recorded, Published]:
        """Begin a lesson; its id is the event's. Raises EnrolmentNotFoundError, EventConflictError."""
        account = await self._accounts.account(learner_id)
        await self.registry.refresh()
        recorded = await self._states.record(learner_id, arrival, partial(self.decide, account=account))
        return recorded, self.published(recorded.learner, fact_of(recorded.happening, SessionStarted))

    async def answer(self, learner_id: str, arrival: Arrival) -> tuple[Recorded, Published]:
        """Grade an answer, reward it, and choose the next exercise.

        A second answer to one exercise, or one to a skipped exercise, is graded as practice without reward.

        Raises:
            SessionNotFoundError, DecisionNotFoundError: not one of the learner's.
            WireError: the answer does not fit the exercise.
            EventConflictError: the event's id was used for something else.
        """
        recorded = await self._record(learner_id, arrival)
        graded = fact_of(recorded.happening, AnswerGraded)
        self._metrics.answer("duplicate" if recorded.duplicate else outcome_name(graded))
        published = self.published(recorded.learner, graded)
        await self.tell(recorded, published)
        return recorded, published

    async def tell(self, recorded: Recorded, published: Published) -> None:
        """Tell those who listen of what people have to look at. Raises StoreError."""
        if any(
            isinstance(f, ReportTaken) or (isinstance(f, AnswerGraded) and f.pending) for f in recorded.happening.facts
        ):
            for listener in self.listeners:
                await listener(recorded, published)

    async def hint(self, learner_id: str, arrival: Arrival) -> tuple[HintGiven, Item]:
        """The next hint. Raises as `answer` does, and NoHintsLeftError."""
        recorded = await self._record(learner_id, arrival)
        given = fact_of(recorded.happening, HintGiven)
        return given, self.published(recorded.learner, given).shown(given.item_id, given.locale)

    async def skip(self, learner_id: str, arrival: Arrival) -> tuple[Recorded, Published]:
        """Pass an exercise by and choose another. Raises as `answer` does."""
        recorded = await self._record(learner_id, arrival)
        passed = fact_of(recorded.happening, ExercisePassed)
        return recorded, self.published(recorded.learner, passed)

    async def finish(self, learner_id: str, arrival: Arrival) -> tuple[Recorded, Published]:
        """End a lesson; one that is over already stays as it is. Raises SessionNotFoundError, EventConflictError."""
        recorded = await self._record(learner_id, arrival)
        closed = fact_of(recorded.happening, SessionClosed)
        return recorded, self.published(recorded.learner, closed)

    async def report(self, learner_id: str, arrival: Arrival) -> tuple[Recorded, Published]:
        """Take down what a learner says of an exercise. Raises as `answer` does."""
        recorded = await self._record(learner_id, arrival)
        published = self.published(recorded.learner, fact_of(recorded.happening, ReportTaken))
        await self.tell(recorded, published)
        return recorded, published

    async def look(self, learner_id: str, session_id: str) -> tuple[Lesson, Published]:
        """A lesson as it stands. Raises SessionNotFoundError."""
        async with self._states.reading(learner_id) as learner:
            lesson = learner.state.sessions.get(session_id)
            if lesson is None:
                lesson = await read_lesson(self._states.journal, learner_id, session_id)
            if lesson is None:
                raise no_session(session_id)
            return lesson, self.published(learner, lesson)

    async def decision(
        self, learner_id: str, decision_id: str
    ) -> tuple[ExerciseChosen, tuple[Reason, ...], int, Published]:
        """A decision, its reasons, when it was made (ms), and its track. Raises DecisionNotFoundError."""
        happening = await self._states.happening(learner_id, decision_id)
        chosen = find_fact(happening, ExerciseChosen) if happening else None
        if chosen is None:
            happening = await self._states.happening(learner_id, bundle_of_decision(decision_id))
            fact = find_fact(happening, BundleIssued) if happening else None
            chosen = next((one for one in fact.exercises if one.decision_id == decision_id), None) if fact else None
        if happening is None or chosen is None:
            raise DecisionNotFoundError(f"there is no decision {decision_id}")
        async with self._states.reading(learner_id) as learner:
            published = self.published(learner, chosen)
        reasons = await reasons_of(self._states, self._chooser, learner_id, chosen)
        return chosen, reasons, happening.effective_at, published

    async def _record(self, learner_id: str, arrival: Arrival) -> Recorded:
        """Record an event of a lesson, one that has left the state included."""

        async def decide(draft: Draft) -> None:
            try:
                await self.decide(draft)
            except (SessionNotFoundError, BundleNotFoundError):
                draft.archive = Archive()
                session_id = getattr(arrival.event, "session_id", "")
                await recall(draft.archive, self._states.journal, draft.learner, [session_id])
                await self.decide(draft)

        return await self._states.record(learner_id, arrival, decide)

    def published(self, learner: Learner, thing: OnTrack) -> Published:
        """The version of the track that a lesson, a bundle or a fact of the learner is of."""
        return self.registry.version(learner.version_of(thing))

    async def decide(self, draft: Draft, account: Account | None = None) -> None:
        """Tell what follows from an event of a lesson; opening one needs the learner's account. Raises as `answer`."""
        match draft.event:
            case SessionOpened() if account is not None:
                await self._open(draft.event, account, draft)
            case OfflineSessionOpened() if account is not None:
                self._open_offline(draft.event, account, draft)
            case ExerciseAnswered():
                await self._answer(draft.event, draft)
            case HintRequested():
                self._hint(draft.event, draft)
            case ExerciseSkipped():
                await self._skip(draft.event, draft)
            case ItemReported():
                self._report(draft.event, draft)
            case SessionFinished():
                self._finish(draft.event, draft)
            case _:
                raise TypeError(f"{type(draft.event).__name__} is no event of a lesson")

    async def _open(self, event: SessionOpened, account: Account, draft: Draft) -> None:
        enrolment = _enrolment(draft, event.enrolment_id)
        move = await self.registry.move_due(enrolment)
        version = enrolment.track_version if move is None else move.to_version
        wish = wish_in_force(event.wish, None, None, self.registry.version(version))
        draft.begin(after=enrolment.settled_at)
        if move is not None:
            draft.tell(move)
        self.rewards.take_profile(draft, account)
        draft.tell(_started(draft, event, account, enrolment.mark(version)))
        await self._next(draft, draft.learner.state.sessions[draft.event_id], wish)

    def _open_offline(self, event: OfflineSessionOpened, account: Account, draft: Draft) -> None:
        _enrolment(draft, event.enrolment_id)
        bundle = bundle_of(draft, event.bundle_id)
        if (event.manifest_hash, event.enrolment_id) != (bundle.manifest_hash, bundle.enrolment_id):
            raise BundleMismatchError(
                f"bundle {bundle.id} was issued for enrolment {bundle.enrolment_id} with a manifest of hash"
                f" {bundle.manifest_hash}, not for {event.enrolment_id} with {event.manifest_hash}; fetch it again"
            )
        if draft.place(bundle.at, bundle.issued_at) > bundle.expires_at:
            raise BundleExpiredError(f"bundle {bundle.id} ended before the lesson began; ask for another")
        draft.begin(bundle.at, bundle.issued_at)
        self.rewards.take_profile(draft, account)
        draft.tell(_started(draft, event, account, bundle.track_version))

    async def _answer(self, event: ExerciseAnswered, draft: Draft) -> None:
        lesson = lesson_of(draft, event.session_id)
        posed = posed_of(draft, lesson, event.decision_id)
        published = self.published(draft.learner, lesson)
        item = published.shown(posed.item_id, posed.locale)
        graded = await judged(item, event.answer, self.grader)
        wish = wish_in_force(event.wish, lesson, item, published)
        before = Standing.of(draft.learner, self.rewards.rules)
        draft.begin(after=max(posed.at, lesson.opened_at))
        fact = grading_fact(event, lesson, posed, item, graded, published.expected(posed.item_id, posed.locale))
        streak_days = self._reward(draft, fact, lesson, published, item)
        draft.tell(before.progress(draft.learner, lesson, streak_days, self.rewards.rules, late=draft.late))
        if not fact.practice and not lesson.finished and lesson.current is None:
            await self._next(draft, lesson, wish)

    def _reward(self, draft: Draft, fact: AnswerGraded, lesson: Lesson, published: Published, item: Item) -> int:
        """Tell the grade, the XP that follows from what it taught the tutor, the lesson's end, and what they bring; the
        days of the streak then, 0 where this changes none."""
        if fact.practice or fact.pending:
            draft.tell(fact)
            if not fact.practice and _is_over(lesson):
                closed = closing_fact(lesson)
                draft.tell(closed)
                self.rewards.ended(draft, closed)
            return 0
        self.rewards.begin_day(draft, fact.day_starts_at)
        repeats, seen = repeats_today(draft, fact), self.rewards.look(draft, published, fact, item)
        draft.tell(fact)
        attempt = Attempt(
            score=fact.score,
            difficulty=published.difficulty(item),
            information=pupil_of(draft.learner, published.version, self.registry).gained,
            repeats=repeats,
            seconds=fact.seconds,
            expected_seconds=item.seconds,
            hints=fact.hints,
        )
        granted = self.rewards.pay(draft, fact, attempt)
        draft.tell(granted)
        over = _is_over(lesson)
        if over:
            draft.tell(closing_fact(lesson))
        return self.rewards.answered(draft, seen, lesson, granted.amount, over=over).streak_days

    def _hint(self, event: HintRequested, draft: Draft) -> None:
        lesson = lesson_of(draft, event.session_id)
        posed = posed_of(draft, lesson, event.decision_id)
        n_hints = len(self.published(draft.learner, lesson).item(posed.item_id).hints)
        if posed.hints >= n_hints:
            raise NoHintsLeftError(f"exercise {event.decision_id} has {n_hints} hints, and all were given")
        draft.begin(after=max(posed.at, lesson.opened_at))
        number = posed.hints + 1
        draft.tell(
            HintGiven(
                decision_id=event.decision_id,
                session_id=event.session_id,
                enrolment_id=lesson.enrolment_id,
                track_version=lesson.track_version,
                item_id=posed.item_id,
                number=number,
                remaining=n_hints - number,
                locale=posed.locale,
                bundle_id=lesson.bundle_id,
            )
        )

    def _report(self, event: ItemReported, draft: Draft) -> None:
        lesson = lesson_of(draft, event.session_id)
        posed = posed_of(draft, lesson, event.decision_id)
        published = self.published(draft.learner, lesson)
        draft.begin(after=max(posed.at, lesson.opened_at))
        draft.tell(
            ReportTaken(
                decision_id=event.decision_id,
                session_id=event.session_id,
                enrolment_id=lesson.enrolment_id,
                track_version=lesson.track_version,
                item_id=posed.item_id,
                item_version=published.item_version(posed.item_id),
                locale=posed.locale,
            )
        )

    async def _skip(self, event: ExerciseSkipped, draft: Draft) -> None:
        lesson = lesson_of(draft, event.session_id)
        posed = posed_of(draft, lesson, event.decision_id)
        published = self.published(draft.learner, lesson)
        wish = wish_in_force(event.wish, lesson, published.item(posed.item_id), published)
        draft.begin(after=max(posed.at, lesson.opened_at))
        counted = not (posed.answered or posed.skipped or lesson.finished)
        draft.tell(
            ExercisePassed(
                decision_id=event.decision_id,
                session_id=event.session_id,
                enrolment_id=lesson.enrolment_id,
                track_version=lesson.track_version,
                counted=counted,
                waiting=None if counted else lesson.current,
                bundle_id=lesson.bundle_id,
                item_id=posed.item_id if lesson.bundle_id else "",
            )
        )
        if counted and lesson.current is None:
            await self._next(draft, lesson, wish)

    def _finish(self, event: SessionFinished, draft: Draft) -> None:
        lesson = lesson_of(draft, event.session_id)
        draft.begin(after=lesson.opened_at)
        closed = closing_fact(lesson)
        draft.tell(closed)
        self.rewards.ended(draft, closed)

    async def _next(self, draft: Draft, lesson: Lesson, wish: Wished | None) -> None:
        if lesson.bundle_id:
            return
        chosen = await self._chooser.choose(draft, lesson, wish)
        if chosen is not None:
            draft.tell(chosen)


def outcome_name(graded: AnswerGraded) -> str:
    """How an answer is counted."""
    if graded.pending:
        return "pending"
    return "correct" if graded.correct else "partial" if graded.score > 0 else "wrong"


def _enrolment(draft: Draft, enrolment_id: str) -> Enrolment:
    enrolment = draft.learner.state.enrolments.get(enrolment_id)
    if enrolment is None:
        raise EnrolmentNotFoundError(f"there is no enrolment {enrolment_id}")
    return enrolment


def _started(
    draft: Draft, event: SessionOpened | OfflineSessionOpened, account: Account, track_version: str
) -> SessionStarted:
    return SessionStarted(
        session_id=draft.event_id,
        enrolment_id=event.enrolment_id,
        planned=event.length,
        day_starts_at=account.day_starts_at,
        personalised=account.personalised,
        locale=account.locale,
        bundle_id=event.bundle_id if isinstance(event, OfflineSessionOpened) else "",
        track_version=track_version,
    )


def _is_over(lesson: Lesson) -> bool:
    """Whether a lesson that was not finished has all its answers."""
    return not lesson.finished and lesson.answered >= lesson.planned
