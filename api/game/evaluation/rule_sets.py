"""The sets of rules that are compared, from no game at all to the whole game as shipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.game.calendar import DAY_MS, LocalDay
from api.game.evaluation.honest import START_MS
from api.game.state import Switch
from api.game.streak import ActiveDay, Calendar, streak_of_days

Pay = Literal["", "clicks", "minutes", "information"]
StreakKind = Literal["", "hard", "shipped", "soft"]
FIRST_ORDINAL = START_MS // DAY_MS + 719_163  # of 1970-01-01


@dataclass(frozen=True)
class RuleSet:
    """What a game has.

    Attributes:
        pay: what XP is paid for; "" is no XP. "information" is `api.game.xp` as shipped.
        streak: "shipped" with two freezes, "hard" without any, "soft" as for those under 18.
        league, quests, goal: whether there is a league of thirty, a quest a day, a daily goal of ten exercises.
    """

    pay: Pay = ""
    streak: StreakKind = ""
    league: bool = False
    quests: bool = False
    goal: bool = False


RULE_SETS: dict[str, RuleSet] = {
    "no game": RuleSet(),
    "XP by clicks": RuleSet("clicks"),
    "XP by minutes": RuleSet("minutes"),
    "XP by information": RuleSet("information"),
    "with a hard streak": RuleSet("information", "hard"),
    "with the shipped streak": RuleSet("information", "shipped"),
    "with a soft streak": RuleSet("information", "soft"),
    "with a league": RuleSet("information", league=True),
    "with quests": RuleSet("information", quests=True),
    "with a daily goal": RuleSet("information", goal=True),
    "the whole game": RuleSet("information", "shipped", league=True, quests=True, goal=True),
    "the whole game, XP by clicks": RuleSet("clicks", "hard", league=True, quests=True, goal=True),
}


def local_day(day: int) -> LocalDay:
    """A day of the evaluation, from 0, in UTC."""
    starts = START_MS + day * DAY_MS
    return LocalDay(FIRST_ORDINAL + day, starts, starts + DAY_MS)


def streak_days(days: list[ActiveDay], kind: StreakKind, day: int) -> int:
    """The streak as `api.game.streak` has it on the morning of a day."""
    if not kind or not days:
        return 0
    calendar = Calendar(
        now=START_MS + day * DAY_MS + 1,
        zone="UTC",
        freezes=0 if kind == "hard" else None,
        soft=[Switch(FIRST_ORDINAL, True)] if kind == "soft" else (),
        soft_now=kind == "soft",
    )
    return streak_of_days(days, calendar).days
