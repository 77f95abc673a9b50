"""How a learner plays in leagues: as chosen, or as their side of 18 has it."""

from __future__ import annotations

from typing import Literal

from api.game.facts import LeagueMode

Plays = Literal["on", "off", "pastSelf"]


def plays(mode: LeagueMode, *, young: bool) -> Plays:
    """What was chosen; else leagues, but none under 18."""
    return mode or ("off" if young else "on")
