"""Friends on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from api.game.friends.friendship import Reason
from api.game.friends.together import SharedKind
from api.wire import UUID7, Instant, Wire

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40, examples=["K7PMX3RTW9QA"])]
Between = Literal["friends", "theyAsked", "youAsked", "blocked"]


class InviteCode(Wire, frozen=True, kw_only=True):
    """A code to show to one person, who becomes a friend by it if both want. It works once, until it expires."""

    code: Code
    expires_at: Instant


class AddFriend(Wire, frozen=True, kw_only=True):
    """The code that somebody showed."""

    code: Code


class AcceptFriend(Wire, frozen=True, kw_only=True):
    """Accepts a request; `code` is the other's own code, needed where one of the two is under 18."""

    code: Code | None = None


class ReportFriend(Wire, frozen=True, kw_only=True):
    """Why somebody is reported: their name, that they are unwelcome, or something else. There is no text to write."""

    reason: Reason


class FriendSettings(Wire, frozen=True, kw_only=True):
    """What friends see beside the name: whether the learner is on a streak."""

    shows_streak: bool


class SharedQuestView(Wire, frozen=True, kw_only=True):
    """What the two do together this week.

    Attributes:
        yours, theirs: what each did of it by now.
        done: enough together, and some of it by each.
        rewarded: whether you took the gems; you can for one shared quest a week.
    """

    kind: SharedKind
    text: str
    starts: date
    target: int
    yours: int
    theirs: int
    done: bool
    gems: int
    rewarded: bool


class Friend(Wire, frozen=True, kw_only=True):
    """Somebody you are friends with, or about to be, and all that you see of them.

    Attributes:
        id: of the friendship; it says nothing of them.
        state: "theyAsked" waits for you, "youAsked" for them; only you see whom you blocked.
        name: as they call themselves, "" if they do not.
        on_streak: null unless they let friends see it.
        quest: of friends.
    """

    id: UUID7
    state: Between
    name: str
    on_streak: bool | None
    quest: SharedQuestView | None


class Friends(Wire, frozen=True, kw_only=True):
    """Friends, requests, and whom you blocked."""

    items: tuple[Friend, ...]
    settings: FriendSettings
