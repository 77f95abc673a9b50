"""HTTP of versions."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec.structs import asdict

from api.authoring.course import Course
from api.authoring.errors import AlreadyThereError, NotApprovedError, NothingNewError, PartNotFoundError
from api.authoring.publishing.changes import ItemChange, SkillFate
from api.authoring.publishing.schemas import (
    DifferenceView,
    ItemChangeView,
    LiveRequest,
    PublishRequest,
    SkillFateView,
    VersionDetail,
    VersionPage,
    VersionView,
)
from api.authoring.publishing.service import Asked, PublishingService
from api.authoring.publishing.version import Version
from api.authoring.roles import CourseId, OrganisationId, publishing, reading
from api.authoring.routes import COURSE, course_of
from api.authoring.schemas import CourseView
from api.authoring.views import after_of, course_view, cut
from api.http.cursors import MAX_PAGE, Cursor, Limit
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, instant

PUBLISHING: Slot[PublishingService] = Slot("publishing")
LIST = COURSE + "/versions"
Number = Annotated[int, PathParameter(description="The version's number, from 1.", ge=1, le=999_999)]
State = Annotated[int | None, QueryParameter(description="A version's number; 0 is the draft.", ge=0, le=999_999)]


@post(
    LIST,
    operation_id="publishCourse",
    summary="Publish what was approved",
    opt=publishing(AlreadyThereError, NotApprovedError, NothingNewError, VersionClashError),
)
async def publish_course(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[PublishRequest]
) -> VersionDetail:
    """For publishers. Makes an immutable version of the draft, which has to be the approved one, and lets learners
    enrol in it at once. Who is enrolled in an earlier version moves with their next lesson or bundle, and what is
    believed of them follows the skill map; open lessons finish as they began. The answer says of every item that
    differs whether what was measured of it carries over."""
    course = await course_of(request, organisation_id, course_id)
    asked = Asked(data.note, data.keep_statistics, {one.skill: one.into for one in data.skill_map})
    made = await PUBLISHING.of(request).publish(course, request.user, asked)
    return version_detail(made, made.number)


@get(LIST, operation_id="listVersions", summary="List the versions of a course", opt=reading())
async def list_versions(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> VersionPage:
    """The oldest first."""
    course = await course_of(request, organisation_id, course_id)
    scope = f"versions of course {course.id}"
    found = await PUBLISHING.of(request).versions.of(course.id, after_of(request, cursor, scope), limit + 1)
    page, following = cut(request, found, limit, scope, lambda version: version.id)
    return VersionPage(items=tuple(version_view(version, course.live) for version in page), next_cursor=following)


@get(LIST + "/{number:int}", operation_id="getVersion", summary="Read a version", opt=reading(PartNotFoundError))
async def get_version(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, number: Number
) -> VersionDetail:
    """What it is, and what it changed."""
    course = await course_of(request, organisation_id, course_id)
    return version_detail(await PUBLISHING.of(request).versions.get(course.id, number), course.live)


@get(
    COURSE + "/difference",
    operation_id="compareVersions",
    summary="Compare two states of a course",
    opt=reading(PartNotFoundError),
)
async def compare_versions(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    old: State = None,
    newer: State = None,
) -> DifferenceView:
    """Two versions, or a version and the draft. Without `old` it is the version that learners enrol in, or the latest;
    without `newer` the draft."""
    course = await course_of(request, organisation_id, course_id)
    before, after = _or_live(course) if old is None else old, newer or 0
    found = await PUBLISHING.of(request).difference(course, before, after)
    return DifferenceView(
        old=before,
        new=after,
        header=found.header,
        items=tuple(map(change_view, found.items)),
        skills=tuple(map(fate_view, found.skills)),
    )


@put(
    COURSE + "/live",
    operation_id="setLiveVersion",
    summary="Roll back, or retire",
    opt=publishing(PartNotFoundError, VersionClashError),
)
async def set_live_version(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[LiveRequest]
) -> CourseView:
    """For publishers. Lets learners enrol in another version from now on, or in none. Who is enrolled moves there
    with their next lesson or bundle, by the skill maps turned round; in a retired track they go on where they are."""
    course = await course_of(request, organisation_id, course_id)
    return course_view(await PUBLISHING.of(request).set_live(course, request.user, data.version or 0))


def _or_live(course: Course) -> int:
    return course.live or course.n_versions


def version_view(version: Version, live: int) -> VersionView:
    """A version on the wire; `live` is the number of that which learners enrol in."""
    return VersionView(
        number=version.number,
        track=version.track,
        live=version.number == live,
        published_by=version.published_by,
        published_at=instant(version.published_at),
        review_id=version.review_id,
        note=version.note,
        n_skills=version.n_skills,
        n_items=version.n_items,
        n_changed=len(version.items),
    )


def version_detail(version: Version, live: int) -> VersionDetail:
    """A version with its changes."""
    return VersionDetail(
        **asdict(version_view(version, live)),
        items=tuple(map(change_view, version.items)),
        skills=tuple(map(fate_view, version.skills)),
    )


def change_view(change: ItemChange) -> ItemChangeView:
    """A change of an item on the wire."""
    return ItemChangeView(
        id=change.name,
        kind=change.kind,
        statistics="carry" if change.carries else "restart",
        fields=change.fields,
        before=change.before,
        after=change.after,
    )


def fate_view(fate: SkillFate) -> SkillFateView:
    """A skill's fate on the wire."""
    return SkillFateView(skill=fate.skill, fate=fate.fate, into=fate.into)


router = Router(
    "/v1",
    route_handlers=[publish_course, list_versions, get_version, compare_versions, set_live_version],
    tags=["Publishing"],
)
