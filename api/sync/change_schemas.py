"""Changes on the wire: what happened to a learner's things, on whichever device."""

from __future__ import annotations

from typing import Literal

from api.sessions.schemas import Session
from api.sync.schemas import Counts
from api.tracks.schemas import Goal
from api.wire import Instant, Wire


class EnrolmentChange(Wire, frozen=True, kw_only=True, tag_field="kind", tag="enrolment"):
    """An enrolment, told again when it moves to another version of its track."""

    id: str
    track_id: str
    track_version: str
    started_at: Instant
    goal: Goal


class SessionChange(Wire, frozen=True, kw_only=True, tag_field="kind", tag="session"):
    """A lesson as it stands now."""

    id: str
    session: Session


class BundleChange(Wire, frozen=True, kw_only=True, tag_field="kind", tag="bundle"):
    """A bundle as it stands now. `left` counts its exercises that were neither answered nor skipped."""

    id: str
    enrolment_id: str
    issued_at: Instant
    expires_at: Instant
    size: int
    left: int


class Tombstone(Wire, frozen=True, kw_only=True, tag_field="kind", tag="tombstone"):
    """Something to let go.

    Attributes:
        of: a session that is no longer kept at hand, a bundle that was replaced, an exercise of a bundle that was
            answered or skipped on some device.
    """

    id: str
    of: Literal["session", "bundle", "exercise"]


Change = EnrolmentChange | SessionChange | BundleChange | Tombstone


class ChangePage(Wire, frozen=True, kw_only=True):
    """What changed, oldest first, each thing as it is now.

    Attributes:
        next_cursor: for what changes after this; keep it, also at the end.
        more: whether there is more already.
    """

    items: tuple[Change, ...]
    next_cursor: str
    more: bool
    counts: Counts
