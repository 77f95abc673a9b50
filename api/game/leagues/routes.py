"""HTTP of the leagues."""

from __future__ import annotations

from litestar import Router, get

from api.game.leagues.schemas import League, PastWeekPage
from api.game.leagues.service import LeagueService
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.wire import LearnerRequest, Slot, raises

LEAGUES: Slot[LeagueService] = Slot("leagues")


@get("/me/leagues/current", operation_id="getCurrentLeague", summary="Your league this week")
async def get_current_league(request: LearnerRequest) -> League:
    """Your group of at most 30 learners who go at about your pace, and your place in it. Of others you see the name
    they chose, or a pseudonym, and their XP of the week. Leagues are switched on and off with the settings of the game,
    at any time; under 18 they are off unless switched on, and nobody moves down."""
    return await LEAGUES.of(request).current(request.user)


@get(
    "/me/leagues/history", operation_id="listPastLeagues", summary="Your past weeks in leagues", opt=raises(CursorError)
)
async def list_past_leagues(request: LearnerRequest, cursor: Cursor = None, limit: Limit = MAX_PAGE) -> PastWeekPage:
    """Weeks that are over in which you earned XP, the latest first; about a year of them is kept."""
    cursors, scope = CURSORS.of(request), f"past leagues of {request.user}"
    before = None if cursor is None else cursors.read(cursor, scope)
    items, more = await LEAGUES.of(request).past(request.user, before, limit)
    return PastWeekPage(items=items, next_cursor=cursors.after(items[-1].week, scope) if more else None)


router = Router("/v1", route_handlers=[get_current_league, list_past_leagues], tags=["Game and progress"])
