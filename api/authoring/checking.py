"""A course as its authors have it, held against the checks that every track file is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.authoring.course import Course, Element
from api.authoring.forms import wired
from content.check import check_draft, find_faults
from content.consistency import ID, find_inconsistencies
from content.draft import Draft, Placed
from content.faults import join_pointer
from content.formats.yaml_source import Source
from content.items import Template
from content.templates import TemplateError, check_template
from content.tracks import Track

HEADER = ("title", "description", "locale", "licence", "source")


@dataclass(frozen=True)
class Fault:
    """One fault of a course; `pointer` names elements by their ids: "/items/oceans/hints/0"."""

    pointer: str
    message: str
    fix: str

    @property
    def text(self) -> str:
        """What is wrong and what to do."""
        return f"{self.message} {self.fix}"


def element_faults(element: Element) -> list[Fault]:
    """What can be told of an element alone."""
    if element.template is not None:
        return [Fault("", f"{line}.", "Correct the generator or its parameters.") for line in _template(element)]
    if element.item is None:
        return []
    return [Fault(wired(found.pointer), found.message, found.fix) for found in find_faults(element.item)]


def _template(element: Element) -> list[str]:
    try:
        if element.template is not None:
            check_template(element.template)
    except TemplateError as error:
        return [line.rstrip(".") for line in str(error).splitlines()]
    return []


def course_faults(course: Course, elements: Sequence[Element]) -> list[Fault]:
    """Every fault of a course, none if it may be published. Takes about a millisecond for each item."""
    draft = _draft(course, elements)
    find_inconsistencies(draft)
    return _header_faults(course) + [
        Fault(wired(fault.pointer), fault.message, fault.fix) for fault in check_draft(draft)
    ]


def consistency_faults(course: Course, elements: Sequence[Element]) -> list[Fault]:
    """What keeps the parts of a course from fitting together, so that it cannot even be tried; quick."""
    draft = _draft(course, elements)
    find_inconsistencies(draft)
    return _lacking(course) + [Fault(wired(found.pointer), found.message, found.fix) for found in draft.faults]


def _draft(course: Course, elements: Sequence[Element]) -> Draft:
    draft = Draft([Source("the course", {}, ())])
    draft.bands = [Placed(band, 0, f"/bands/{place}") for place, band in enumerate(course.bands)]
    draft.units = [Placed(unit, 0, f"/units/{place}") for place, unit in enumerate(course.units)]
    for element in elements:
        pointer = join_pointer("", f"{element.sort}s", element.name)
        if element.skill is not None:
            draft.skills.append(Placed(element.skill, 0, pointer))
        elif element.item is not None:
            draft.items.append(Placed(element.item, 0, pointer))
        elif element.template is not None:
            draft.templates.append(Placed(element.template, 0, pointer))
    return draft


def _header_faults(course: Course) -> list[Fault]:
    empty = [name for name in HEADER if not str(getattr(course, name)).strip()]
    found = [Fault(f"/{name}", f"{name} is empty.", "Write it.") for name in empty]
    if not ID.fullmatch(course.track_id):
        found.append(Fault("/trackId", f"{course.track_id!r} is no id.", "Use lower-case words joined by hyphens."))
    return found + _lacking(course)


def _lacking(course: Course) -> list[Fault]:
    return [
        Fault(f"/{name}", f"the course has no {name}.", "Add at least one.")
        for name in ("bands", "units")
        if not getattr(course, name)
    ]


def track_of(course: Course, elements: Sequence[Element]) -> Track:
    """The track that a course is, its elements in the author's order."""
    ordered = sorted(elements, key=lambda element: element.order)
    return Track(
        id=course.track_id,
        title=course.title,
        description=course.description,
        locale=course.locale,
        licence=course.licence,
        source=course.source,
        bands=course.bands,
        units=course.units,
        skills=tuple(element.skill for element in ordered if element.skill is not None),
        items=tuple(element.item for element in ordered if element.item is not None),
        templates=tuple(element.template for element in ordered if isinstance(element.template, Template)),
    )
