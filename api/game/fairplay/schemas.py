"""Flags on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from api.game.schemas import FlagView
from api.wire import Instant, Wire

MOST_NOTE = 2_000
"""Characters of the note to a verdict."""


class FlagList(Wire, frozen=True, kw_only=True):
    """The latest flags on your work, the newest first. `xp_share` is what XP of work that looks like it
    is multiplied by while one is open."""

    items: tuple[FlagView, ...]
    xp_share: float


class FlagCase(Wire, frozen=True, kw_only=True):
    """A flag on the work of a member.

    Attributes:
        kind: a stable code; `evidence` says it in English.
        until: when it ends by itself.
        appeal: the learner's own words, "" without any.
        outcome: "" while nobody has looked at it, else "cleared" or "upheld", by `settled_by` at `settled_at`.
    """

    id: str
    learner_id: str
    kind: str
    evidence: str
    raised_at: Instant
    until: Instant
    appeal: str
    outcome: str
    settled_by: str
    settled_at: Instant | None
    note: str


class FlagCases(Wire, frozen=True, kw_only=True):
    """Flags of the members of a page, by member, the newest first."""

    items: tuple[FlagCase, ...]
    next_cursor: str | None


class FlagSettlement(Wire, frozen=True, kw_only=True):
    """What a person found, and why: the note stays with the flag."""

    outcome: Literal["cleared", "upheld"]
    note: Annotated[str, msgspec.Meta(max_length=MOST_NOTE, examples=["They had practised on paper."])] = ""
