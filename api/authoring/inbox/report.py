"""A learner's report as it is stored for those who write the course."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import msgspec

from api.authoring.courses import ATTEMPTS
from api.authoring.errors import PartNotFoundError
from api.learners.events import About
from api.store.ports import Document, Documents, VersionClashError
from content.answers import Answer

REPORT = "itemReport"
State = Literal["open", "accepted", "dismissed"]


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A report. Its id is that of the learner's event. Instants are milliseconds since the epoch.

    Attributes:
        item_version: hash of the item that was shown; `track` that of the version of its track.
        answer: what the learner had answered, None if nothing.
        reason: what was said when it was decided; `version` the number of the course's version that came of it.
    """

    id: str
    course_id: str
    learner_id: str
    about: About
    item: str
    item_version: str
    track: str
    decision_id: str
    at: int
    locale: str = ""
    text: str = ""
    answer: Answer | None = None
    state: State = "open"
    decided_by: str = ""
    decided_at: int = 0
    reason: str = ""
    version: int = 0


class Inbox:
    """Reports on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(REPORT, indexes=("course_id", "learner_id"))

    async def add(self, report: Report) -> None:
        """Keep a report; one that is there already stays as it is."""
        with suppress(VersionClashError):
            await self._documents.put(REPORT, report.id, msgspec.json.encode(report), expected_version=0)

    async def get(self, course_id: str, report_id: str) -> Report:
        """A report on a course. Raises PartNotFoundError."""
        return (await self._load(course_id, report_id))[0]

    async def of(self, course_id: str, after: str, limit: int) -> list[Report]:
        """Reports on a course, the oldest first, after that with the id `after`."""
        found = await self._documents.find(REPORT, "course_id", course_id, after, limit)
        return [_report(document) for document in found]

    async def edit(self, course_id: str, report_id: str, edit: Callable[[Report], Report]) -> Report:
        """Replace a report by what `edit` makes of its newest state. Raises PartNotFoundError."""
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self._load(course_id, report_id)
                changed = edit(found)
                await self._documents.put(REPORT, report_id, msgspec.json.encode(changed), version)
                return changed
        raise VersionClashError(f"the report {report_id} is being changed by too many requests; try again")

    async def _load(self, course_id: str, report_id: str) -> tuple[Report, int]:
        document = await self._documents.get(REPORT, report_id)
        report = None if document is None else _report(document)
        if document is None or report is None or report.course_id != course_id:
            raise PartNotFoundError(f"the course has no report {report_id[:80]}")
        return report, document.version


def _report(document: Document) -> Report:
    return msgspec.json.decode(document.body, type=Report)
