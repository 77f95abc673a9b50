"""A course as it is stored while authors work on it: a head, and a document for each skill, item and template."""

from __future__ import annotations

from typing import Literal

import msgspec

from content.graph import Skill
from content.items import Item, Template
from content.tracks import Band, Unit

COURSE, ELEMENT = "course", "courseElement"
Sort = Literal["skill", "item"]
"""Templates are among the items: they share their ids, and make items."""

Fields = dict[str, tuple[str, ...]]
"""Names of an item's translated fields by locale."""


class Course(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The head of a course. Instants are milliseconds since the epoch.

    Attributes:
        track_id: the id that its published track has for learners; nobody else's course has it.
        n_versions: how many versions were published; they are numbered from 1.
        live: number of the version that learners enrol in, 0 for none.
        created_by, created_at: the author's learner id, and when.
    """

    id: str
    organisation_id: str
    track_id: str
    title: str
    description: str
    locale: str
    licence: str
    source: str
    bands: tuple[Band, ...]
    units: tuple[Unit, ...]
    created_by: str
    created_at: int
    changed_at: int
    n_versions: int = 0
    live: int = 0


class Element(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A skill, an item or a template of a course. Exactly one of the three is there.

    Attributes:
        id: of the document, see `element_id`.
        course_id: looked up when a course goes.
        part: course and sort, by which the elements of a course are listed.
        order: a UUIDv7 of its creation; the author's order within a course.
        sha256: of its canonical content.
        n_faults: faults that can be told of it alone.
        words: what it is found by.
        stale: translated fields whose source was changed after they were translated.
    """

    id: str
    course_id: str
    part: str
    order: str
    sha256: str
    changed_at: int
    n_faults: int = 0
    words: str = ""
    skill: Skill | None = None
    item: Item | None = None
    template: Template | None = None
    stale: Fields = {}

    @property
    def name(self) -> str:
        """The author's id of the skill, item or template."""
        return self.id.rpartition(":")[2]

    @property
    def sort(self) -> Sort:
        """What it is listed under."""
        return "item" if self.skill is None else "skill"

    @property
    def value(self) -> Skill | Item | Template:
        """Whichever of the three it is. Raises ValueError if it is none."""
        value = self.skill or self.item or self.template
        if value is None:
            raise ValueError(f"element {self.id} is empty")
        return value


def part_of(course_id: str, sort: Sort) -> str:
    """The part of a course that holds all its elements of a sort."""
    return f"{course_id}:{sort}"


def element_id(course_id: str, sort: Sort, name: str) -> str:
    """The id under which an element is stored."""
    return f"{part_of(course_id, sort)}:{name}"
