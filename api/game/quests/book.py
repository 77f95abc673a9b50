"""Quests as the game's facts tell of them: which are to be drawn, which are done, and what the book makes of it."""

from __future__ import annotations

from datetime import date

from api.game.deeds import Deed
from api.game.facts import QuestDone, QuestsDrawn, QuestSwapped
from api.game.quests.drawing import QuestRules, draw_day, draw_week
from api.game.quests.needs import Needs
from api.game.quests.progress import finish, held_sheet, needs_draw, newly_done, note, swap, take, trace_of
from api.game.quests.quest import QuestBook, week_of

__all__ = ["advance", "draw", "enter", "finish"]


def draw(book: QuestBook, needs: Needs, rules: QuestRules) -> tuple[QuestsDrawn, ...]:
    """The quests that are to be drawn at an event of the day of the needs: of the day, of its week, both, or none."""
    found: list[QuestsDrawn] = []
    for period in needs_draw(book, needs.day):
        starts = needs.day if period == "day" else week_of(needs.day)
        quests = draw_day(needs, rules) if period == "day" else draw_week(needs, rules)
        found.append(QuestsDrawn(period=period, starts=date.fromordinal(starts).isoformat(), quests=quests))
    return tuple(found)


def advance(book: QuestBook, deed: Deed) -> tuple[QuestDone, ...]:
    """The quests that are done with a deed, which the book holds already."""
    return tuple(QuestDone(quest_id=quest.id, gems=quest.gems) for quest in newly_done(book, deed.day))


def enter(book: QuestBook, fact: Deed | QuestsDrawn | QuestSwapped, at: int) -> None:
    """Take in a fact that was told at `at` (ms)."""
    match fact:
        case Deed():
            note(book, trace_of(fact))
        case QuestsDrawn():
            take(book, held_sheet(fact.period, date.fromisoformat(fact.starts).toordinal(), fact.quests))
        case QuestSwapped():
            swap(book, fact.quest_id, fact.quest, at)
