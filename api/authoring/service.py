"""Use cases of courses: make, read, change and remove them and what they consist of, each change with its row."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import msgspec

from api.authoring.audit import Audit, Touched
from api.authoring.checking import Fault, course_faults, element_faults
from api.authoring.course import Course, Element, Sort, element_id, part_of
from api.authoring.courses import ATTEMPTS, Courses
from api.authoring.errors import CoursePublishedError
from api.authoring.forms import Form, form_of, merged, read_item, read_skill
from api.authoring.sanitising import cleaned, sanitised_form
from api.authoring.translations.following import followed
from api.authoring.words import mark, words_of
from api.store.ports import VersionClashError
from api.wire import Clock, WireError, new_id
from content.consistency import ID
from content.graph import Skill
from content.items import Item, Template
from content.tracks import content_hash_of

Check = Callable[[Course], None]
CheckElement = Callable[[Element], None]
MAX_NAME = 100
MAX_BYTES = 262_144
"""Of an element, as JSON."""
EDITED = ("title", "description", "locale", "licence", "source", "bands", "units")


class AuthoringService:
    """Courses of organisations. Whoever calls it has shown their role; `by` is their learner id."""

    def __init__(self, courses: Courses, audit: Audit, clock: Clock) -> None:
        self.courses = courses
        self.audit = audit
        self.clock = clock
        self.allowing: list[Callable[[Item], Awaitable[None]]] = []
        """What other rooms refuse of an item that is written, by WireError."""
        self.forgetting: list[Callable[[str], Awaitable[None]]] = []
        """What other rooms do, by the course's id, when it goes."""

    async def create(self, course: Course, by: str) -> Course:
        """Keep a new course. Raises AlreadyThereError if its track id is taken."""
        course = _clean_head(course)
        async with self.audit.noting(course, by, "courseCreated", note=course.track_id):
            await self.courses.create(course)
        return course

    async def change(self, course: Course, by: str, changes: Form, check: Check) -> Course:
        """Change fields of a course's head; `check` refuses a state that is not the expected one."""
        fields = tuple(name for name in EDITED if name in changes and getattr(course, name) != changes[name])

        def edit(found: Course) -> Course:
            check(found)
            return _clean_head(msgspec.structs.replace(found, **changes, changed_at=self.clock()))

        async with self.audit.noting(course, by, "courseChanged", (Touched(sort="course", name="", fields=fields),)):
            return await self.courses.edit(course.organisation_id, course.id, edit)

    async def remove(self, course: Course) -> None:
        """Remove a course that was never published, with all that belongs to it. Raises CoursePublishedError."""
        if course.n_versions:
            raise CoursePublishedError(f"the course {course.id} has {course.n_versions} versions; retire it instead")
        for forget in self.forgetting:
            await forget(course.id)
        await self.courses.remove(course)
        await self.audit.forget(course.id)

    def element(self, course: Course, sort: Sort, form: Form) -> tuple[Element, tuple[str, ...]]:
        """A new element from the wire, sanitised, with the pointers of what that changed.

        Raises:
            WireError: with every fault of shape, or for an id that is none.
        """
        clean, changed = sanitised_form(form)
        value = read_skill(clean) if sort == "skill" else read_item(clean)
        if not ID.fullmatch(value.id) or len(value.id) > MAX_NAME:
            raise WireError(("/id", f"{value.id[:80]!r} is no id; use lower-case words joined by hyphens"))
        check_size(value)
        return self.made(course, value), changed

    async def _allow(self, value: Skill | Item | Template) -> None:
        if not isinstance(value, Skill | Template):
            for allow in self.allowing:
                await allow(value)

    def made(self, course: Course, value: Skill | Item | Template, order: str = "") -> Element:
        """A skill, an item or a template as an element of a course."""
        sort: Sort = "skill" if isinstance(value, Skill) else "item"
        bare = Element(
            id=element_id(course.id, sort, value.id),
            course_id=course.id,
            part=part_of(course.id, sort),
            order=order or new_id(),
            sha256=content_hash_of(value),
            changed_at=self.clock(),
            words=words_of(value),
            skill=value if isinstance(value, Skill) else None,
            item=None if isinstance(value, Skill | Template) else value,
            template=value if isinstance(value, Template) else None,
        )
        n_faults = len(element_faults(bare))
        words = f"{bare.words} {mark('state', 'faulty')}" if n_faults else bare.words
        return msgspec.structs.replace(bare, n_faults=n_faults, words=words)

    async def add(self, course: Course, by: str, element: Element) -> None:
        """Add an element. Raises AlreadyThereError, WireError."""
        await self._allow(element.value)
        touched = Touched(sort=element.sort, name=element.name, after=element.sha256)
        async with self.audit.noting(course, by, "elementAdded", (touched,)):
            await self.courses.add(element)

    async def patch(
        self, course: Course, by: str, sort: Sort, name: str, patch: Form, check: CheckElement
    ) -> tuple[Element, tuple[str, ...]]:
        """Put fields of an element in place of its own; null takes one away. The id stays.

        Raises:
            PartNotFoundError: there is no such element.
            WireError: what it would become has faults of shape, or another id.
        """
        clean, changed = sanitised_form(patch)
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self.courses.element(course.id, sort, name)
                check(found)
                value = self._patched(found, clean)
                await self._allow(value)
                return await self.replace(course, by, found, version, value), changed
        raise VersionClashError(f"the {sort} {name} is being changed by too many requests; try again")

    async def replace(
        self, course: Course, by: str, found: Element, version: int, value: Skill | Item | Template
    ) -> Element:
        """Put a value in place of an element's, which still has this version. Raises VersionClashError."""
        new = self.succeeding(course, found, value)
        touched = touched_by(found, new)
        if not touched.fields:
            return found
        async with self.audit.noting(course, by, "elementChanged", (touched,)):
            await self.courses.put(new, version)
        return new

    def succeeding(self, course: Course, found: Element, value: Skill | Item | Template) -> Element:
        """The element with another value, in its place of the author's order, its translations following."""
        if found.item is None or isinstance(value, Skill | Template):
            return self.made(course, value, found.order)
        item, stale = followed(found.item, value, found.stale)
        return msgspec.structs.replace(self.made(course, item, found.order), stale=stale)

    def _patched(self, found: Element, patch: Form) -> Skill | Item | Template:
        form = merged(form_of(found.value), patch)
        value = read_skill(form) if found.sort == "skill" else read_item(form)
        if value.id != found.name:
            raise WireError(("/id", f"the id of {found.name!r} never changes, for learners' histories refer to it"))
        check_size(value)
        return value

    async def drop(self, course: Course, by: str, sort: Sort, name: str, check: CheckElement) -> None:
        """Remove an element from the draft; published versions keep it. Raises PartNotFoundError."""
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self.courses.element(course.id, sort, name)
                check(found)
                touched = Touched(sort=sort, name=name, before=found.sha256)
                async with self.audit.noting(course, by, "elementRemoved", (touched,)):
                    await self.courses.drop(found, version)
                return
        raise VersionClashError(f"the {sort} {name} is being changed by too many requests; try again")

    async def faults(self, course: Course) -> tuple[list[Fault], list[Element]]:
        """Every fault of a course, and the elements that were looked at."""
        elements = await self.courses.elements(course.id)
        return await asyncio.to_thread(course_faults, course, elements), elements

    async def write(self, course: Course, by: str, action: str, elements: Sequence[Element], note: str = "") -> None:
        """Write many elements at once, those that are there already included."""
        known = {found.id: found.sha256 for found in await self.courses.elements(course.id)}
        touched = [
            Touched(sort=element.sort, name=element.name, before=known.get(element.id, ""), after=element.sha256)
            for element in elements
        ]
        async with self.audit.noting(course, by, action, touched, note):
            await self.courses.put_all(elements)

    async def duplicate(self, course: Course, by: str, copy: Course) -> Course:
        """Make a course of its own with the elements of another. Raises AlreadyThereError."""
        created = await self.create(copy, by)
        elements = [self.made(copy, found.value, found.order) for found in await self.courses.elements(course.id)]
        try:
            await self.courses.put_all(elements)
        except BaseException:
            await self.courses.remove(created)
            raise
        return created


def check_size(value: Skill | Item | Template) -> None:
    """Raises WireError if an element is larger than a learner's device should get."""
    n_bytes = len(msgspec.json.encode(value))
    if n_bytes > MAX_BYTES:
        raise WireError(("", f"it has {n_bytes} bytes; {MAX_BYTES} are allowed: make several of it"))


def _clean_head(course: Course) -> Course:
    """The head of a course without markup of the web. Raises WireError."""
    texts = {name: cleaned(getattr(course, name), f"/{name}") for name in ("title", "description", "licence", "source")}
    lists = {
        name: tuple(
            msgspec.structs.replace(one, title=cleaned(one.title, f"/{name}/{place}/title"))
            for place, one in enumerate(getattr(course, name))
        )
        for name in ("bands", "units")
    }
    return msgspec.structs.replace(course, **texts, **lists)


def touched_by(old: Element, new: Element) -> Touched:
    """What a change of an element touched."""
    before, after = form_of(old.value), form_of(new.value)
    fields = tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
    return Touched(sort=new.sort, name=new.name, before=old.sha256, after=new.sha256, fields=fields)
