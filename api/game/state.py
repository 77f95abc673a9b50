"""What the game knows of one learner: the fold of the game's facts, kept in `LearnerState.game` and in snapshots.

Bounded by what a person buys, plans and holds, never by how much they answered.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from api.game.facts import MINORS, AgeGroup, LeagueMode
from api.game.fairplay.flags import Flag
from api.game.goals.book import GoalBook
from api.game.quests.quest import QuestBook

MAX_KEPT = 400
"""How many of the latest dates with nothing due stay in the state."""


class GameSettings(msgspec.Struct, gc=False):
    """The learner's choices. `league` "" is what the age group has by default; `age_group` is the account's."""

    weekly: bool = False
    league: LeagueMode = ""
    age_group: AgeGroup = ""

    @property
    def minor(self) -> bool:
        """Whether the learner is known to be under 18."""
        return self.age_group in MINORS


class Switch(msgspec.Struct, array_like=True, gc=False):
    """Something that was switched on or off from a local date (an ordinal) on."""

    day: int
    on: bool


def is_on(switches: Sequence[Switch], day: int) -> bool:
    """Whether something is switched on at a date."""
    return next((switch.on for switch in reversed(switches) if switch.day <= day), False)


class Holiday(msgspec.Struct, array_like=True, gc=False):
    """A planned holiday, first and last date included (ordinals)."""

    id: str
    first: int
    last: int


class GameState(msgspec.Struct, gc=False):
    """The fold of the game's facts.

    Attributes:
        wallet: gems to spend, never below zero.
        forgiven: gems that were owed and are not asked for.
        welcomed: whether the welcome gift was given.
        voided: by `ref`, how much of a row of the gem ledger does not count: what was given or bought already, and what
            was forgiven.
        levels_paid, levels_open: the highest level that brought gems, and the levels below it that brought none.
        freezes: local dates (ordinals) on which a freeze was bought, in order.
        owned: things bought for good, with the date (an ordinal).
        weekly, soft: when weekly mode and the softened profile were switched, in order of date.
        holidays: planned, in order of their first date.
        kept: dates (ordinals) that are not missed because nothing was due, in order.
        badges: the highest tier of each; `badges_at` is when each tier was earned (ms), by badge and tier, see
            `tier_key`.
        tallies: what badges count, by name.
        flags: the latest, by id.
        changes: rises with everything that moves the streak without a day being added.
    """

    wallet: int = 0
    forgiven: int = 0
    welcomed: bool = False
    voided: dict[str, int] = {}
    levels_paid: int = 1
    levels_open: list[int] = []
    freezes: list[int] = []
    owned: dict[str, int] = {}
    weekly: list[Switch] = []
    soft: list[Switch] = []
    holidays: list[Holiday] = []
    kept: list[int] = []
    settings: GameSettings = msgspec.field(default_factory=GameSettings)
    quests: QuestBook = msgspec.field(default_factory=QuestBook)
    badges: dict[str, int] = {}
    badges_at: dict[str, int] = {}
    tallies: dict[str, int] = {}
    goals: GoalBook = msgspec.field(default_factory=GoalBook)
    flags: dict[str, Flag] = {}
    changes: int = 0


def tier_key(badge: str, tier: int) -> str:
    """What a tier of a badge goes by in `badges_at`."""
    return f"{badge}.{tier}"
