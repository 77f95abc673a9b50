"""HTTP of flags."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, PathParameter

from api.accounts.errors import ForbiddenError, OrganisationNotFoundError
from api.accounts.organisations.roles import ORGANISATIONS, needs
from api.game.errors import FlagNotFoundError
from api.game.fairplay.schemas import FlagCase, FlagCases, FlagList, FlagSettlement
from api.game.fairplay.service import FlagService
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, raises

FLAGS: Slot[FlagService] = Slot("flags")
FlagId = Annotated[str, PathParameter(description="A flag on the work of a member.", max_length=64)]


@get("/me/flags", operation_id="listFlags", summary="Flags on your work")
async def list_flags(request: LearnerRequest) -> FlagList:
    """What looked unlike learning, in plain words, until when it makes XP less, and what a person found. A flag locks
    nothing and ends by itself; if it is wrong, say so."""
    return await FLAGS.of(request).own(request.user)


@get(
    "/organisations/{organisation_id:str}/flags",
    operation_id="listMemberFlags",
    summary="Flags on the work of members",
    opt=needs("educator", "admin") | raises(ForbiddenError, OrganisationNotFoundError, CursorError),
)
async def list_member_flags(
    request: LearnerRequest, organisation_id: FromPath[str], cursor: Cursor = None, limit: Limit = MAX_PAGE
) -> FlagCases:
    """Of so many members a page, with what the learners say to them; a page may be empty and still have a next one."""
    cursors, scope = CURSORS.of(request), f"flags of {organisation_id}"
    after = "" if cursor is None else cursors.read(cursor, scope)
    found = await ORGANISATIONS.of(request).members(organisation_id, after, limit + 1)
    service, page = FLAGS.of(request), found[:limit]
    following = cursors.after(page[-1].learner_id, scope) if len(found) > limit else None
    return FlagCases(
        items=tuple([case for member in page for case in await service.of_member(member)]), next_cursor=following
    )


@post(
    "/organisations/{organisation_id:str}/flags/{flag_id:str}/settlement",
    operation_id="settleFlag",
    summary="Settle a flag on a member's work",
    status_code=200,
    opt=needs("educator", "admin")
    | raises(ForbiddenError, OrganisationNotFoundError, FlagNotFoundError, VersionClashError),
)
async def settle_flag(
    request: LearnerRequest, organisation_id: FromPath[str], flag_id: FlagId, data: JSONBody[FlagSettlement]
) -> FlagCase:
    """Cleared, it ends at once; upheld, it ends when it would have. Who settled it, when and why stays with it. Nobody
    settles their own."""
    return await FLAGS.of(request).settle(organisation_id, flag_id, request.user, data)


router = Router("/v1", route_handlers=[list_flags, list_member_flags, settle_flag], tags=["Game and progress"])
