"""The numbers of the leagues, and who moves up or down in a cohort of any size. Rules, version 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

Outcome = Literal["promoted", "stays", "demoted"]
Places = Annotated[int, msgspec.Meta(ge=0, le=60)]
HOUR_MS = 3_600_000

TIERS = ("spring", "brook", "stream", "river", "lake", "delta", "bay", "gulf", "sea", "ocean")
"""Codes of the tiers, the lowest first: tier 1 to 10."""


class LeagueRules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Defaults.

    Attributes:
        cohort: learners in a full cohort.
        promoted: places of a full cohort that move up, from the lowest tier; nobody does from the highest.
        demoted: places at the end of a full cohort that move down; nobody does from the lowest tier.
        grace_hours: between the end of a week and its closing.
        pace_weeks: weeks that a learner's pace is taken from.
    """

    cohort: Annotated[int, msgspec.Meta(ge=2, le=60)] = 30
    promoted: tuple[Places, ...] = (20, 15, 10, 7, 7, 7, 7, 7, 5)
    demoted: Places = 7
    grace_hours: Annotated[int, msgspec.Meta(ge=0, le=144)] = 24
    pace_weeks: Annotated[int, msgspec.Meta(ge=1, le=26)] = 4

    def __post_init__(self) -> None:
        if len(self.promoted) != len(TIERS) - 1:
            raise ValueError(f"promoted has a number for each of {len(TIERS) - 1} tiers, not {len(self.promoted)}")
        if max(self.promoted) + self.demoted > self.cohort:
            raise ValueError(
                f"of a cohort of {self.cohort}, {max(self.promoted)} cannot move up and {self.demoted} down at once"
            )


LEAGUE_RULES = LeagueRules()

RulesOf = Callable[[int], LeagueRules]
"""The rules of a week."""


def shipped_rules(_: int) -> LeagueRules:
    """The defaults, whatever the week."""
    return LEAGUE_RULES


class Zones(msgspec.Struct, frozen=True):
    """How many of a cohort of `size` move up, from the first place on, and down, from the last place back."""

    size: int
    up: int
    down: int

    def outcome(self, place: int) -> Outcome:
        """What a place (from 1) leads to."""
        if place <= self.up:
            return "promoted"
        return "demoted" if place > self.size - self.down else "stays"


def zones(size: int, tier: int, *, soft: bool = False, rules: LeagueRules = LEAGUE_RULES) -> Zones:
    """The zones of a cohort.

    A cohort that is not full has the same shares, rounded down, but at least one place that moves up: with `p` places
    of `cohort`, ``max(1, p * size // cohort)`` move up and ``demoted * size // cohort`` down. So below five learners
    nobody moves down.

    Args:
        size: learners who are ranked.
        tier: 1 to 10.
        soft: nobody moves down.
    """
    top = len(rules.promoted) + 1
    if not 1 <= tier <= top:
        raise ValueError(f"a tier lies between 1 and {top}, not {tier}")
    up = 0 if tier == top or not size else max(1, rules.promoted[tier - 1] * size // rules.cohort)
    down = 0 if tier == 1 or soft else rules.demoted * size // rules.cohort
    return Zones(size, up, down)


def tier_after(tier: int, outcome: Outcome, rules: LeagueRules = LEAGUE_RULES) -> int:
    """The tier that follows."""
    step = {"promoted": 1, "stays": 0, "demoted": -1}[outcome]
    return min(max(1, tier + step), len(rules.promoted) + 1)


def closes_at(week_ends: int, rules: LeagueRules = LEAGUE_RULES) -> int:
    """When a week closes (ms), given when it ends."""
    return week_ends + rules.grace_hours * HOUR_MS
