"""HTTP of courses: begin, read, change, check, copy and remove them."""

from __future__ import annotations

from litestar import Response, Router, delete, get, patch, post
from litestar.params import JSONBody

from api.authoring.course import Course
from api.authoring.errors import AlreadyThereError, CoursePublishedError
from api.authoring.roles import CourseId, OrganisationId, reading, writing
from api.authoring.schemas import (
    ChangePage,
    CourseCheck,
    CourseCopy,
    CoursePage,
    CoursePatch,
    CourseRequest,
    CourseView,
)
from api.authoring.service import AuthoringService
from api.authoring.views import after_of, change_view, course_view, cut, findings, matching
from api.http.cursors import MAX_PAGE, Cursor, Limit
from api.http.rules import MATCHED
from api.store.ports import VersionClashError
from api.tracks.schemas import BandView, UnitView
from api.wire import LearnerRequest, Slot, new_id
from content.tracks import Band, Unit

AUTHORING: Slot[AuthoringService] = Slot("authoring")
COURSES = "/organisations/{organisation_id:str}/courses"
COURSE = COURSES + "/{course_id:str}"
MAX_FINDINGS = 1000


@post(COURSES, operation_id="createCourse", summary="Begin a course", opt=writing(AlreadyThereError))
async def create_course(
    request: LearnerRequest, organisation_id: OrganisationId, data: JSONBody[CourseRequest]
) -> CourseView:
    """For authors. The course is a draft that only the organisation sees, until a version of it is published."""
    service = AUTHORING.of(request)
    now = service.clock()
    course = Course(
        id=new_id(),
        organisation_id=organisation_id,
        track_id=data.track_id,
        title=data.title,
        description=data.description,
        locale=data.locale,
        licence=data.licence,
        source=data.source,
        bands=bands_of(data.bands),
        units=units_of(data.units),
        created_by=request.user,
        created_at=now,
        changed_at=now,
    )
    return course_view(await service.create(course, request.user))


@get(COURSES, operation_id="listCourses", summary="List the courses of an organisation", opt=reading())
async def list_courses(
    request: LearnerRequest, organisation_id: OrganisationId, cursor: Cursor = None, limit: Limit = MAX_PAGE
) -> CoursePage:
    """For all who work on courses, in order of creation."""
    scope = f"courses of {organisation_id}"
    found = await AUTHORING.of(request).courses.listed(organisation_id, after_of(request, cursor, scope), limit + 1)
    page, following = cut(request, found, limit, scope, lambda course: course.id)
    return CoursePage(items=tuple(map(course_view, page)), next_cursor=following)


@get(COURSE, operation_id="getCourse", summary="Read a course", opt=reading())
async def get_course(request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId) -> CourseView:
    """The head of a course: what stands above its skills and items."""
    return course_view(await course_of(request, organisation_id, course_id))


@patch(COURSE, operation_id="updateCourse", summary="Change a course", opt=MATCHED | writing(VersionClashError))
async def update_course(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[CoursePatch]
) -> CourseView:
    """For authors. Bands and units are replaced whole. With the ETag of what was read in If-Match, nothing is changed
    that was changed meanwhile."""
    course = await course_of(request, organisation_id, course_id)
    changes = {name: getattr(data, name) for name in data.__struct_fields__ if getattr(data, name) is not None}
    if data.bands is not None:
        changes["bands"] = bands_of(data.bands)
    if data.units is not None:
        changes["units"] = units_of(data.units)
    check = matching(request, course_view)
    return course_view(await AUTHORING.of(request).change(course, request.user, changes, check))


@delete(
    COURSE, operation_id="deleteCourse", summary="Delete a course", opt=writing(CoursePublishedError, VersionClashError)
)
async def delete_course(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId
) -> Response[None]:
    """For authors, while no version was published. With all that belongs to it, for good."""
    await AUTHORING.of(request).remove(await course_of(request, organisation_id, course_id))
    return Response(None, status_code=204)


@post(COURSE + "/copies", operation_id="duplicateCourse", summary="Copy a course", opt=writing(AlreadyThereError))
async def duplicate_course(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[CourseCopy]
) -> CourseView:
    """For authors. A draft of its own with the same skills and items; it has no versions, and nobody's review."""
    service = AUTHORING.of(request)
    course = await course_of(request, organisation_id, course_id)
    now = service.clock()
    copy = Course(
        id=new_id(),
        organisation_id=organisation_id,
        track_id=data.track_id,
        title=data.title,
        description=course.description,
        locale=course.locale,
        licence=course.licence,
        source=course.source,
        bands=course.bands,
        units=course.units,
        created_by=request.user,
        created_at=now,
        changed_at=now,
    )
    return course_view(await service.duplicate(course, request.user, copy))


@get(COURSE + "/check", operation_id="checkCourse", summary="Check a course", opt=reading())
async def check_course(request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId) -> CourseCheck:
    """Every fault that keeps the course from being submitted, each with a JSON Pointer that names elements by id."""
    course = await course_of(request, organisation_id, course_id)
    faults, elements = await AUTHORING.of(request).faults(course)
    n_skills = sum(element.skill is not None for element in elements)
    return CourseCheck(
        n_skills=n_skills,
        n_items=len(elements) - n_skills,
        n_findings=len(faults),
        findings=findings(faults[:MAX_FINDINGS]),
    )


@get(COURSE + "/changes", operation_id="listChangesOfCourse", summary="Who changed what", opt=reading())
async def list_changes_of_course(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> ChangePage:
    """The log of all changes of a course, the oldest first."""
    course = await course_of(request, organisation_id, course_id)
    scope = f"changes of course {course.id}"
    found = await AUTHORING.of(request).audit.of(course.id, after_of(request, cursor, scope), limit + 1)
    page, following = cut(request, found, limit, scope, lambda change: change.id)
    return ChangePage(items=tuple(map(change_view, page)), next_cursor=following)


async def course_of(request: LearnerRequest, organisation_id: str, course_id: str) -> Course:
    """A course of an organisation. Raises CourseNotFoundError."""
    return await AUTHORING.of(request).courses.get(organisation_id, course_id)


def bands_of(bands: tuple[BandView, ...]) -> tuple[Band, ...]:
    """Bands from the wire."""
    return tuple(Band(id=band.id, title=band.title, difficulty=band.difficulty) for band in bands)


def units_of(units: tuple[UnitView, ...]) -> tuple[Unit, ...]:
    """Units from the wire."""
    return tuple(Unit(id=unit.id, title=unit.title, skills=unit.skills) for unit in units)


router = Router(
    "/v1",
    route_handlers=[
        create_course,
        list_courses,
        get_course,
        update_course,
        delete_course,
        duplicate_course,
        check_course,
        list_changes_of_course,
    ],
    tags=["Courses"],
)
