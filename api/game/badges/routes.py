"""HTTP of badges."""

from __future__ import annotations

from litestar import Router, get

from api.game.badges.schemas import Badges
from api.game.badges.service import BadgeService
from api.wire import LearnerRequest, Slot

BADGES: Slot[BadgeService] = Slot("badges")


@get("/me/badges", operation_id="getBadges", summary="All badges, and what you have of each")
async def get_badges(request: LearnerRequest) -> Badges:
    """What each is for, how far you are, and how rare it is. A badge that was earned stays."""
    return await BADGES.of(request).badges(request.user)


router = Router("/v1", route_handlers=[get_badges], tags=["Game and progress"])
