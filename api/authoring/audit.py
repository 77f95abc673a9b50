"""Who changed what of a course, and when: written before the change, so that none is without its row.

A change that did not come about takes its row back. If the process died between the two, the row names a hash that the
element never had; a reader can tell.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec

from api.authoring.course import Course
from api.store.ports import Document, Documents, StoreError
from api.wire import Clock, new_id

CHANGE = "courseChange"
MAX_TOUCHED = 500
"""Elements that one row names; more of them are told in several rows."""


class Touched(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was changed: an element by sort and name, its hash before and after ("" where it was not there), and the
    names of its fields that differ."""

    sort: str
    name: str
    before: str = ""
    after: str = ""
    fields: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of the log. `by` is a learner id, `at` milliseconds since the epoch, `note` in words."""

    id: str
    course_id: str
    by: str
    at: int
    action: str
    touched: tuple[Touched, ...] = ()
    note: str = ""


class Audit:
    """The log of all courses, on the Documents port."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(CHANGE, indexes=("course_id",))

    @asynccontextmanager
    async def noting(
        self, course: Course, by: str, action: str, touched: Sequence[Touched] = (), note: str = ""
    ) -> AsyncIterator[None]:
        """Note a change, which is made inside the `async with`. Raises StoreError, and then nothing is changed."""
        rows = []
        for start in range(0, max(len(touched), 1), MAX_TOUCHED):
            part = tuple(touched[start : start + MAX_TOUCHED])
            row = Change(
                id=new_id(), course_id=course.id, by=by, at=self._clock(), action=action, touched=part, note=note
            )
            rows.append(row)
            await self._documents.put(CHANGE, row.id, msgspec.json.encode(row), expected_version=0)
        try:
            yield
        except BaseException:
            for row in rows:
                with suppress(StoreError):
                    await self._documents.delete(CHANGE, row.id)
            raise

    async def of(self, course_id: str, after: str, limit: int) -> list[Change]:
        """Rows of a course, the oldest first, after the row with the id `after`."""
        found = await self._documents.find(CHANGE, "course_id", course_id, after, limit)
        return [change_of(document) for document in found]

    async def forget(self, course_id: str) -> None:
        """Remove the log of a course that is gone."""
        while found := await self._documents.find(CHANGE, "course_id", course_id):
            for document in found:
                await self._documents.delete(CHANGE, document.id)


def change_of(document: Document) -> Change:
    """A row as it is stored."""
    return msgspec.json.decode(document.body, type=Change)
