"""HTTP of answers that wait for a person."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.authoring.errors import ReviewStateError
from api.authoring.judging.schemas import AnswerJudgement, WaitingPage, WaitingView
from api.authoring.judging.service import JudgingService
from api.authoring.judging.waiting import State, WaitingAnswer
from api.authoring.roles import CourseId, OrganisationId, reviewing
from api.authoring.routes import COURSE, course_of
from api.authoring.rubrics.routes import advice_view
from api.authoring.views import after_of, cut
from api.http.cursors import MAX_PAGE, Cursor, Limit
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, instant

JUDGING: Slot[JudgingService] = Slot("judging")
LIST = COURSE + "/waiting-answers"
AnswerId = Annotated[str, PathParameter(description="The answer.", max_length=64)]


@get(LIST, operation_id="listWaitingAnswers", summary="Answers that a person has to judge", opt=reviewing())
async def list_waiting_answers(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    which: Annotated[State, QueryParameter(name="state", description="Which of them.")] = "waiting",
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> WaitingPage:
    """For reviewers, the oldest first: essays, exercises of high stakes, and what no model was sure of. Nothing says
    who gave them. Where an essay's rubric has a model, its advice is with the essay as soon as a job has made it."""
    course = await course_of(request, organisation_id, course_id)
    scope = f"{which} answers of course {course.id}"
    judging = JUDGING.of(request)
    found = await judging.waiting.of(course.id, which, after_of(request, cursor, scope), limit + 1)
    page, following = cut(request, found, limit, scope, lambda one: one.id)
    await judging.advising.shown(course.id, page)
    return WaitingPage(items=tuple(map(waiting_view, page)), next_cursor=following)


@post(
    LIST + "/{answer_id:str}/judge",
    operation_id="judgeAnswer",
    summary="Judge an answer",
    status_code=200,
    opt=reviewing(ReviewStateError, VersionClashError),
)
async def judge_answer(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    answer_id: AnswerId,
    data: JSONBody[AnswerJudgement],
) -> WaitingView:
    """For reviewers. The answer is graded anew with this score: the lesson, what is believed of the learner, and their
    XP follow. A judgement is final; given again with the same score, it is finished where it was interrupted."""
    course = await course_of(request, organisation_id, course_id)
    return waiting_view(await JUDGING.of(request).judge(course, request.user, answer_id, data.score, data.reason))


def waiting_view(found: WaitingAnswer) -> WaitingView:
    """An answer as it is shown."""
    return WaitingView(
        id=found.id,
        state=found.state,
        item=found.item,
        item_version=found.item_version,
        prompt=found.prompt,
        expected=found.expected,
        answer=found.answer,
        at=instant(found.at),
        locale=found.locale,
        advised_by=found.advised_by,
        confidence=found.confidence,
        advice=advice_view(found.advice.traits) if found.advice and found.advice.traits else None,
        score=found.score if found.state == "judged" else None,
        reason=found.reason,
    )


router = Router("/v1", route_handlers=[list_waiting_answers, judge_answer], tags=["Authoring"])
