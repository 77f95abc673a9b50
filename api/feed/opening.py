"""The live view, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from time import monotonic

from litestar import Litestar

from api.composition import Foundation
from api.feed.bell import Bell
from api.feed.routes import FEED
from api.feed.service import FeedService, Shown
from api.game.friends.routes import FRIENDS
from api.game.leagues.service import LeagueService
from api.game.routes import GAME
from api.learners.states import States
from api.store.followed import FollowedJournal
from api.store.ports import Commit


def with_bell(foundation: Foundation, heard: Callable[[Commit], None]) -> tuple[Foundation, Bell]:
    """The foundation on a journal that rings when it grows, and tells `heard` what it grew by."""
    bell = Bell(foundation.live.pubsub, monotonic)

    def grown(commit: Commit) -> None:
        bell.ring(commit.learner_id)
        heard(commit)

    return replace(foundation, journal=FollowedJournal(foundation.journal, grown)), bell


@asynccontextmanager
async def feeding(
    app: Litestar, foundation: Foundation, states: States, bell: Bell, leagues: LeagueService
) -> AsyncIterator[None]:
    """Fill the slot; hear of other processes until the end."""
    game = GAME.fetch(app)
    game.league = leagues
    shown = Shown(game, leagues, FRIENDS.fetch(app))
    FEED.fill(app, FeedService(foundation.journal, states, shown, bell, foundation.clock))
    async with bell.listening():
        yield
