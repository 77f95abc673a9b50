"""Badges on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.game.badges.catalogue import Rarity
from api.wire import Instant, Wire


class BadgeTier(Wire, frozen=True, kw_only=True):
    """A tier of a badge.

    Attributes:
        text: what it is for, in English.
        threshold: what has to be reached.
        rarity: "common" from a quarter of learners on, "uncommon" from 8 %, "rare" from 1 %, else "epic".
        share: of learners who have it, as counted; null where it was not counted yet or would tell of a few. Then the
            rarity is the one it is reckoned to have.
        earned_at: when you earned it, null if you have not.
    """

    tier: int
    text: Annotated[str, msgspec.Meta(examples=["Practised: answer 50 exercises."])]
    threshold: int
    rarity: Rarity
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] | None
    earned: bool
    earned_at: Instant | None = None


class BadgeView(Wire, frozen=True, kw_only=True):
    """A badge: its highest tier held (0 for none), how far the learner is, and all its tiers."""

    id: Annotated[str, msgspec.Meta(examples=["practised"])]
    tier: int
    count: int
    tiers: tuple[BadgeTier, ...]


class Badges(Wire, frozen=True, kw_only=True):
    """All badges there are, earned or not; none is hidden. `counted_at` is when shares were counted, null before."""

    items: tuple[BadgeView, ...]
    n_earned: int
    counted_at: Instant | None
