"""Reviews on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.authoring.reviews.review import State
from api.wire import Identifier, Instant, Wire

Note = Annotated[str, msgspec.Meta(max_length=4000, examples=["Two units are new."])]
Said = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, examples=["The second hint says too much."])]
Pointer = Annotated[
    str,
    msgspec.Meta(
        max_length=400,
        pattern=r"^(/[^\u0000-\u001F]*)?$(?!\n)",
        description="JSON Pointer into the course, elements by their ids; empty for all of it.",
        examples=["/items/oceans/hints/1"],
    ),
]


class ReviewRequest(Wire, frozen=True, kw_only=True):
    """Asks for a review of the course as it is."""

    note: Note = ""


class CommentRequest(Wire, frozen=True, kw_only=True):
    """Something to say, of the whole course or of a place in it."""

    text: Said
    pointer: Pointer = ""


class Verdict(Wire, frozen=True, kw_only=True):
    """Why a review ends as it does."""

    reason: Note = ""


class CommentView(Wire, frozen=True, kw_only=True):
    """What somebody said. `by` is a learner id."""

    id: Identifier
    by: str
    at: Instant
    text: str
    pointer: str


class ReviewView(Wire, frozen=True, kw_only=True):
    """A review.

    Attributes:
        draft: the hash of what was submitted.
        decided_by: who ended it; null while it is open.
    """

    id: Identifier
    state: State
    draft: str
    submitted_by: str
    submitted_at: Instant
    note: str
    decided_by: str | None
    decided_at: Instant | None
    reason: str
    comments: tuple[CommentView, ...]


class ReviewDetail(ReviewView, frozen=True, kw_only=True):
    """A review, and whether the draft is still what it is about."""

    current: bool


class ReviewPage(Wire, frozen=True, kw_only=True):
    """Reviews, the oldest first. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[ReviewView, ...]
    next_cursor: str | None
