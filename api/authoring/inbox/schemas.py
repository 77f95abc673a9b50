"""Reports of learners on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.authoring.inbox.report import State
from api.learners.events import About
from api.sync.schemas import MAX_REPORT
from api.wire import UUID7, EventEnvelope, Identifier, Instant, Wire
from content.answers import Answer


class ReportRequest(EventEnvelope, frozen=True, kw_only=True):
    """What a learner says of an exercise: that their answer should be accepted, or that something is wrong with it."""

    decision_id: UUID7
    about: About
    text: Annotated[str, msgspec.Meta(max_length=MAX_REPORT, examples=["My book says so."])] = ""


class ReportReceipt(Wire, frozen=True, kw_only=True):
    """The report was taken down, under the id of its event."""

    id: str


class ReportView(Wire, frozen=True, kw_only=True):
    """A report, without who sent it.

    Attributes:
        item_version: hash of the item that was shown.
        answer: what was answered, null if nothing.
        version: number of the version that came of it; null for none.
    """

    id: Identifier
    state: State
    about: About
    item: str
    item_version: str
    at: Instant
    locale: str
    text: str
    answer: Answer | None
    reason: str
    version: int | None


class ReportPage(Wire, frozen=True, kw_only=True):
    """Reports, the oldest first. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[ReportView, ...]
    next_cursor: str | None


class ReportDecision(Wire, frozen=True, kw_only=True):
    """Why a report is accepted or dismissed."""

    reason: Annotated[str, msgspec.Meta(max_length=2000, examples=["Both spellings are right."])] = ""
