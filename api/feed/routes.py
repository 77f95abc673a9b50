"""HTTP of the live view."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get
from litestar.params import HeaderParameter

from api.accounts.callers import access_of
from api.feed.schemas import BadgeWon, FriendQuestMoved, Happened, LevelReached, QuestFulfilled
from api.feed.service import FeedService
from api.game.leagues.schemas import LeaguePosition
from api.game.schemas import Game
from api.http.errors import BadHeaderError, TooManyStreamsError
from api.http.event_stream import EVENT_STREAM, EventStream
from api.wire import LearnerRequest, Slot, raises

FEED: Slot[FeedService] = Slot("feed")
STREAMED = (Happened, Game, LeaguePosition, LevelReached, QuestFulfilled, BadgeWon, FriendQuestMoved)


@get(
    "/me/events",
    operation_id="watchEvents",
    summary="Watch what you learn, live",
    media_type=EVENT_STREAM,
    opt=raises(BadHeaderError, TooManyStreamsError) | {"streams": STREAMED},
)
async def watch_events(
    request: LearnerRequest,
    last_event_id: Annotated[
        str | None,
        HeaderParameter(name="Last-Event-ID", description="Go on after this event; browsers send it by themselves."),
    ] = None,
) -> EventStream:
    """Server-sent events: `happened` (schema `Happened`) for whatever is accepted on any of your devices, and `game`
    (schema `Game`) after it and at the start; before it `levelUp` (`LevelReached`), `questDone` (`QuestFulfilled`) and
    `badgeEarned` (`BadgeWon`) for what it brought; `league` (schema `LeaguePosition`) when your place in the league has
    changed, by you or by others; `friendQuest` (schema `FriendQuestMoved`) when a quest that you share with a friend is
    further, by you or by them. The view ends when the access token does, when the server stops, or when
    it is not read; connect again with the id of the last event. Who is more than 1000 events behind begins anew."""
    viewer = await FEED.of(request).viewer(request.user, last_event_id, access_of(request).expires_at)
    return EventStream(FEED.of(request).frames(viewer))


router = Router("/v1", route_handlers=[watch_events], tags=["Game and progress"])
