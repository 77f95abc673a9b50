"""Which badges a learner has earned: looked up among those that watch a counter that has just moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from api.game.badges.catalogue import BY_ID, WATCHING, Badge, Rarity, rarity_of


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """A tier (1, 2, ...) of a badge that was reached, with its rarity as it is reckoned beforehand."""

    badge: str
    tier: int
    rarity: Rarity


_NEXT = {
    counter: tuple((badge.id, tuple(tier.threshold for tier in badge.tiers)) for badge in badges)
    for counter, badges in WATCHING.items()
}


def tier_reached(badge: Badge, count: int) -> int:
    """The tier that a count reaches; 0 before the first."""
    return sum(count >= tier.threshold for tier in badge.tiers)


def earned(held: Mapping[str, int], tallies: Mapping[str, int], moved: Iterable[str]) -> tuple[Earned, ...]:
    """Tiers that are reached and not held yet, of the badges that watch one of the counters that moved.

    The cost is that of a look at each badge which watches them, whatever the learner has done before.

    Args:
        held: the highest tier held, by badge.
        tallies: the counters as they stand now.
        moved: names of counters that may just have moved.
    """
    found: list[Earned] = []
    for counter in moved:
        count = tallies.get(counter, 0)
        for badge_id, thresholds in _NEXT.get(counter, ()) if count else ():
            tier = held.get(badge_id, 0)
            while tier < len(thresholds) and count >= thresholds[tier]:
                tier += 1
                share = BY_ID[badge_id].tiers[tier - 1].share
                found.append(Earned(badge=badge_id, tier=tier, rarity=rarity_of(share)))
    return tuple(found)
