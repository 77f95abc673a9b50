"""HTTP of quests."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter

from api.game.quests.errors import QuestFixedError, QuestNotFoundError
from api.game.quests.schemas import Quests, ReplaceQuest
from api.game.quests.service import QuestService
from api.learners.arrivals import arrival_of, common
from api.learners.errors import EventConflictError
from api.learners.events import QuestDeclined
from api.wire import LearnerRequest, Slot, raises

QUESTS: Slot[QuestService] = Slot("quests")
QuestId = Annotated[str, PathParameter(description="One of today's quests.", max_length=64)]


@get("/me/quests", operation_id="getQuests", summary="Today's quests and those of the week")
async def get_quests(request: LearnerRequest) -> Quests:
    """They ask for what helps you, never for minutes, and are the same on all your devices. What is done stays done,
    and what was done offline counts for its own day when it arrives."""
    return await QUESTS.of(request).quests(request.user)


@post(
    "/me/quests/{quest_id:str}/replacement",
    operation_id="replaceQuest",
    summary="Get another quest in place of one",
    status_code=200,
    opt=raises(QuestNotFoundError, QuestFixedError, EventConflictError),
)
async def replace_quest(request: LearnerRequest, quest_id: QuestId, data: JSONBody[ReplaceQuest]) -> Quests:
    """Once a day, one of today's that is not done. The new one counts from now on. Sent again with the same event id it
    gives the quests as they are."""
    event = QuestDeclined(**common(data), quest_id=quest_id)
    return await QUESTS.of(request).replace(request.user, arrival_of(data, event))


router = Router("/v1", route_handlers=[get_quests, replace_quest], tags=["Game and progress"])
