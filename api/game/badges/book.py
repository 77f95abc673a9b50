"""Badges as the game's facts tell of them."""

from __future__ import annotations

from collections.abc import Mapping

from api.game.badges.earning import earned as tiers_earned
from api.game.badges.tallies import watched
from api.game.deeds import Deed
from api.game.facts import BadgeEarned


def earned(held: Mapping[str, int], tallies: Mapping[str, int], deed: Deed) -> tuple[BadgeEarned, ...]:
    """The tiers that are reached with a deed, and the quests done with it, which the tallies count already.

    Args:
        held: the highest tier held, by badge.
        tallies: see `api.game.badges.tallies`.
    """
    return tuple(
        BadgeEarned(badge=one.badge, tier=one.tier, rarity=one.rarity)
        for one in tiers_earned(held, tallies, watched(deed))
    )
