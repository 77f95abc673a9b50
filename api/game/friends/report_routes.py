"""HTTP of reports on friends."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, PathParameter

from api.accounts.errors import ForbiddenError, OrganisationNotFoundError
from api.accounts.organisations.roles import ORGANISATIONS, needs
from api.game.friends.errors import FriendReportNotFoundError
from api.game.friends.reports import ReportCase, ReportCases, ReportService, ReportSettlement
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, raises

REPORTS: Slot[ReportService] = Slot("friendReports")
ALL = "/organisations/{organisation_id:str}/friend-reports"
FriendReportId = Annotated[str, PathParameter(description="A report on a member.", max_length=64)]


@get(
    ALL,
    operation_id="listFriendReports",
    summary="Reports on members by their friends",
    opt=needs("admin") | raises(ForbiddenError, OrganisationNotFoundError, CursorError),
)
async def list_friend_reports(
    request: LearnerRequest, organisation_id: FromPath[str], cursor: Cursor = None, limit: Limit = MAX_PAGE
) -> ReportCases:
    """Of so many members a page; a page may be empty and still have a next one. Reports that you made, or that are on
    you, are not among them, and who made one is told to nobody."""
    cursors, scope = CURSORS.of(request), f"friend reports of {organisation_id}"
    after = "" if cursor is None else cursors.read(cursor, scope)
    found = await ORGANISATIONS.of(request).members(organisation_id, after, limit + 1)
    service, page = REPORTS.of(request), found[:limit]
    following = cursors.after(page[-1].learner_id, scope) if len(found) > limit else None
    return ReportCases(
        items=tuple([case for member in page for case in await service.on_member(member, request.user)]),
        next_cursor=following,
    )


@post(
    ALL + "/{friend_report_id:str}/settlement",
    operation_id="settleFriendReport",
    summary="Settle a report on a member",
    status_code=200,
    opt=needs("admin")
    | raises(ForbiddenError, OrganisationNotFoundError, FriendReportNotFoundError, VersionClashError),
)
async def settle_friend_report(
    request: LearnerRequest,
    organisation_id: FromPath[str],
    friend_report_id: FriendReportId,
    data: JSONBody[ReportSettlement],
) -> ReportCase:
    """It changes nothing by itself: the two have no contact since it was made. Who settled it, when and why stays with
    it. Nobody settles a report that they made, or that is on them."""
    return await REPORTS.of(request).settle(organisation_id, friend_report_id, request.user, data)


router = Router("/v1", route_handlers=[list_friend_reports, settle_friend_report], tags=["Friends"])
