"""The quest of two friends: the same for both, one a week, counted from what each of them did.

Nothing is kept of it but that it was rewarded: what it asks for is a function of the friendship and the week, and how
far it is follows from the days of both, wherever their work was accepted.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from api.game.goals.book import GoalBook
from api.game.quests.quest import FRIEND_PREFIX

SharedKind = Literal["lessons", "items", "reviews"]
TARGETS: tuple[tuple[SharedKind, int], ...] = (("lessons", 6), ("items", 60), ("reviews", 20))
SHARED_GEMS = 20
LEAST_SHARE = 0.2
"""Each of the two does at least so much of it: it is done together."""

WEEK = 7


class SharedQuest(msgspec.Struct, frozen=True, kw_only=True):
    """What two friends do together in the week from a Monday (ordinal) on."""

    id: str
    monday: int
    kind: SharedKind
    target: int


def shared_quest(ref: str, monday: int) -> SharedQuest:
    """The quest of a friendship in a week."""
    seed = sha256(f"{ref}:{monday}".encode()).digest()
    kind, target = TARGETS[seed[0] % len(TARGETS)]
    return SharedQuest(id=f"{FRIEND_PREFIX}{monday}.{seed.hex()[:16]}", monday=monday, kind=kind, target=target)


def share_of(book: GoalBook, quest: SharedQuest) -> int:
    """What one of the two did of it."""
    days = [done for done in book.days if quest.monday <= done.day < quest.monday + WEEK]
    if quest.kind == "lessons":
        return sum(done.lessons for done in days)
    return sum(done.items for done in days) if quest.kind == "items" else sum(done.reviews for done in days)


def is_done(quest: SharedQuest, own: int, theirs: int) -> bool:
    """Whether it is done: enough together, and some of it by each."""
    return own + theirs >= quest.target and min(own, theirs) >= max(1, round(LEAST_SHARE * quest.target))


def rewarded_in(rewarded: list[str], monday: int) -> bool:
    """Whether a shared quest of that week was rewarded: one a week is, with however many friends."""
    return any(quest_id.startswith(f"{FRIEND_PREFIX}{monday}.") for quest_id in rewarded)
