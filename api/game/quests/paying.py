"""Which quests bring gems where accounts became one: as many of a day or week as one sheet has.

Each account drew quests for the same day. The sheet that was drawn first is held and counts what is done; of the others
it keeps the ids, so that what was done of them fills the places of the one sheet, in the order of time. Of quests with
friends one a week counts, as for one account.
"""

from __future__ import annotations

from api.game.quests.quest import FRIEND_PREFIX, QuestBook, Sheet


def is_open(book: QuestBook, quest_id: str) -> bool:
    """Whether a quest brings gems. What is of no sheet that is held does."""
    if quest_id.startswith(FRIEND_PREFIX):
        week = quest_id.rpartition(".")[0] + "."
        return next((other for other in book.shared if other.startswith(week)), quest_id) == quest_id
    sheet = _sheet_with(book, quest_id)
    return sheet is None or sheet.paid < len(sheet.quests)


def note(book: QuestBook, quest_id: str) -> None:
    """A quest brought gems."""
    sheet = _sheet_with(book, quest_id)
    if sheet is not None:
        sheet.paid += 1


def _sheet_with(book: QuestBook, quest_id: str) -> Sheet | None:
    return next(
        (
            sheet
            for sheet in (*book.days, *book.weeks)
            if quest_id in sheet.others or any(held.quest.id == quest_id for held in sheet.quests)
        ),
        None,
    )
