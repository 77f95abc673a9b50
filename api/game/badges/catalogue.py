"""The badges, as data: each watches one counter and has a tier for each threshold that the counter reaches.

Counters are sums ("answers") or the most there ever was ("bestRun"); `api.game.badges.tallies` says what moves them.
No badge is hidden, none is for hours of the night, for minutes, or for beating others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

Rarity = Literal["common", "uncommon", "rare", "epic"]
COMMON, UNCOMMON, RARE = 0.25, 0.08, 0.01
"""Least shares of learners: from a quarter on a tier is common, from 8 % uncommon, from 1 % rare, below it epic."""


class Tier(msgspec.Struct, frozen=True, array_like=True):
    """What the counter has to reach, and the share of learners who are reckoned to reach it until it is measured."""

    threshold: int
    share: float


class Badge(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A badge: its id, the counter it watches, and its tiers, the first first."""

    id: str
    watches: str
    tiers: tuple[Tier, ...]


class BadgeCatalogueError(ValueError):
    """The rules of the badges contradict themselves."""


def rarity_of(share: float) -> Rarity:
    """The rarity of what a share of learners (0 to 1) has."""
    if share >= COMMON:
        return "common"
    if share >= UNCOMMON:
        return "uncommon"
    return "rare" if share >= RARE else "epic"


def index(badges: Iterable[Badge]) -> Mapping[str, tuple[Badge, ...]]:
    """Badges by the counter they watch. Raises BadgeCatalogueError, naming the badge and what is wrong with it."""
    found: dict[str, tuple[Badge, ...]] = {}
    ids: set[str] = set()
    for badge in badges:
        thresholds = [tier.threshold for tier in badge.tiers]
        shares = [tier.share for tier in badge.tiers]
        if badge.id in ids:
            raise BadgeCatalogueError(f"there are two badges {badge.id!r}")
        if not thresholds or thresholds[0] < 1 or sorted(set(thresholds)) != thresholds:
            raise BadgeCatalogueError(f"thresholds of badge {badge.id!r} must rise from 1 or more, not {thresholds}")
        if sorted(shares, reverse=True) != shares or not all(0.0 < share <= 1.0 for share in shares):
            raise BadgeCatalogueError(f"shares of badge {badge.id!r} must fall and lie in (0, 1], not {shares}")
        ids.add(badge.id)
        found[badge.watches] = (*found.get(badge.watches, ()), badge)
    return MappingProxyType(found)


def _badge(id: str, watches: str, *tiers: tuple[int, float]) -> Badge:
    return Badge(id=id, watches=watches, tiers=tuple(Tier(*tier) for tier in tiers))


BADGES: tuple[Badge, ...] = (
    _badge("firstStep", "answers", (1, 1.0)),
    _badge("practised", "answers", (50, 0.6), (250, 0.3), (1000, 0.1), (5000, 0.02), (20000, 0.002)),
    _badge("onTarget", "right", (25, 0.7), (100, 0.45), (500, 0.18), (2500, 0.04), (10000, 0.005)),
    _badge("inARow", "bestRun", (5, 0.6), (10, 0.3), (20, 0.1), (40, 0.02)),
    _badge("nextTry", "nextTry", (1, 0.8), (10, 0.4), (50, 0.15), (250, 0.03)),
    _badge("keeper", "reviews", (10, 0.5), (50, 0.25), (250, 0.08), (1000, 0.02), (5000, 0.003)),
    _badge("wellKept", "reviewsRight", (10, 0.45), (50, 0.22), (250, 0.07), (1000, 0.018)),
    _badge("gardener", "reviewsInADay", (5, 0.4), (10, 0.2), (20, 0.05)),
    _badge("explorer", "newSkills", (3, 0.8), (10, 0.5), (30, 0.2), (100, 0.05), (300, 0.008)),
    _badge("manyPaths", "skillsInADay", (3, 0.6), (5, 0.35), (8, 0.12)),
    _badge("climber", "hardTried", (10, 0.5), (50, 0.25), (250, 0.07), (1000, 0.015)),
    _badge("summit", "hardRight", (5, 0.5), (25, 0.25), (100, 0.09), (500, 0.02)),
    _badge("ownFeet", "hardAlone", (5, 0.45), (25, 0.22), (100, 0.08), (500, 0.015)),
    _badge("unaided", "alone", (25, 0.6), (100, 0.4), (500, 0.15), (2500, 0.03)),
    _badge("goodQuestion", "helpedRight", (3, 0.4), (15, 0.2), (60, 0.06)),
    _badge("thoughtful", "thoughtful", (5, 0.5), (25, 0.25), (100, 0.08)),
    _badge("firstLesson", "lessons", (1, 0.85)),
    _badge("lessons", "lessons", (5, 0.6), (25, 0.3), (100, 0.1), (500, 0.02), (1000, 0.006)),
    _badge("flawless", "perfectLessons", (1, 0.4), (5, 0.2), (25, 0.06), (100, 0.01)),
    _badge("oneMore", "lessonsInADay", (2, 0.5), (3, 0.25)),
    _badge("learningDays", "activeDays", (3, 0.6), (10, 0.35), (30, 0.15), (100, 0.05), (365, 0.008)),
    _badge("learningWeeks", "activeWeeks", (2, 0.5), (8, 0.22), (26, 0.07), (52, 0.025)),
    _badge("streak", "bestStreak", (3, 0.5), (7, 0.3), (30, 0.1), (100, 0.03), (365, 0.004)),
    _badge("welcomeBack", "comebacks", (1, 0.4), (3, 0.15), (10, 0.03)),
    _badge("level", "level", (5, 0.5), (10, 0.25), (20, 0.08), (40, 0.015)),
    _badge("firstQuest", "quests", (1, 0.75)),
    _badge("quests", "quests", (10, 0.45), (50, 0.2), (200, 0.06), (1000, 0.008)),
    _badge("fullDay", "fullDays", (1, 0.45), (10, 0.2), (50, 0.05)),
    _badge("longRoad", "weekQuests", (1, 0.4), (5, 0.2), (20, 0.06), (100, 0.008)),
    _badge("stronger", "questsStrengthenSkill", (1, 0.45), (5, 0.2), (25, 0.05)),
    _badge("newGround", "questsStartSkill", (1, 0.45), (5, 0.2), (25, 0.05)),
    _badge("memoryWork", "questsReviewDue", (1, 0.45), (5, 0.22), (25, 0.06)),
    _badge("ownGoal", "goalDays", (1, 0.4), (7, 0.2), (30, 0.07), (100, 0.02)),
    _badge("together", "friendQuests", (1, 0.1), (5, 0.04), (20, 0.008)),
)
WATCHING: Mapping[str, tuple[Badge, ...]] = index(BADGES)
BY_ID: Mapping[str, Badge] = MappingProxyType({badge.id: badge for badge in BADGES})
