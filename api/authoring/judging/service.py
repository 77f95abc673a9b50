"""Use cases of judging: file what a person has to judge, and grade it as the person does, as a new fact."""

from __future__ import annotations

import msgspec

from api.authoring.course import Course
from api.authoring.errors import PartNotFoundError, ReviewStateError
from api.authoring.inbox.regrading import Regrade, new_facts, reviewed
from api.authoring.judging.advising import Advising
from api.authoring.judging.waiting import WaitingAnswer, WaitingAnswers, queue_of
from api.authoring.service import AuthoringService
from api.game.rules import RuleBook
from api.learners.closing import take_over
from api.learners.errors import LearnerClosedError
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded
from api.learners.states import Recorded, States
from api.sessions.views import find_fact
from api.tracks.heads import Heads
from api.tracks.registry import Published, Registry
from content.grading import Grade


class JudgingService:
    """Answers that wait for a person."""

    def __init__(
        self,
        waiting: WaitingAnswers,
        authoring: AuthoringService,
        registry: Registry,
        states: States,
        heads: Heads,
        rules: RuleBook,
        advising: Advising,
    ) -> None:
        """`rules` are those of the game, which XP follow."""
        self.waiting = waiting
        self._authoring = authoring
        self._registry = registry
        self._states = states
        self._heads = heads
        self._rules = rules
        self.advising = advising

    async def take(self, recorded: Recorded, published: Published) -> None:
        """File an answer that waits, unless nobody is there to judge it: then its track comes from a file."""
        event, graded = recorded.happening.event, find_fact(recorded.happening, AnswerGraded)
        if not isinstance(event, ExerciseAnswered) or graded is None or not graded.pending or graded.practice:
            return
        head = await self._heads.find(published.track.id)
        if head is None:
            return
        waiting = WaitingAnswer(
            id=recorded.happening.id,
            course_id=head.course_id,
            queue=queue_of(head.course_id, "waiting"),
            learner_id=recorded.learner.id,
            item=graded.item_id,
            item_version=published.item_version(graded.item_id),
            track=published.version,
            prompt=published.shown(graded.item_id, graded.locale).prompt,
            expected=graded.expected,
            answer=event.answer,
            at=recorded.happening.effective_at,
            locale=graded.locale,
            advised_by=graded.judged_by,
            confidence=graded.confidence,
        )
        await self.waiting.add(waiting)
        await self.advising.filed(waiting)

    async def judge(self, course: Course, by: str, answer_id: str, score: float, reason: str) -> WaitingAnswer:
        """Give an answer its grade, of which the learner's belief and XP follow. Repeating it is harmless.

        Raises:
            PartNotFoundError: no such answer waits, or whoever gave it has left.
            ReviewStateError: it was judged otherwise before.
        """
        now = self._authoring.clock()

        def edit(found: WaitingAnswer) -> WaitingAnswer:
            if found.state == "judged" and found.score != score:
                raise ReviewStateError(f"the answer was given a score of {found.score:g} already")
            if found.state == "judged":
                return found
            queue = queue_of(course.id, "judged")
            return msgspec.structs.replace(
                found, state="judged", queue=queue, score=score, judged_by=by, judged_at=now, reason=reason
            )

        await self.waiting.get(course.id, answer_id)
        async with self._authoring.audit.noting(course, by, "answerJudged", note=answer_id):
            judged = await self.waiting.edit(course.id, answer_id, edit)
        await self._grade(judged)
        return judged

    async def _grade(self, judged: WaitingAnswer) -> None:
        """Write the judgement into the learner's journal, or into that of the account the learner was merged into."""
        learner_id = judged.learner_id
        while True:
            happening = await self._states.happening(learner_id, judged.id)
            graded = find_fact(happening, AnswerGraded) if happening else None
            try:
                if happening is not None and graded is not None:
                    await self._registry.ensure(judged.track)
                    published = self._registry.version(judged.track)
                    item = published.item(judged.item)
                    asked = Regrade(published.track.id, item, published.difficulty(item), judged.id, self._rules)
                    given = Grade(score=judged.score, correct=judged.score >= 1.0)
                    facts = new_facts(happening, graded, given, asked)
                    new = reviewed(happening, facts, judged.id, self._states.clock())
                    if await self._states.happening(learner_id, new.id) is None:
                        await take_over(self._states, learner_id, [new])
                    return
                raise PartNotFoundError("whoever gave this answer has left; there is nothing to grade any more")
            except LearnerClosedError as closed:
                if not closed.into:
                    raise PartNotFoundError("whoever gave this answer has left; nothing is graded any more") from closed
                learner_id = closed.into
