"""The rooms of the game that stand on live learners, put together."""

from __future__ import annotations

from litestar import Litestar

from api.accounts.service import AccountService
from api.composition import Foundation
from api.game.badges.census import Census
from api.game.badges.routes import BADGES
from api.game.badges.service import BadgeService
from api.game.goals.routes import GOALS
from api.game.goals.service import GoalService
from api.game.quests.routes import QUESTS
from api.game.quests.service import QuestService
from api.game.rules import RuleBook
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
    """Fill the slots of quests, badges and goals. Raises StoreError."""
    clock = foundation.clock
    census = Census(foundation.journal, foundation.documents, states.fold_version, clock)
    await census.declare()
    census.repeat(foundation.jobs)
    QUESTS.fill(app, QuestService(states, registry, accounts, rules, clock))
    BADGES.fill(app, BadgeService(states, census, clock))
    GOALS.fill(app, GoalService(states, registry, accounts, clock))
