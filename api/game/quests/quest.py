"""What a quest asks for, and the quests that a learner holds."""

from __future__ import annotations

from typing import Literal

import msgspec

FRIEND_PREFIX = "friend."
"""Ids of quests that two friends do together begin so."""

MAX_SHARED = 20
"""How many of those that were done are kept."""

Period = Literal["day", "week"]
QuestKind = Literal[
    "reviewDue",
    "strengthenSkill",
    "startSkill",
    "hardAlone",
    "perfectLesson",
    "finishLesson",
    "answerRight",
    "visitSkills",
    "comeBack",
    "learnOnDays",
]


class Quest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """A quest as it was drawn.

    Attributes:
        id: names it for good: a digest of the learner, the period, its first day, the place and what is asked.
        target: how much of it there is to do, at least 1.
        gems: what it brings.
        skill, title: the skill it is about and that skill's title; "" where it is about none.
    """

    id: str
    kind: QuestKind
    target: int
    gems: int
    skill: str = ""
    title: str = ""


class HeldQuest(msgspec.Struct, array_like=True, gc=False):
    """A quest with what was done of it.

    Attributes:
        since: only deeds from this instant (ms) on count; 0 for all of the period.
        marks: skills or days that count once, where the quest counts different ones.
    """

    quest: Quest
    progress: int = 0
    done: bool = False
    since: int = 0
    marks: list[str] = []


class Sheet(msgspec.Struct, array_like=True, gc=False):
    """The quests of a day or week.

    Attributes:
        starts: its first local date as an ordinal.
        replaced: how many of the quests were.
        paid: how many brought gems.
        others: ids of quests that another account drew for the same time before both became one.
    """

    period: Period
    starts: int
    quests: list[HeldQuest]
    replaced: int = 0
    paid: int = 0
    others: list[str] = []


class Trace(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What quests need to know of something that was done; see `api.game.deeds.Deed` for the fields."""

    at: int
    day: int
    answered: bool
    right: bool
    due: bool
    new: bool
    hard: bool
    hints: int
    skill: str
    lesson_finished: bool
    lesson_perfect: bool


class QuestBook(msgspec.Struct, gc=False):
    """The quests a learner holds: those of the last days and weeks, the latest last.

    `early` are traces of a day or week for which no quests were drawn yet: an event that arrives late may precede the
    one that its day's quests were drawn at, and counts for them all the same. `boost` says that all quests of a week
    were done, and the next day's quests bring more. `shared` are the latest quests done with friends, by id.
    """

    days: list[Sheet] = []
    weeks: list[Sheet] = []
    early: list[Trace] = []
    boost: bool = False
    shared: list[str] = []


def week_of(day: int) -> int:
    """The Monday of the week of a date, both as ordinals (ordinal 1 was a Monday)."""
    return day - (day - 1) % 7
