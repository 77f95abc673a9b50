"""Organisations, memberships and invitations as they are stored, and how they change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal, get_args

import msgspec

from api.accounts.account import Accounts, is_staying
from api.accounts.errors import InvitationError, MemberNotFoundError, OrganisationNotFoundError
from api.accounts.tokens import digest
from api.jobs.expiry import DAY, DAY_MS, day_of
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError
from api.wire import Clock

ORGANISATION, MEMBERSHIP, INVITATION = "organisation", "membership", "invitation"
HOME = "home"
"""Id of the organisation that is there from the start."""

HOME_NAME = "Pacer"
INVITATION_DAYS = 7
ATTEMPTS = 20
USED = "this invitation was used"
Role = Literal["learner", "author", "reviewer", "publisher", "educator", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """That a member is about to be an admin no more, since when (ms); see `api.accounts.organisations.admins`."""

    id: str
    learner_id: str
    since: int


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation. `created_at` is milliseconds since the epoch."""

    id: str
    name: str
    created_at: int
    endings: tuple[Ending, ...] = ()


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's roles in an organisation, since when (ms)."""

    id: str
    organisation_id: str
    learner_id: str
    roles: tuple[Role, ...]
    since: int


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of roles, stored under the digest of its code.

    Attributes:
        expires_at: milliseconds since the epoch; `day` is its day, by which it is removed then. An older server, beside
            newer ones, writes none.
        taken_by: the learner who took it, "" before.
        admitting: whether it was taken, and it is not certain yet that the learner was made a member.
    """

    id: str
    organisation_id: str
    roles: tuple[Role, ...]
    expires_at: int
    day: str = ""
    taken_by: str = ""
    admitting: bool = False


class Organisations:
    """Organisations on the Documents port."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._accounts = Accounts(documents)
        self.clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up, and see that the first organisation is there."""
        await self._documents.declare(ORGANISATION)
        await self._documents.declare(MEMBERSHIP, indexes=("organisation_id", "learner_id"))
        await self._documents.declare(INVITATION, indexes=("organisation_id", "taken_by", DAY))
        with suppress(VersionClashError):
            await self.create(HOME, HOME_NAME)

    async def create(self, id: str, name: str) -> Organisation:
        """A new organisation. Raises VersionClashError if the id is taken."""
        organisation = Organisation(id=id, name=name, created_at=self.clock())
        await self._documents.put(ORGANISATION, id, msgspec.json.encode(organisation), expected_version=0)
        return organisation

    async def get(self, id: str) -> Organisation:
        """An organisation. Raises OrganisationNotFoundError."""
        return (await self.load(id))[0]

    async def load(self, id: str) -> tuple[Organisation, int]:
        """An organisation and its version. Raises OrganisationNotFoundError."""
        document = await self._documents.get(ORGANISATION, id)
        if document is None:
            raise OrganisationNotFoundError(f"there is no organisation {id}")
        return msgspec.json.decode(document.body, type=Organisation), document.version

    async def replace(self, organisation: Organisation, version: int) -> None:
        """Write an organisation that still has this version. Raises VersionClashError."""
        await self._documents.put(ORGANISATION, organisation.id, msgspec.json.encode(organisation), version)

    async def edit(self, id: str, edit: Callable[[Organisation], Organisation]) -> None:
        """Replace an organisation by what `edit` makes of it. Raises OrganisationNotFoundError, VersionClashError."""
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self.load(id)
                await self.replace(edit(found), version)
                return
        raise VersionClashError(f"the organisation {id} is being changed by too many requests; try again")

    async def rename(self, id: str, name: str) -> None:
        """Give an organisation another name. Raises OrganisationNotFoundError, VersionClashError."""
        await self.edit(id, lambda found: msgspec.structs.replace(found, name=name))

    async def of(self, learner_id: str) -> list[Membership]:
        """A learner's memberships."""
        found = find_all(self._documents, MEMBERSHIP, "learner_id", learner_id)
        return [_membership(document) async for document in found]

    async def membership(self, organisation_id: str, learner_id: str) -> Membership | None:
        """A learner's membership in an organisation, or None."""
        document = await self._documents.get(MEMBERSHIP, membership_id(organisation_id, learner_id))
        return None if document is None else _membership(document)

    async def members(self, organisation_id: str, after: str = "", limit: int = 100) -> list[Membership]:
        """Members in order of id, after the learner with the id `after`."""
        after_id = membership_id(organisation_id, after) if after else ""
        found = await self._documents.find(MEMBERSHIP, "organisation_id", organisation_id, after_id, limit)
        return [_membership(document) for document in found]

    async def is_staying(self, learner_id: str) -> bool:
        """Whether a learner is there, and not about to leave."""
        return is_staying(await self._accounts.find(learner_id), self.clock())

    async def admit(self, organisation_id: str, learner_id: str, roles: tuple[Role, ...]) -> Membership:
        """Make somebody a member, or add roles to those they have."""
        fresh = Membership(
            id=membership_id(organisation_id, learner_id),
            organisation_id=organisation_id,
            learner_id=learner_id,
            roles=in_order(roles),
            since=self.clock(),
        )
        try:
            await self._documents.put(MEMBERSHIP, fresh.id, msgspec.json.encode(fresh), expected_version=0)
        except VersionClashError:
            return await self._add_roles(organisation_id, learner_id, roles)
        return fresh

    async def _add_roles(self, organisation_id: str, learner_id: str, roles: tuple[Role, ...]) -> Membership:
        for _ in range(ATTEMPTS):
            member, version = await self.load_member(organisation_id, learner_id)
            changed = with_roles(member, (*member.roles, *roles))
            with suppress(VersionClashError):
                await self.replace_member(member.id, changed, version)
                return changed
        raise VersionClashError(f"the membership {member.id} is being changed by too many requests; try again")

    async def load_member(self, organisation_id: str, learner_id: str) -> tuple[Membership, int]:
        """A membership and its version. Raises MemberNotFoundError."""
        document = await self._documents.get(MEMBERSHIP, membership_id(organisation_id, learner_id))
        if document is None:
            raise MemberNotFoundError(f"there is no member {learner_id}")
        return _membership(document), document.version

    async def replace_member(self, id: str, changed: Membership | None, version: int) -> None:
        """Write a membership that still has this version, or remove it, if None. Raises VersionClashError.

        Whatever may leave an organisation without an admin goes through `api.accounts.organisations.admins`.
        """
        if changed is not None:
            await self._documents.put(MEMBERSHIP, id, msgspec.json.encode(changed), version)
        elif not await self._documents.delete(MEMBERSHIP, id, version):
            raise VersionClashError(f"the membership {id} was removed by another request")

    async def forget(self, learner_id: str) -> None:
        """End all memberships of a learner."""
        for membership in await self.of(learner_id):
            await self._documents.delete(MEMBERSHIP, membership.id)

    async def invite(self, organisation_id: str, roles: tuple[Role, ...], code: str) -> Invitation:
        """Keep an offer of roles for whoever shows the code."""
        expires_at = self.clock() + INVITATION_DAYS * DAY_MS
        invitation = Invitation(
            id=digest(code),
            organisation_id=organisation_id,
            roles=in_order(roles),
            expires_at=expires_at,
            day=day_of(expires_at),
        )
        await self._documents.put(INVITATION, invitation.id, msgspec.json.encode(invitation), expected_version=0)
        return invitation

    async def accept(self, code: str, learner_id: str) -> Membership:
        """Make the learner who shows a code a member, once; a repetition finds what became of the membership.

        Raises:
            InvitationError: it has expired, was used by another, never was, or the membership has ended.
        """
        found = await self._take(digest(code), learner_id)
        if found.admitting:
            member = await self.admit(found.organisation_id, learner_id, found.roles)
            await self._settle(found.id)
            return member
        known = await self.membership(found.organisation_id, learner_id)
        if known is None:
            raise InvitationError(USED)
        return known

    async def settle(self, learner_id: str) -> None:
        """Let no invitation that a learner took give roles any more, also if a crash left it half done."""
        async for document in find_all(self._documents, INVITATION, "taken_by", learner_id):
            await self._settle(document.id)

    async def _take(self, id: str, learner_id: str) -> Invitation:
        """The invitation, taken by the learner now or before. Raises InvitationError."""
        for _ in range(ATTEMPTS):
            document = await self._documents.get(INVITATION, id)
            found = None if document is None else _invitation(document)
            if document is None or found is None or self.clock() >= found.expires_at:
                raise InvitationError("this invitation has expired, or never was")
            if found.taken_by == learner_id:
                return found
            if found.taken_by:
                raise InvitationError(USED)
            taken = msgspec.structs.replace(found, taken_by=learner_id, admitting=True)
            with suppress(VersionClashError):
                await self._documents.put(INVITATION, id, msgspec.json.encode(taken), document.version)
                return taken
        raise VersionClashError("this invitation is being used by too many requests; try again")

    async def _settle(self, id: str) -> None:
        for _ in range(ATTEMPTS):
            document = await self._documents.get(INVITATION, id)
            found = None if document is None else _invitation(document)
            if document is None or found is None or not found.admitting:
                return
            settled = msgspec.structs.replace(found, admitting=False)
            with suppress(VersionClashError):
                await self._documents.put(INVITATION, id, msgspec.json.encode(settled), document.version)
                return
        raise VersionClashError("this invitation is being used by too many requests; try again")


def membership_id(organisation_id: str, learner_id: str) -> str:
    """The id under which a membership is stored."""
    return f"{organisation_id}:{learner_id}"


def in_order(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Each role once, in the order of ROLES."""
    return tuple(role for role in ROLES if role in roles)


def with_roles(member: Membership, roles: tuple[Role, ...]) -> Membership:
    """The member with these roles in place of theirs."""
    return msgspec.structs.replace(member, roles=in_order(roles))


def _membership(document: Document) -> Membership:
    return msgspec.json.decode(document.body, type=Membership)


def _invitation(document: Document) -> Invitation:
    return msgspec.json.decode(document.body, type=Invitation)
