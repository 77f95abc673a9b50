"""HTTP of lessons."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter

from api.learners.arrivals import arrival_of, common
from api.learners.errors import EventConflictError
from api.learners.events import ExerciseAnswered, ExerciseSkipped, HintRequested, SessionFinished, SessionOpened
from api.sessions import views
from api.sessions.errors import DecisionNotFoundError, NoHintsLeftError, SessionNotFoundError
from api.sessions.schemas import (
    AnswerRequest,
    AnswerResult,
    Decision,
    Finished,
    FinishRequest,
    Hint,
    HintRequest,
    OpenSession,
    Session,
    Skipped,
    SkipRequest,
    wish_of,
)
from api.sessions.service import SessionService
from api.tracks.errors import EnrolmentNotFoundError
from api.wire import LearnerRequest, Slot, raises

SessionId = Annotated[str, PathParameter(description="The session.", max_length=64)]
DecisionId = Annotated[str, PathParameter(description="The showing of an exercise.", max_length=64)]
SESSIONS: Slot[SessionService] = Slot("sessions")
OF_A_LESSON = raises(SessionNotFoundError, DecisionNotFoundError, EventConflictError)


@post(
    "/sessions",
    operation_id="openSession",
    summary="Begin a lesson",
    opt=raises(EnrolmentNotFoundError, EventConflictError),
)
async def open_session(request: LearnerRequest, data: JSONBody[OpenSession]) -> Session:
    """Opens a lesson and brings its first exercise. The session's id is the event's. A wish bends what is chosen; what
    would leave nothing to choose gives way."""
    event = SessionOpened(**common(data), enrolment_id=data.enrolment_id, length=data.length, wish=wish_of(data.wish))
    recorded, published = await SESSIONS.of(request).open(request.user, arrival_of(data, event))
    return views.opened(recorded.happening, published)


@get(
    "/sessions/{session_id:str}",
    operation_id="getSession",
    summary="Look at a lesson",
    opt=raises(SessionNotFoundError),
)
async def get_session(request: LearnerRequest, session_id: SessionId) -> Session:
    """The lesson as it stands, with the exercise that waits for an answer."""
    return views.session(*(await SESSIONS.of(request).look(request.user, session_id)))


@post(
    "/sessions/{session_id:str}/answers",
    operation_id="answerExercise",
    summary="Answer an exercise",
    status_code=200,
    opt=OF_A_LESSON,
)
async def answer_exercise(
    request: LearnerRequest, session_id: SessionId, data: JSONBody[AnswerRequest]
) -> AnswerResult:
    """Grades the answer, rewards it and brings the next exercise, in one round trip. Sent again with the same event id
    it gets the same result. A second answer to one exercise is practice: graded, without reward."""
    event = ExerciseAnswered(
        **common(data),
        session_id=session_id,
        decision_id=data.decision_id,
        answer=data.answer,
        seconds_taken=data.seconds_taken,
        wish=wish_of(data.wish),
    )
    recorded, published = await SESSIONS.of(request).answer(request.user, arrival_of(data, event))
    return views.answer_result(recorded.happening, published, duplicate=recorded.duplicate)


@post(
    "/sessions/{session_id:str}/hints",
    operation_id="requestHint",
    summary="Ask for the next hint",
    status_code=200,
    opt=raises(SessionNotFoundError, DecisionNotFoundError, EventConflictError, NoHintsLeftError),
)
async def request_hint(request: LearnerRequest, session_id: SessionId, data: JSONBody[HintRequest]) -> Hint:
    """Hints come in order, from gentle to strong. A hint lowers what the answer earns and what it says of you."""
    event = HintRequested(**common(data), session_id=session_id, decision_id=data.decision_id)
    return views.hint(*(await SESSIONS.of(request).hint(request.user, arrival_of(data, event))))


@post(
    "/sessions/{session_id:str}/skips",
    operation_id="skipExercise",
    summary="Pass an exercise by",
    status_code=200,
    opt=OF_A_LESSON,
)
async def skip_exercise(request: LearnerRequest, session_id: SessionId, data: JSONBody[SkipRequest]) -> Skipped:
    """Brings another exercise. A skip is not a wrong answer. With a wish it says what to bring instead."""
    event = ExerciseSkipped(
        **common(data), session_id=session_id, decision_id=data.decision_id, wish=wish_of(data.wish)
    )
    recorded, published = await SESSIONS.of(request).skip(request.user, arrival_of(data, event))
    return views.skipped(recorded.happening, published)


@post(
    "/sessions/{session_id:str}/finish",
    operation_id="finishSession",
    summary="End a lesson",
    status_code=200,
    opt=raises(SessionNotFoundError, EventConflictError),
)
async def finish_session(request: LearnerRequest, session_id: SessionId, data: JSONBody[FinishRequest]) -> Finished:
    """A lesson can be ended at any time; one that is over is summed up again."""
    event = SessionFinished(**common(data), session_id=session_id)
    recorded, published = await SESSIONS.of(request).finish(request.user, arrival_of(data, event))
    return views.finished(recorded.happening, published)


@get(
    "/decisions/{decision_id:str}",
    operation_id="getDecision",
    summary="Why this exercise?",
    opt=raises(DecisionNotFoundError),
)
async def get_decision(request: LearnerRequest, decision_id: DecisionId) -> Decision:
    """What chose the exercise, why, with which probability, and what else was likely. The reasons hold: whoever chose
    is asked again without each of them, and would have chosen otherwise."""
    return views.decision(*(await SESSIONS.of(request).decision(request.user, decision_id)))


router = Router(
    "/v1",
    route_handlers=[
        open_session,
        get_session,
        answer_exercise,
        request_hint,
        skip_exercise,
        finish_session,
        get_decision,
    ],
    tags=["Lessons"],
)
