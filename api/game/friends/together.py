"""The quest of two friends: the same for both, one a week, counted from what each of them did.

Nothing is kept of it but that it was rewarded: what it asks for is a function of the friendship, the week, and what
both can do as of its beginning; how far it is follows from the days of both, wherever their work was accepted.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from api.game.goals.book import GoalBook
from api.game.quests.quest import FRIEND_PREFIX

SharedKind = Literal["lessons", "items", "reviews"]
TARGETS: tuple[tuple[SharedKind, int], ...] = (("lessons", 6), ("items", 60), ("reviews", 20))
ANYBODY = tuple(each for each in TARGETS if each[0] != "reviews")
SHARED_GEMS = 20
LEAST_SHARE = 0.2
"""Each of the two does at least so much of it: it is done together."""

LEAST_REVIEWS = 4
"""The least share of the reviews."""

LEAST_TARGET = 2

WEEK = 7


class SharedQuest(msgspec.Struct, frozen=True, kw_only=True):
    """What two friends do together in the week from a Monday (ordinal) on."""

    id: str
    monday: int
    kind: SharedKind
    target: int


def shared_quest(ref: str, monday: int, since: int = 0, *, reviews: bool = True) -> SharedQuest:
    """The quest of a friendship in a week.

    Args:
        since: the date (ordinal) on which the two became friends; who did within the week has the rest of it, and is
            asked for as much less.
        reviews: whether both can review; else it is one of the others.
    """
    seed = sha256(f"{ref}:{monday}".encode()).digest()
    kind, target = TARGETS[seed[0] % len(TARGETS)]
    if kind == "reviews" and not reviews:
        kind, target = ANYBODY[seed[1] % len(ANYBODY)]
    days = WEEK - max(0, min(WEEK - 1, since - monday))
    return SharedQuest(
        id=f"{FRIEND_PREFIX}{monday}.{seed.hex()[:16]}",
        monday=monday,
        kind=kind,
        target=max(LEAST_TARGET, -(-target * days // WEEK)),
    )


def can_review(book: GoalBook, monday: int) -> bool:
    """Whether reviews come to a learner: before the week they had as many as their part of the quest asks for."""
    return sum(done.reviews for done in book.days if done.day < monday) >= LEAST_REVIEWS


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
