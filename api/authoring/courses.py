"""Courses and their elements on the Documents port: found, listed, written by compare and set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from api.authoring.course import COURSE, ELEMENT, Course, Element, Sort, element_id, part_of
from api.authoring.errors import AlreadyThereError, CourseNotFoundError, PartNotFoundError
from api.store.ports import Document, Documents, VersionClashError

ATTEMPTS = 20
PAGE = 500
AT_ONCE = 100
"""Writes that are under way together; SQLite commits them in groups, MongoDB side by side."""

_courses = msgspec.json.Decoder(Course)
_elements = msgspec.json.Decoder(Element)
_encode = msgspec.json.Encoder().encode


class Courses:
    """Courses as they are stored."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self.documents.declare(COURSE, indexes=("organisation_id",), unique=("track_id",))
        await self.documents.declare(ELEMENT, indexes=("course_id", "part"))
        await self.documents.declare_text(ELEMENT, "words", "part")

    async def create(self, course: Course) -> None:
        """Keep a new course. Raises AlreadyThereError if its track id is another course's."""
        try:
            await self.documents.put(COURSE, course.id, _encode(course), expected_version=0)
        except VersionClashError as error:
            raise AlreadyThereError(f"there is a course with the track id {course.track_id!r}; take another") from error

    async def load(self, organisation_id: str, course_id: str) -> tuple[Course, int]:
        """A course of an organisation, and its version. Raises CourseNotFoundError."""
        document = await self.documents.get(COURSE, course_id)
        course = None if document is None else _courses.decode(document.body)
        if document is None or course is None or course.organisation_id != organisation_id:
            raise CourseNotFoundError(f"there is no course {course_id[:80]}")
        return course, document.version

    async def get(self, organisation_id: str, course_id: str) -> Course:
        """A course of an organisation. Raises CourseNotFoundError."""
        return (await self.load(organisation_id, course_id))[0]

    async def listed(self, organisation_id: str, after: str, limit: int) -> list[Course]:
        """Courses of an organisation in order of id, after that with the id `after`."""
        found = await self.documents.find(COURSE, "organisation_id", organisation_id, after, limit)
        return [_courses.decode(document.body) for document in found]

    async def edit(self, organisation_id: str, course_id: str, edit: Callable[[Course], Course]) -> Course:
        """Replace a course by what `edit` makes of it, on its newest state. Raises CourseNotFoundError."""
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self.load(organisation_id, course_id)
                changed = edit(found)
                await self.documents.put(COURSE, course_id, _encode(changed), version)
                return changed
        raise VersionClashError(f"the course {course_id} is being changed by too many requests; try again")

    async def remove(self, course: Course) -> None:
        """Remove a course with all its elements. Repeating it is harmless."""
        while found := await self.documents.find(ELEMENT, "course_id", course.id, limit=PAGE):
            for start in range(0, len(found), AT_ONCE):
                part = found[start : start + AT_ONCE]
                await asyncio.gather(*(self.documents.delete(ELEMENT, document.id) for document in part))
        await self.documents.delete(COURSE, course.id)

    async def element(self, course_id: str, sort: Sort, name: str) -> tuple[Element, int]:
        """An element and its version. Raises PartNotFoundError."""
        document = await self.documents.get(ELEMENT, element_id(course_id, sort, name))
        if document is None:
            raise PartNotFoundError(f"the course has no {sort} {name[:80]!r}")
        return _elements.decode(document.body), document.version

    async def add(self, element: Element) -> None:
        """Keep a new element. Raises AlreadyThereError."""
        try:
            await self.documents.put(ELEMENT, element.id, _encode(element), expected_version=0)
        except VersionClashError as error:
            raise AlreadyThereError(f"the course has a {element.sort} {element.name!r} already") from error

    async def put(self, element: Element, version: int | None = None) -> None:
        """Write an element that still has this version (any, if None). Raises VersionClashError."""
        await self.documents.put(ELEMENT, element.id, _encode(element), version)

    async def put_all(self, elements: Sequence[Element]) -> None:
        """Write many, whatever was there."""
        for start in range(0, len(elements), AT_ONCE):
            await asyncio.gather(*(self.put(element) for element in elements[start : start + AT_ONCE]))

    async def drop(self, element: Element, version: int | None = None) -> None:
        """Remove an element that still has this version. Raises VersionClashError."""
        await self.documents.delete(ELEMENT, element.id, version)

    async def page(self, course_id: str, sort: Sort, after: str, limit: int) -> list[Element]:
        """Elements in order of name, after that with the name `after`."""
        after_id = element_id(course_id, sort, after) if after else ""
        found = await self.documents.find(ELEMENT, "part", part_of(course_id, sort), after_id, limit)
        return [_elements.decode(document.body) for document in found]

    async def search(self, course_id: str, words: Sequence[str], limit: int) -> list[Element]:
        """Items whose words hold all of these, in no order worth relying on."""
        found = await self.documents.search(ELEMENT, part_of(course_id, "item"), words, limit)
        return [_elements.decode(document.body) for document in found]

    async def elements(self, course_id: str) -> list[Element]:
        """All elements of a course, in order of id."""
        after, found = "", list[Element]()
        while page := await self.documents.find(ELEMENT, "course_id", course_id, after, PAGE):
            found.extend(map(element_of, page))
            after = page[-1].id
            await asyncio.sleep(0)
        return found


def element_of(document: Document) -> Element:
    """An element as it is stored."""
    return _elements.decode(document.body)
