"""A published version as its course knows it: which track it is, and what it changed."""

from __future__ import annotations

import msgspec

from api.authoring.errors import PartNotFoundError
from api.authoring.publishing.changes import ItemChange, SkillFate
from api.store.ports import Document, Documents

VERSION = "courseVersion"
DIGITS = 6


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version. It is written once.

    Attributes:
        number: from 1.
        track: the hash of the track, under which it is stored and served.
        items, skills: what differs from the version before; all items of the first count as added, and are not listed.
    """

    id: str
    course_id: str
    number: int
    track: str
    published_by: str
    published_at: int
    review_id: str
    n_skills: int
    n_items: int
    note: str = ""
    items: tuple[ItemChange, ...] = ()
    skills: tuple[SkillFate, ...] = ()


class Versions:
    """Versions on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(VERSION, indexes=("course_id",))

    async def find(self, course_id: str, number: int) -> Version | None:
        """A version of a course, or None."""
        document = await self._documents.get(VERSION, version_id(course_id, number))
        return None if document is None else version_of(document)

    async def get(self, course_id: str, number: int) -> Version:
        """A version of a course. Raises PartNotFoundError."""
        found = await self.find(course_id, number)
        if found is None:
            raise PartNotFoundError(f"the course has no version {number}")
        return found

    async def add(self, version: Version) -> None:
        """Keep a new version. Raises VersionClashError if there is one of that number."""
        await self._documents.put(VERSION, version.id, msgspec.json.encode(version), expected_version=0)

    async def of(self, course_id: str, after: str, limit: int) -> list[Version]:
        """Versions of a course, the oldest first, after that with the id `after`."""
        found = await self._documents.find(VERSION, "course_id", course_id, after, limit)
        return [version_of(document) for document in found]


def version_id(course_id: str, number: int) -> str:
    """The id under which a version is stored; rises with the number."""
    return f"{course_id}:{number:0{DIGITS}d}"


def version_of(document: Document) -> Version:
    """A version as it is stored."""
    return msgspec.json.decode(document.body, type=Version)
