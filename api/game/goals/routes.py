"""HTTP of goals and of coming back."""

from __future__ import annotations

from litestar import Router, get, put
from litestar.params import JSONBody

from api.game.goals.schemas import Goals, ReturnPlanView, SetGoals
from api.game.goals.service import GoalService
from api.learners.arrivals import arrival_of, common
from api.learners.errors import EventConflictError
from api.learners.events import GoalSet
from api.wire import LearnerRequest, Slot, raises

GOALS: Slot[GoalService] = Slot("goals")


@get("/me/goals", operation_id="getGoals", summary="Your goals, and how far you are")
async def get_goals(request: LearnerRequest) -> Goals:
    """The daily goal, what was done on the last days under the goal each of them had, and for each enrolment with a
    date what a day asks for, with an honest forecast and, where it does not fit, what would."""
    return await GOALS.of(request).goals(request.user)


@put("/me/goals", operation_id="setGoals", summary="Set your daily goal", opt=raises(EventConflictError))
async def set_goals(request: LearnerRequest, data: JSONBody[SetGoals]) -> Goals:
    """From today on; earlier days keep the goal they had. The date of an enrolment is set with the enrolment."""
    daily = data.daily
    event = GoalSet(
        **common(data),
        unit="minutes" if daily is None else daily.unit,
        target=0 if daily is None else daily.target,
        budget_minutes=data.budget_minutes or 0,
    )
    return await GOALS.of(request).set(request.user, arrival_of(data, event))


@get("/me/return-plan", operation_id="getReturnPlan", summary="How to come back after an absence")
async def get_return_plan(request: LearnerRequest) -> ReturnPlanView:
    """After five days without practice: how many of the reviews that wait a day brings at most, and in how many days
    all is fresh again. The tutor keeps to it for two weeks."""
    return await GOALS.of(request).return_plan(request.user)


router = Router("/v1", route_handlers=[get_goals, set_goals, get_return_plan], tags=["Game and progress"])
