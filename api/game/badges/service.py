"""Use cases of badges: look at all of them."""

from __future__ import annotations

from api.game.badges.catalogue import BADGES, Badge, rarity_of
from api.game.badges.census import Census, Published
from api.game.badges.copy import COPY
from api.game.badges.schemas import Badges, BadgeTier, BadgeView
from api.game.state import GameState, tier_key
from api.learners.learner import Learner
from api.learners.states import States
from api.plurals import fill
from api.wire import Clock, Instant, instant

KEPT_MS = 600_000
"""How long shares are taken from memory."""


class BadgeService:
    """Badges of learners."""

    def __init__(self, states: States, census: Census, clock: Clock) -> None:
        self._states = states
        self._census = census
        self._clock = clock
        self._known: tuple[int, Published | None] | None = None

    async def badges(self, learner_id: str) -> Badges:
        """All badges, with what the learner has of each."""
        shares = await self._shares()
        async with self._states.reading(learner_id) as learner:
            return badges_of(learner, shares)

    async def _shares(self) -> Published | None:
        now = self._clock()
        if self._known is None or now - self._known[0] >= KEPT_MS:
            self._known = (now, await self._census.published())
        return self._known[1]


def badges_of(learner: Learner, counted: Published | None) -> Badges:
    """All badges, with what a live learner has of each."""
    game = learner.state.game
    shares = {} if counted is None else counted.shares
    items = tuple(_view(badge, game, shares.get(badge.id, [])) for badge in BADGES)
    return Badges(
        items=items,
        n_earned=sum(view.tier > 0 for view in items),
        counted_at=None if counted is None else instant(counted.at),
    )


def earned_at(state: GameState, badge: str, tier: int) -> Instant | None:
    """When a tier of a badge was earned, None if it was not."""
    at = state.badges_at.get(tier_key(badge, tier))
    return None if at is None else instant(at)


def _view(badge: Badge, game: GameState, shares: list[float | None]) -> BadgeView:
    held, count = game.badges.get(badge.id, 0), game.tallies.get(badge.watches, 0)
    known = [*shares, *([None] * len(badge.tiers))]
    tiers = tuple(
        BadgeTier(
            tier=number,
            text=fill(COPY[f"badge.{badge.id}"], threshold=tier.threshold),
            threshold=tier.threshold,
            rarity=rarity_of(tier.share if share is None else share),
            share=share,
            earned=number <= held,
            earned_at=earned_at(game, badge.id, number),
        )
        for number, (tier, share) in enumerate(zip(badge.tiers, known, strict=False), start=1)
    )
    return BadgeView(id=badge.id, tier=held, count=count, tiers=tiers)
