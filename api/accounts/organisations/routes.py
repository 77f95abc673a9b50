"""HTTP of organisations."""

from __future__ import annotations

import secrets

from litestar import Response, Router, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from api.accounts.callers import ACCOUNTS
from api.accounts.errors import (
    ForbiddenError,
    InvitationError,
    LastAdminError,
    MemberNotFoundError,
    OrganisationNotFoundError,
)
from api.accounts.organisations import admins
from api.accounts.organisations.organisation import Membership, Organisations
from api.accounts.organisations.roles import ORGANISATIONS, belongs, needs
from api.accounts.organisations.schemas import (
    InvitationCreated,
    InvitationRequest,
    JoinRequest,
    Member,
    MemberAge,
    MemberRoles,
    Members,
    OrganisationList,
    OrganisationPatch,
    OrganisationView,
)
from api.http.cursors import CURSORS, MAX_PAGE, Cursor, Limit
from api.http.errors import CursorError
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, WireError, instant, raises

CODE_BYTES = 16


@get("/me/organisations", operation_id="listOrganisations", summary="List the organisations you belong to")
async def list_organisations(request: LearnerRequest) -> OrganisationList:
    """With your roles in each."""
    organisations = ORGANISATIONS.of(request)
    memberships = await organisations.of(request.user)
    return OrganisationList(items=tuple([await view_of(organisations, membership) for membership in memberships]))


@post(
    "/me/organisations",
    operation_id="joinOrganisation",
    summary="Take an invitation",
    opt=raises(InvitationError, VersionClashError),
)
async def join_organisation(request: LearnerRequest, data: JSONBody[JoinRequest]) -> OrganisationView:
    """An invitation works once. Sent again by the same learner it gives nothing more: the answer is the membership as
    it is, or that the invitation was used if the membership has ended."""
    organisations = ORGANISATIONS.of(request)
    return await view_of(organisations, await organisations.accept(data.code, request.user))


@get(
    "/organisations/{organisation_id:str}",
    operation_id="getOrganisation",
    summary="Read an organisation",
    opt=belongs() | raises(OrganisationNotFoundError),
)
async def get_organisation(request: LearnerRequest, organisation_id: FromPath[str]) -> OrganisationView:
    """One that you belong to; any other is not found."""
    return await own_view(request, organisation_id)


@patch(
    "/organisations/{organisation_id:str}",
    operation_id="updateOrganisation",
    summary="Change an organisation",
    opt=needs("admin") | raises(ForbiddenError, OrganisationNotFoundError, VersionClashError),
)
async def update_organisation(
    request: LearnerRequest, organisation_id: FromPath[str], data: JSONBody[OrganisationPatch]
) -> OrganisationView:
    """For its admins."""
    await ORGANISATIONS.of(request).rename(organisation_id, data.name.strip())
    return await own_view(request, organisation_id)


@get(
    "/organisations/{organisation_id:str}/members",
    operation_id="listMembers",
    summary="List the members of an organisation",
    opt=needs("admin") | raises(ForbiddenError, OrganisationNotFoundError),
)
async def list_members(
    request: LearnerRequest, organisation_id: FromPath[str], cursor: Cursor = None, limit: Limit = MAX_PAGE
) -> Members:
    """For its admins, in order of id, in pages."""
    cursors, scope = CURSORS.of(request), f"members of {organisation_id}"
    try:
        after = "" if cursor is None else cursors.read(cursor, scope)
    except CursorError as error:
        raise WireError(("", str(error))) from error
    found = await ORGANISATIONS.of(request).members(organisation_id, after, limit + 1)
    page = found[:limit]
    following = cursors.after(page[-1].learner_id, scope) if len(found) > limit else None
    return Members(items=tuple(member_of(membership) for membership in page), next_cursor=following)


@put(
    "/organisations/{organisation_id:str}/members/{learner_id:str}",
    operation_id="setMemberRoles",
    summary="Set a member's roles",
    opt=needs("admin")
    | raises(ForbiddenError, LastAdminError, MemberNotFoundError, OrganisationNotFoundError, VersionClashError),
)
async def set_member_roles(
    request: LearnerRequest,
    organisation_id: FromPath[str],
    learner_id: FromPath[str],
    data: JSONBody[MemberRoles],
) -> Member:
    """For its admins. Nobody becomes a member by it: that takes an invitation and the learner's own yes."""
    return member_of(await admins.set_roles(ORGANISATIONS.of(request), organisation_id, learner_id, data.roles))


@delete(
    "/organisations/{organisation_id:str}/members/{learner_id:str}",
    operation_id="removeMember",
    summary="End a membership",
    opt=belongs()
    | raises(ForbiddenError, LastAdminError, MemberNotFoundError, OrganisationNotFoundError, VersionClashError),
)
async def remove_member(
    request: LearnerRequest, organisation_id: FromPath[str], learner_id: FromPath[str]
) -> Response[None]:
    """For its admins; and for every member their own."""
    organisations = ORGANISATIONS.of(request)
    if learner_id != request.user:
        own = await organisations.membership(organisation_id, request.user)
        if own is None or "admin" not in own.roles:
            raise ForbiddenError("only an admin ends another's membership")
    await admins.remove(organisations, organisation_id, learner_id)
    return Response(None, status_code=204)


@put(
    "/organisations/{organisation_id:str}/members/{learner_id:str}/age-group",
    operation_id="setMemberAgeGroup",
    summary="Set a member's age group",
    opt=needs("admin") | raises(ForbiddenError, MemberNotFoundError, OrganisationNotFoundError, VersionClashError),
)
async def set_member_age(
    request: LearnerRequest,
    organisation_id: FromPath[str],
    learner_id: FromPath[str],
    data: JSONBody[MemberAge],
) -> MemberAge:
    """For its admins, and not their own: who said that they are under 18 cannot take it back by themselves."""
    if learner_id == request.user:
        raise ForbiddenError("nobody sets their own age group here; another admin does")
    if await ORGANISATIONS.of(request).membership(organisation_id, learner_id) is None:
        raise MemberNotFoundError(f"the organisation {organisation_id} has no member {learner_id}")
    account = await ACCOUNTS.of(request).set_age(learner_id, data.age_group)
    return MemberAge(age_group=account.age_group)


@post(
    "/organisations/{organisation_id:str}/invitations",
    operation_id="inviteMember",
    summary="Invite somebody",
    opt=needs("admin") | raises(ForbiddenError, OrganisationNotFoundError),
)
async def invite_member(
    request: LearnerRequest, organisation_id: FromPath[str], data: JSONBody[InvitationRequest]
) -> InvitationCreated:
    """For its admins. The code works once, for seven days."""
    code = secrets.token_urlsafe(CODE_BYTES)
    invitation = await ORGANISATIONS.of(request).invite(organisation_id, data.roles, code)
    return InvitationCreated(code=code, expires_at=instant(invitation.expires_at))


async def own_view(request: LearnerRequest, organisation_id: str) -> OrganisationView:
    """An organisation as whoever asks sees it. Raises OrganisationNotFoundError."""
    organisations = ORGANISATIONS.of(request)
    membership = await organisations.membership(organisation_id, request.user)
    if membership is None:
        raise OrganisationNotFoundError(f"there is no organisation {organisation_id}")
    return await view_of(organisations, membership)


async def view_of(organisations: Organisations, membership: Membership) -> OrganisationView:
    """A membership on the wire."""
    organisation = await organisations.get(membership.organisation_id)
    return OrganisationView(id=organisation.id, name=organisation.name, roles=membership.roles)


def member_of(membership: Membership) -> Member:
    """A member on the wire."""
    return Member(learner_id=membership.learner_id, roles=membership.roles, since=instant(membership.since))


router = Router(
    "/v1",
    route_handlers=[
        list_organisations,
        join_organisation,
        get_organisation,
        update_organisation,
        list_members,
        set_member_roles,
        set_member_age,
        remove_member,
        invite_member,
    ],
    tags=["Organisations"],
)
