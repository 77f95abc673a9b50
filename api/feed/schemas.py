"""The live view on the wire."""

from __future__ import annotations

from api.wire import Instant, Wire


class Happened(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """Something that was accepted into your journal: the data of an event named `happened`.

    Attributes:
        position: in the journal; also the event's id.
        kind: what it was, for example `exerciseAnswered`; kinds may be added.
        at: when it happened, as the server takes it.
        session_id: the lesson it belongs to, if any.
        correct: whether an answer was right.
        xp: granted for it.
    """

    position: int
    event_id: str
    kind: str
    at: Instant
    session_id: str | None = None
    correct: bool | None = None
    xp: int = 0


class LevelReached(Wire, frozen=True, kw_only=True):
    """A level was reached: the data of an event named `levelUp`."""

    level: int


class QuestFulfilled(Wire, frozen=True, kw_only=True):
    """A quest is done, and brought so many gems: the data of an event named `questDone`."""

    id: str
    gems: int


class BadgeWon(Wire, frozen=True, kw_only=True):
    """A tier (from 1) of a badge was earned: the data of an event named `badgeEarned`."""

    id: str
    tier: int
    rarity: str


class FriendQuestMoved(Wire, frozen=True, kw_only=True):
    """How far a quest is that you share with a friend: the data of an event named `friendQuest`.

    `friend_id` names the friendship; you did `yours`, the friend `theirs` of `target`.
    """

    friend_id: str
    target: int
    yours: int
    theirs: int
    done: bool
