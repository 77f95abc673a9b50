"""The rooms of the game that stand on live learners, put together."""

from __future__ import annotations

from litestar import Litestar

from api.accounts.organisations.roles import ORGANISATIONS
from api.accounts.service import AccountService
from api.composition import Foundation
from api.game.badges.census import Census
from api.game.badges.routes import BADGES
from api.game.badges.service import BadgeService
from api.game.friends.friendship import FRIEND_CODE, Friendships
from api.game.friends.report_routes import REPORTS
from api.game.friends.reports import ReportService
from api.game.friends.routes import FRIENDS
from api.game.friends.service import FriendService
from api.game.goals.routes import GOALS
from api.game.goals.service import GoalService
from api.game.quests.routes import QUESTS
from api.game.quests.service import QuestService
from api.game.routes import GAME
from api.game.rules import RuleBook
from api.jobs.expiry import expire
from api.learners.states import States
from api.tracks.registry import Registry


async def fill_game_rooms(
    app: Litestar,
    foundation: Foundation,
    states: States,
    registry: Registry,
    accounts: AccountService,
    rules: RuleBook,
) -> None:
    """Fill the slots of quests, badges, goals and friends; that of the game is filled. Raises StoreError."""
    clock = foundation.clock
    census = Census(foundation.journal, foundation.documents, states.fold_version, clock)
    await census.declare()
    census.repeat(foundation.jobs)
    QUESTS.fill(app, QuestService(states, registry, accounts, rules, clock))
    BADGES.fill(app, BadgeService(states, census, clock))
    GOALS.fill(app, GoalService(states, registry, accounts, clock))
    friendships = Friendships(foundation.documents, clock)
    await friendships.declare()
    expire(foundation.jobs, foundation.documents, clock, FRIEND_CODE)
    REPORTS.fill(app, ReportService(friendships, ORGANISATIONS.fetch(app), clock))
    game = GAME.fetch(app)
    FRIENDS.fill(
        app,
        FriendService(
            friendships,
            states,
            accounts,
            rules,
            foundation.live.rate_limits,
            lambda learner, account: game.game_of(learner, account).streak.days,
        ),
    )
