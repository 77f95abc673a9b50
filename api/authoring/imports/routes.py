"""HTTP of imports and exports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.authoring.errors import PartNotFoundError, ReviewStateError
from api.authoring.forms import form_of
from api.authoring.imports.review import Import
from api.authoring.imports.schemas import (
    ConfirmRequest,
    ExportView,
    FormatList,
    FormatView,
    ImportedItem,
    ImportedItems,
    ImportRequest,
    ImportView,
    LossView,
)
from api.authoring.imports.service import File, ImportService
from api.authoring.media.ports import MediaDownError, MediaError
from api.authoring.media.routes import sent_bytes
from api.authoring.roles import CourseId, OrganisationId, reading, writing
from api.authoring.routes import COURSE, course_of
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, instant, raises
from content.formats.exchange import FormatError, Loss, Placement
from content.formats.registry import FORMATS

IMPORTS: Slot[ImportService] = Slot("imports")
LIST = COURSE + "/imports"
ONE = LIST + "/{import_id:str}"
ImportId = Annotated[str, PathParameter(description="The import.", max_length=64)]
Format = Annotated[str, QueryParameter(description="Name of the format, as listFormats has it.", max_length=40)]


@get("/authoring/formats", operation_id="listFormats", summary="List the formats of others", opt=raises())
async def list_formats(request: LearnerRequest) -> FormatList:  # noqa: ARG001 - every route knows its caller
    """What can be imported and exported."""
    found = [
        FormatView(
            name=one.name,
            title=one.title,
            suffixes=one.suffixes,
            reads=one.read is not None,
            writes=one.write is not None,
        )
        for one in FORMATS.values()
    ]
    return FormatList(items=tuple(found))


@post(
    LIST,
    operation_id="beginImport",
    summary="Read a file of another system",
    opt=writing(FormatError, PartNotFoundError, MediaError, MediaDownError),
)
async def begin_import(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[ImportRequest]
) -> ImportView:
    """For authors. Tells what the file gives and what is lost, and writes nothing into the course: that takes a
    confirmation. A file that is malformed is refused as a whole."""
    course = await course_of(request, organisation_id, course_id)
    sent = await sent_bytes(request, organisation_id, data.data, data.upload_id)
    file, placement = File(sent, data.filename, data.format), Placement(data.skill, data.band, data.locale)
    return import_view(await IMPORTS.of(request).read(course, request.user, file, placement))


@get(ONE, operation_id="getImport", summary="Read an import", opt=reading(PartNotFoundError))
async def get_import(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, import_id: ImportId
) -> ImportView:
    """What the file gave, what was refused and what was lost."""
    course = await course_of(request, organisation_id, course_id)
    return import_view((await IMPORTS.of(request).imports.load(course.id, import_id))[0])


@get(
    ONE + "/items",
    operation_id="listImportedItems",
    summary="Look at the items of an import",
    opt=reading(PartNotFoundError, CursorError),
)
async def list_imported_items(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    import_id: ImportId,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> ImportedItems:
    """As they would be written, in order of id."""
    course = await course_of(request, organisation_id, course_id)
    service = IMPORTS.of(request)
    found, _ = await service.imports.load(course.id, import_id)
    items = sorted(await service.imports.items(found.id), key=lambda item: item.id)
    page, following = CURSORS.of(request).page(items, lambda item: item.id, f"import {found.id}", cursor, limit)
    return ImportedItems(items=tuple(ImportedItem(item=form_of(item)) for item in page), next_cursor=following)


@post(
    ONE + "/confirm",
    operation_id="confirmImport",
    summary="Write what was imported",
    status_code=200,
    opt=writing(PartNotFoundError, ReviewStateError, VersionClashError),
)
async def confirm_import(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    import_id: ImportId,
    data: JSONBody[ConfirmRequest],
) -> ImportView:
    """For authors. Writes the items into the draft, where they are edited and reviewed like all others."""
    course = await course_of(request, organisation_id, course_id)
    chosen = None if data.items is None else frozenset(data.items)
    return import_view(await IMPORTS.of(request).confirm(course, request.user, import_id, data.existing, chosen))


@post(
    ONE + "/discard",
    operation_id="discardImport",
    summary="Let an import go",
    status_code=200,
    opt=writing(PartNotFoundError, ReviewStateError, VersionClashError),
)
async def discard_import(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, import_id: ImportId
) -> ImportView:
    """For authors. Nothing of it was written."""
    course = await course_of(request, organisation_id, course_id)
    return import_view(await IMPORTS.of(request).discard(course, import_id))


@get(COURSE + "/export", operation_id="exportCourse", summary="Hand a course out", opt=reading(FormatError))
async def export_course(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, format: Format
) -> ExportView:
    """The items of the draft in a format of others, and what that cannot hold."""
    course = await course_of(request, organisation_id, course_id)
    made = await IMPORTS.of(request).export(course, format)
    return ExportView(
        format=made.format, filename=made.filename, type=made.type, data=made.data, losses=losses_of(made.losses)
    )


def import_view(found: Import) -> ImportView:
    """An import on the wire."""
    return ImportView(
        id=found.id,
        state=found.state,
        at=instant(found.at),
        format=found.format,
        filename=found.filename,
        title=found.title,
        n_items=found.n_items,
        n_refused=found.n_refused,
        n_losses=found.n_losses,
        refused=losses_of(found.refused),
        losses=losses_of(found.losses),
        existing=found.existing,
        n_written=found.n_written,
        expires_at=instant(found.until),
    )


def losses_of(losses: Iterable[Loss]) -> tuple[LossView, ...]:
    """Losses on the wire."""
    return tuple(LossView(kind=loss.kind, where=loss.where, what=loss.what, why=loss.why) for loss in losses)


router = Router(
    "/v1",
    route_handlers=[
        list_formats,
        begin_import,
        get_import,
        list_imported_items,
        confirm_import,
        discard_import,
        export_course,
    ],
    tags=["Imports"],
)
