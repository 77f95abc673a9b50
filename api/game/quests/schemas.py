"""Quests on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from api.game.quests.quest import QuestKind
from api.tracks.schemas import Named
from api.wire import EventEnvelope, Wire


class QuestView(Wire, frozen=True, kw_only=True):
    """A quest, and how much of it is done.

    Attributes:
        kind: what it asks for; `text` says it in English.
        skill: the one it is about, null where it is about none.
        done: stays so once it is.
        gems: what it brings.
    """

    id: Annotated[str, msgspec.Meta(examples=["7ed3244ea8d0b9a8"])]
    kind: QuestKind
    text: Annotated[str, msgspec.Meta(examples=["Refresh 5 things that are worth another look."])]
    target: int
    progress: int
    done: bool
    gems: int
    skill: Named | None


class QuestSheet(Wire, frozen=True, kw_only=True):
    """The quests of a day or a week, from `starts` to `ends`, both included, by the learner's own days."""

    starts: date
    ends: date
    quests: tuple[QuestView, ...]


class Quests(Wire, frozen=True, kw_only=True):
    """The quests of today and of this week. `replacements_left` of today's may be replaced today."""

    day: QuestSheet
    week: QuestSheet
    replacements_left: int


class ReplaceQuest(EventEnvelope, frozen=True, kw_only=True):
    """Asks for another quest in place of one of today's."""
