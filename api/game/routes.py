"""HTTP of the game and of progress."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter

from api.game.quests.routes import QUESTS
from api.game.schemas import GameScreen, ProgressPage
from api.game.service import GameService
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.tracks.errors import EnrolmentNotFoundError
from api.wire import LearnerRequest, Slot, raises

GAME: Slot[GameService] = Slot("game")


@get("/me/game", operation_id="getGame", summary="Where you stand in the game")
async def get_game(request: LearnerRequest) -> GameScreen:
    """Everything for one screen, by your own local day: XP, level, streak with its calendar, gems, quests, badges, the
    daily goal and the league."""
    return await GAME.of(request).screen(request.user, QUESTS.of(request))


@get(
    "/me/progress",
    operation_id="getProgress",
    summary="What you know by now",
    opt=raises(EnrolmentNotFoundError, CursorError),
)
async def get_progress(
    request: LearnerRequest,
    enrolment_id: Annotated[
        str | None, QueryParameter(name="enrolmentId", description="Only this enrolment.", max_length=64)
    ] = None,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> ProgressPage:
    """Mastery by skill with its uncertainty, what will be left of it, and what is due for review; as of the end of the
    minute, so that it stays the same until then."""
    cursors, scope = CURSORS.of(request), f"progress of {request.user}"
    after = None if cursor is None else cursors.read(cursor, scope)
    items, more = await GAME.of(request).progress(request.user, enrolment_id, after, limit)
    return ProgressPage(items=items, next_cursor=cursors.after(items[-1].enrolment_id, scope) if more else None)


router = Router("/v1", route_handlers=[get_game, get_progress], tags=["Game and progress"])
