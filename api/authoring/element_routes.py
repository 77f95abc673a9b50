"""HTTP of what courses consist of: skills, items and templates."""

from __future__ import annotations

from litestar import Response, Router, delete, get, patch, post
from litestar.params import JSONBody

from api.authoring.course import Element, Sort
from api.authoring.errors import AlreadyThereError, PartNotFoundError
from api.authoring.roles import CourseId, ItemId, OrganisationId, SkillId, reading, writing
from api.authoring.routes import AUTHORING, COURSE, course_of
from api.authoring.schemas import (
    ItemDraft,
    ItemPatch,
    ItemRequest,
    ItemRows,
    ItemWritten,
    SkillDraft,
    SkillDraftPage,
    SkillPatch,
    SkillRequest,
)
from api.authoring.views import after_of, cut, item_draft, item_row, matching, skill_draft
from api.http.cursors import MAX_PAGE, Cursor, Limit
from api.http.rules import MATCHED
from api.store.ports import VersionClashError
from api.wire import LearnerRequest

SKILLS, ITEMS = COURSE + "/skills", COURSE + "/items"
SKILL, ITEM = SKILLS + "/{skill_id:str}", ITEMS + "/{item_id:str}"


@post(SKILLS, operation_id="addSkill", summary="Add a skill", opt=writing(AlreadyThereError))
async def add_skill(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[SkillRequest]
) -> SkillDraft:
    """For authors. A skill is practised once a unit names it and an item exercises it."""
    return skill_draft((await _add(request, organisation_id, course_id, "skill", data.skill))[0])


@get(SKILLS, operation_id="listSkills", summary="List the skills of a course", opt=reading())
async def list_skills(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> SkillDraftPage:
    """In order of id."""
    page, following = await _page(request, (organisation_id, course_id, "skill"), cursor, limit)
    return SkillDraftPage(items=tuple(map(skill_draft, page)), next_cursor=following)


@get(SKILL, operation_id="getSkill", summary="Read a skill", opt=reading(PartNotFoundError))
async def get_skill(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, skill_id: SkillId
) -> SkillDraft:
    """A skill as its authors have it."""
    return skill_draft(await _element(request, organisation_id, course_id, "skill", skill_id))


@patch(
    SKILL,
    operation_id="updateSkill",
    summary="Change a skill",
    opt=MATCHED | writing(PartNotFoundError, VersionClashError),
)
async def update_skill(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    skill_id: SkillId,
    data: JSONBody[SkillPatch],
) -> SkillDraft:
    """For authors. With the ETag of what was read in If-Match, nothing is changed that was changed meanwhile."""
    course = await course_of(request, organisation_id, course_id)
    check = matching(request, skill_draft)
    service = AUTHORING.of(request)
    return skill_draft((await service.patch(course, request.user, "skill", skill_id, data.skill, check))[0])


@delete(
    SKILL, operation_id="deleteSkill", summary="Take a skill away", opt=writing(PartNotFoundError, VersionClashError)
)
async def delete_skill(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, skill_id: SkillId
) -> Response[None]:
    """For authors. Published versions keep it; the next one says what became of it."""
    return await _drop(request, organisation_id, course_id, "skill", skill_id)


@post(ITEMS, operation_id="addItem", summary="Add an item", opt=writing(AlreadyThereError))
async def add_item(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[ItemRequest]
) -> ItemWritten:
    """For authors. What cannot be read is refused with all faults of shape; what can be read is kept, with the findings
    that have to be mended before the course is submitted."""
    element, changed = await _add(request, organisation_id, course_id, "item", data.item)
    return ItemWritten(draft=item_draft(element), sanitised=tuple(f"/item{pointer}" for pointer in changed))


@get(ITEMS, operation_id="listItems", summary="List the items of a course", opt=reading())
async def list_items(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> ItemRows:
    """In order of id, templates among them."""
    page, following = await _page(request, (organisation_id, course_id, "item"), cursor, limit)
    return ItemRows(items=tuple(map(item_row, page)), next_cursor=following)


@get(ITEM, operation_id="getItem", summary="Read an item", opt=reading(PartNotFoundError))
async def get_item(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, item_id: ItemId
) -> ItemDraft:
    """An item as its authors have it, its key included."""
    return item_draft(await _element(request, organisation_id, course_id, "item", item_id))


@patch(
    ITEM,
    operation_id="updateItem",
    summary="Change an item",
    opt=MATCHED | writing(PartNotFoundError, VersionClashError),
)
async def update_item(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    item_id: ItemId,
    data: JSONBody[ItemPatch],
) -> ItemDraft:
    """For authors. With the ETag of what was read in If-Match, nothing is changed that was changed meanwhile."""
    course = await course_of(request, organisation_id, course_id)
    check = matching(request, item_draft)
    service = AUTHORING.of(request)
    return item_draft((await service.patch(course, request.user, "item", item_id, data.item, check))[0])


@delete(ITEM, operation_id="deleteItem", summary="Take an item away", opt=writing(PartNotFoundError, VersionClashError))
async def delete_item(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, item_id: ItemId
) -> Response[None]:
    """For authors. Published versions keep it."""
    return await _drop(request, organisation_id, course_id, "item", item_id)


async def _add(
    request: LearnerRequest, organisation_id: str, course_id: str, sort: Sort, form: dict[str, object]
) -> tuple[Element, tuple[str, ...]]:
    service = AUTHORING.of(request)
    course = await course_of(request, organisation_id, course_id)
    element, changed = service.element(course, sort, form)
    await service.add(course, request.user, element)
    return element, changed


async def _page(
    request: LearnerRequest, where: tuple[str, str, Sort], cursor: str | None, limit: int
) -> tuple[list[Element], str | None]:
    organisation_id, course_id, sort = where
    course = await course_of(request, organisation_id, course_id)
    scope = f"{sort}s of course {course.id}"
    found = await AUTHORING.of(request).courses.page(course.id, sort, after_of(request, cursor, scope), limit + 1)
    page, following = cut(request, found, limit, scope, lambda element: element.name)
    return list(page), following


async def _element(request: LearnerRequest, organisation_id: str, course_id: str, sort: Sort, name: str) -> Element:
    course = await course_of(request, organisation_id, course_id)
    return (await AUTHORING.of(request).courses.element(course.id, sort, name))[0]


async def _drop(request: LearnerRequest, organisation_id: str, course_id: str, sort: Sort, name: str) -> Response[None]:
    course = await course_of(request, organisation_id, course_id)
    await AUTHORING.of(request).drop(course, request.user, sort, name, lambda _: None)
    return Response(None, status_code=204)


router = Router(
    "/v1",
    route_handlers=[
        add_skill,
        list_skills,
        get_skill,
        update_skill,
        delete_skill,
        add_item,
        list_items,
        get_item,
        update_item,
        delete_item,
    ],
    tags=["Courses"],
)
