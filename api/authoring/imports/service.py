"""Use cases of importing and exporting: read a file, look at what it gives, write it or not; hand a course out."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from api.authoring.course import Course, Element
from api.authoring.errors import ReviewStateError
from api.authoring.forms import form_of, read_item
from api.authoring.imports.naming import Existing, placed, with_media
from api.authoring.imports.review import KEEP_MS, MAX_LOSSES, Import, Imports
from api.authoring.media.library import Library
from api.authoring.media.ports import MediaError, MediaNotFoundError
from api.authoring.sanitising import sanitised_form
from api.authoring.service import AuthoringService, check_size
from api.jobs.expiry import day_of
from api.wire import WireError, new_id
from content.formats import registry as formats
from content.formats.exchange import Exported, Imported, Loss, Placement
from content.item_rules import find_item_faults
from content.items import Item, Media, Template
from content.text import plain_text


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent."""

    data: bytes
    filename: str
    format: str | None


class ImportService:
    """Imports into courses, and exports."""

    def __init__(self, authoring: AuthoringService, imports: Imports, library: Library) -> None:
        self.authoring = authoring
        self.imports = imports
        self._library = library

    async def read(self, course: Course, by: str, file: File, placement: Placement) -> Import:
        """Read a file and keep what it gives for review. Its media are kept; the course is not touched.

        Raises:
            FormatError: the whole file is refused.
            WireError: the course has no such skill or band.
            MediaDownError: media cannot be kept now.
        """
        elements = await self.authoring.courses.elements(course.id)
        _check(placement, course, elements)
        found = await asyncio.to_thread(formats.read, file.data, file.filename, placement, file.format)
        kept, lost = await self._keep_media(found, by)
        items, cleaned, refused = await asyncio.to_thread(_clean, [with_media(item, kept) for item in found.items])
        refused = [*found.refused, *refused]
        losses = (*found.losses, *lost, *cleaned)
        now = self.authoring.clock()
        taken = {element.name for element in elements if element.sort == "item"}
        made = Import(
            id=new_id(),
            course_id=course.id,
            by=by,
            at=now,
            format=found.format,
            filename=file.filename,
            title=found.title,
            n_items=len(items),
            n_refused=len(refused),
            n_losses=len(losses),
            until=now + KEEP_MS,
            day=day_of(now + KEEP_MS),
            refused=tuple(refused[:MAX_LOSSES]),
            losses=losses[:MAX_LOSSES],
            existing=tuple(item.id for item in items if item.id in taken),
        )
        await self.imports.add(made, tuple(items))
        return made

    async def confirm(
        self, course: Course, by: str, import_id: str, existing: Existing, chosen: Collection[str] | None
    ) -> Import:
        """Write the items of an import into the course, all or those chosen. Repeating it after a crash is harmless.

        Raises:
            PartNotFoundError: there is no such import.
            ReviewStateError: it was confirmed or discarded.
        """
        found, version = await self.imports.load(course.id, import_id)
        _check_open(found)
        items = await self.imports.items(import_id)
        wanted = items if chosen is None else [item for item in items if item.id in chosen]
        there = {element.name: element for element in await self.authoring.courses.elements(course.id)}
        taken = {name for name, element in there.items() if element.sort == "item"}
        written = placed(wanted, taken, existing)
        orders = sorted(new_id() for _ in written)
        elements = [self.authoring.made(course, item, order) for item, order in zip(written, orders, strict=True)]
        await self.authoring.write(course, by, "itemsImported", elements, note=import_id)
        done = msgspec.structs.replace(found, state="confirmed", n_written=len(elements))
        await self.imports.put(done, version)
        return done

    async def discard(self, course: Course, import_id: str) -> Import:
        """Let an import go. Raises PartNotFoundError, ReviewStateError."""
        found, version = await self.imports.load(course.id, import_id)
        _check_open(found)
        done = msgspec.structs.replace(found, state="discarded")
        await self.imports.put(done, version)
        return done

    async def export(self, course: Course, format: str) -> Exported:
        """The items of a draft as a file of another system, with what that cannot hold.

        Raises:
            FormatError: there is no such format, or it is only read.
        """
        elements = await self.authoring.courses.elements(course.id)
        ordered = sorted(elements, key=lambda element: element.order)
        written = [element.item for element in ordered if element.item is not None]
        items = [item for item in written if not find_item_faults(item)]
        blobs: dict[str, bytes] = {}
        for name in dict.fromkeys(one.sha256 for item in items for one in item.media):
            with suppress(MediaNotFoundError):
                blobs[name] = (await self._library.get(name))[1]
        made = await asyncio.to_thread(formats.write, items, blobs, format, course.title)
        templates = [element.template for element in ordered if isinstance(element.template, Template)]
        why = "it makes items without end; no format of others can hold it"
        dropped = [Loss("dropped", template.id, f"template {template.generator}", why) for template in templates]
        whole = {item.id for item in items}
        mend = "it has faults; mend them, then export again"
        dropped += [Loss("dropped", item.id, "item", mend) for item in written if item.id not in whole]
        return msgspec.structs.replace(made, losses=(*made.losses, *dropped))

    async def _keep_media(self, found: Imported, by: str) -> tuple[dict[str, Media], list[Loss]]:
        """Media under the hashes they have without metadata, by those they came with; and those that are not taken."""
        kept: dict[str, Media] = {}
        lost: list[Loss] = []
        for blob in found.blobs:
            try:
                clean = await self._library.add(blob.data, by)
            except MediaError as error:
                lost.append(Loss("dropped", blob.name or blob.sha256, f"media of type {blob.type}", str(error)))
                continue
            kept[blob.sha256] = Media(sha256=clean.sha256, type=clean.type)
            if clean.sha256 != blob.sha256:
                lost.append(Loss("changed", blob.name or blob.sha256, "metadata", "place, time and device go"))
        return kept, lost


def _check(placement: Placement, course: Course, elements: list[Element]) -> None:
    faults = []
    if placement.skill not in {element.name for element in elements if element.sort == "skill"}:
        faults.append(("/skill", f"the course has no skill {placement.skill!r}; add it first"))
    if placement.band not in {band.id for band in course.bands}:
        allowed = ", ".join(band.id for band in course.bands)
        faults.append(("/band", f"the course has no band {placement.band!r}; it has: {allowed}"))
    if faults:
        raise WireError(*faults)


def _check_open(found: Import) -> None:
    if found.state != "open":
        raise ReviewStateError(f"the import is {found.state} already; import the file again if you need to")


def _clean(items: list[Item]) -> tuple[list[Item], list[Loss], list[Loss]]:
    """The items with markup of the web taken out of their texts, where that was, and items that are too large."""
    clean: list[Item] = []
    losses: list[Loss] = []
    refused: list[Loss] = []
    for item in items:
        try:
            check_size(item)
            form, changed = sanitised_form(form_of(item))
        except WireError as error:
            refused.append(Loss("dropped", item.id, plain_text(item.prompt)[:80], str(error)[:600]))
            continue
        value = read_item(form) if changed else item
        clean.append(item if isinstance(value, Template) else value)
        losses += [
            Loss("changed", f"{item.id}{pointer}", "markup of the web", "clients show none") for pointer in changed
        ]
    return clean, losses, refused
