"""HTTP of reports: learners send them, those who write the course decide."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter

from api.authoring.errors import AlreadyThereError, NothingNewError, PartNotFoundError, ReviewStateError
from api.authoring.inbox.report import Report
from api.authoring.inbox.schemas import ReportDecision, ReportPage, ReportReceipt, ReportRequest, ReportView
from api.authoring.inbox.service import InboxService
from api.authoring.inbox.variants import NoVariantError
from api.authoring.roles import CourseId, OrganisationId, publishing, reading, reviewing
from api.authoring.routes import COURSE, course_of
from api.authoring.views import after_of, cut
from api.http.cursors import MAX_PAGE, Cursor, Limit
from api.learners.arrivals import arrival_of, common
from api.learners.events import ItemReported
from api.sessions.routes import OF_A_LESSON, SessionId
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, instant

INBOX: Slot[InboxService] = Slot("inbox")
LIST = COURSE + "/inbox"
ONE = LIST + "/{report_id:str}"
ReportId = Annotated[str, PathParameter(description="The report.", max_length=64)]


@post(
    "/sessions/{session_id:str}/reports",
    operation_id="reportItem",
    summary="Say something of an exercise",
    status_code=200,
    opt=OF_A_LESSON,
)
async def report_item(request: LearnerRequest, session_id: SessionId, data: JSONBody[ReportRequest]) -> ReportReceipt:
    """That your answer should be accepted, or that something is wrong. It goes to those who write the course, with what
    you answered and without your name; an answer that is accepted is graded anew for everyone who gave it."""
    event = ItemReported(
        **common(data), session_id=session_id, decision_id=data.decision_id, about=data.about, text=data.text
    )
    return ReportReceipt(id=await INBOX.of(request).report(request.user, arrival_of(data, event)))


@get(LIST, operation_id="listReports", summary="What learners say of a course", opt=reading())
async def list_reports(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> ReportPage:
    """The oldest first, decided ones included."""
    course = await course_of(request, organisation_id, course_id)
    scope = f"inbox of course {course.id}"
    found = await INBOX.of(request).inbox.of(course.id, after_of(request, cursor, scope), limit + 1)
    page, following = cut(request, found, limit, scope, lambda report: report.id)
    return ReportPage(items=tuple(map(report_view, page)), next_cursor=following)


@post(
    ONE + "/accept",
    operation_id="acceptReport",
    summary="Accept a learner's answer",
    status_code=200,
    opt=publishing(
        PartNotFoundError, ReviewStateError, NoVariantError, AlreadyThereError, NothingNewError, VersionClashError
    ),
)
async def accept_report(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    report_id: ReportId,
    data: JSONBody[ReportDecision],
) -> ReportView:
    """For publishers. Adds the answer to the item, in a new version of what learners enrol in and in the draft. Who
    gave it before, in whatever version, gets a better grade and the XP; nobody loses any."""
    course = await course_of(request, organisation_id, course_id)
    return report_view(await INBOX.of(request).accept(course, request.user, report_id, data.reason))


@post(
    ONE + "/dismiss",
    operation_id="dismissReport",
    summary="Dismiss a report",
    status_code=200,
    opt=reviewing(ReviewStateError, VersionClashError),
)
async def dismiss_report(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    report_id: ReportId,
    data: JSONBody[ReportDecision],
) -> ReportView:
    """For reviewers. Nothing changes; also for what was mended in the draft."""
    course = await course_of(request, organisation_id, course_id)
    return report_view(await INBOX.of(request).dismiss(course, request.user, report_id, data.reason))


def report_view(report: Report) -> ReportView:
    """A report on the wire."""
    return ReportView(
        id=report.id,
        state=report.state,
        about=report.about,
        item=report.item,
        item_version=report.item_version,
        at=instant(report.at),
        locale=report.locale,
        text=report.text,
        answer=report.answer,
        reason=report.reason,
        version=report.version or None,
    )


router = Router("/v1", route_handlers=[report_item, list_reports, accept_report, dismiss_report], tags=["Inbox"])
