"""From what is stored of courses to what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from api.authoring.audit import Change
from api.authoring.checking import Fault, element_faults
from api.authoring.course import Course, Element
from api.authoring.forms import TEMPLATE, form_of
from api.authoring.schemas import (
    ChangeView,
    CourseView,
    Finding,
    ItemDraft,
    ItemRow,
    SkillDraft,
    StaleFields,
    TouchedView,
)
from api.http.conditional import check_match
from api.http.cursors import CURSORS
from api.http.errors import CursorError
from api.tracks.schemas import BandView, UnitView
from api.wire import LearnerRequest, WireError, instant
from content.items import Item, Template

T = TypeVar("T")
SHOWN = 200


def course_view(course: Course) -> CourseView:
    """A course."""
    return CourseView(
        id=course.id,
        organisation_id=course.organisation_id,
        track_id=course.track_id,
        title=course.title,
        description=course.description,
        locale=course.locale,
        licence=course.licence,
        source=course.source,
        bands=tuple(BandView(id=band.id, title=band.title, difficulty=band.difficulty) for band in course.bands),
        units=tuple(UnitView(id=unit.id, title=unit.title, skills=unit.skills) for unit in course.units),
        created_at=instant(course.created_at),
        changed_at=instant(course.changed_at),
        n_versions=course.n_versions,
        live=course.live or None,
    )


def skill_draft(element: Element) -> SkillDraft:
    """A skill."""
    return SkillDraft(skill=form_of(element.value), changed_at=instant(element.changed_at))


def item_draft(element: Element) -> ItemDraft:
    """An item or a template, with its faults."""
    return ItemDraft(
        item=form_of(element.value),
        sha256=element.sha256,
        changed_at=instant(element.changed_at),
        findings=findings(element_faults(element)),
        stale=tuple(StaleFields(locale=locale, fields=fields) for locale, fields in sorted(element.stale.items())),
    )


def item_row(element: Element) -> ItemRow:
    """An item in a list."""
    value: Item | Template | None = element.item or element.template
    if value is None:
        raise ValueError(f"element {element.id} is no item")
    prompt = value.generator if isinstance(value, Template) else value.prompt
    return ItemRow(
        id=value.id,
        kind=TEMPLATE if isinstance(value, Template) else str(type(value).__struct_config__.tag),
        skills=value.skills,
        band=value.band,
        prompt=prompt if len(prompt) <= SHOWN else prompt[:SHOWN] + "…",
        faults=element.n_faults,
        changed_at=instant(element.changed_at),
    )


def findings(faults: Sequence[Fault]) -> tuple[Finding, ...]:
    """Faults."""
    return tuple(Finding(pointer=fault.pointer, message=fault.message, fix=fault.fix) for fault in faults)


def change_view(change: Change) -> ChangeView:
    """A row of the log."""
    touched = tuple(
        TouchedView(sort=one.sort, id=one.name, before=one.before, after=one.after, fields=one.fields)
        for one in change.touched
    )
    return ChangeView(
        id=change.id, by=change.by, at=instant(change.at), action=change.action, touched=touched, note=change.note
    )


def matching(request: LearnerRequest, view: Callable[[T], msgspec.Struct]) -> Callable[[T], None]:
    """A check that the stored state, as `view` shows it, is the one that If-Match names."""
    match = request.headers.get("if-match")

    def check(found: T) -> None:
        check_match(match, msgspec.json.encode(view(found)))

    return check


def after_of(request: LearnerRequest, cursor: str | None, scope: str) -> str:
    """Where a page begins. Raises WireError if the cursor is not one of this list."""
    try:
        return "" if cursor is None else CURSORS.of(request).read(cursor, scope)
    except CursorError as error:
        raise WireError(("", str(error))) from error


def cut(
    request: LearnerRequest, found: Sequence[T], limit: int, scope: str, key: Callable[[T], str]
) -> tuple[Sequence[T], str | None]:
    """A page of what was found, which may be one more, and the cursor of the next."""
    page = found[:limit]
    return page, CURSORS.of(request).after(key(page[-1]), scope) if len(found) > limit else None
