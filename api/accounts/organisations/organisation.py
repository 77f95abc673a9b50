"""Organisations, memberships and invitations as they are stored, and how they change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal, get_args

import msgspec

from api.accounts.errors import InvitationError, MemberNotFoundError, OrganisationNotFoundError
from api.accounts.tokens import digest
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError
from api.wire import Clock

ORGANISATION, MEMBERSHIP, INVITATION = "organisation", "membership", "invitation"
HOME = "home"
"""Id of the organisation that is there from the start."""

HOME_NAME = "Pacer"
INVITATION_DAYS = 7
DAY_MS = 86_400_000
ATTEMPTS = 20
Role = Literal["learner", "author", "reviewer", "publisher", "educator", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation. `created_at` is milliseconds since the epoch."""

    id: str
    name: str
    created_at: int


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's roles in an organisation, since when (ms)."""

    id: str
    organisation_id: str
    learner_id: str
    roles: tuple[Role, ...]
    since: int


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of roles, stored under the digest of its code. `taken_by` is the learner who took it, "" before."""

    id: str
    organisation_id: str
    roles: tuple[Role, ...]
    expires_at: int
    taken_by: str = ""


class Organisations:
    """Organisations on the Documents port."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up, and see that the first organisation is there."""
        await self._documents.declare(ORGANISATION)
        await self._documents.declare(MEMBERSHIP, indexes=("organisation_id", "learner_id"))
        await self._documents.declare(INVITATION, indexes=("organisation_id",))
        with suppress(VersionClashError):
            await self.create(HOME, HOME_NAME)

    async def create(self, id: str, name: str) -> Organisation:
        """A new organisation. Raises VersionClashError if the id is taken."""
        organisation = Organisation(id=id, name=name, created_at=self._clock())
        await self._documents.put(ORGANISATION, id, msgspec.json.encode(organisation), expected_version=0)
        return organisation

    async def get(self, id: str) -> Organisation:
        """An organisation. Raises OrganisationNotFoundError."""
        document = await self._documents.get(ORGANISATION, id)
        if document is None:
            raise OrganisationNotFoundError(f"there is no organisation {id}")
        return msgspec.json.decode(document.body, type=Organisation)

    async def rename(self, id: str, name: str) -> Organisation:
        """Give an organisation another name. Raises OrganisationNotFoundError."""
        organisation = msgspec.structs.replace(await self.get(id), name=name)
        await self._documents.put(ORGANISATION, id, msgspec.json.encode(organisation))
        return organisation

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

    async def admit(self, organisation_id: str, learner_id: str, roles: tuple[Role, ...]) -> Membership:
        """Make somebody a member, or add roles to those they have."""
        fresh = Membership(
            id=membership_id(organisation_id, learner_id),
            organisation_id=organisation_id,
            learner_id=learner_id,
            roles=in_order(roles),
            since=self._clock(),
        )
        try:
            await self._documents.put(MEMBERSHIP, fresh.id, msgspec.json.encode(fresh), expected_version=0)
        except VersionClashError:
            return await self.change(
                organisation_id, learner_id, lambda member: _with_roles(member, (*member.roles, *roles))
            )
        return fresh

    async def set_roles(self, organisation_id: str, learner_id: str, roles: tuple[Role, ...]) -> Membership:
        """Replace a member's roles. Raises MemberNotFoundError."""
        return await self.change(organisation_id, learner_id, lambda member: _with_roles(member, roles))

    async def change(
        self, organisation_id: str, learner_id: str, edit: Callable[[Membership], Membership]
    ) -> Membership:
        """Replace a membership by what `edit` makes of it. Raises MemberNotFoundError."""
        id = membership_id(organisation_id, learner_id)
        for _ in range(ATTEMPTS):
            document = await self._documents.get(MEMBERSHIP, id)
            if document is None:
                raise MemberNotFoundError(f"there is no member {learner_id}")
            changed = edit(_membership(document))
            try:
                await self._documents.put(MEMBERSHIP, id, msgspec.json.encode(changed), document.version)
            except VersionClashError:
                continue
            return changed
        raise VersionClashError(f"the membership {id} is being changed by too many requests; try again")

    async def remove(self, organisation_id: str, learner_id: str) -> None:
        """End a membership. Raises MemberNotFoundError."""
        if not await self._documents.delete(MEMBERSHIP, membership_id(organisation_id, learner_id)):
            raise MemberNotFoundError(f"there is no member {learner_id}")

    async def forget(self, learner_id: str) -> None:
        """End all memberships of a learner."""
        for membership in await self.of(learner_id):
            await self._documents.delete(MEMBERSHIP, membership.id)

    async def invite(self, organisation_id: str, roles: tuple[Role, ...], code: str) -> Invitation:
        """Keep an offer of roles for whoever shows the code."""
        invitation = Invitation(
            id=digest(code),
            organisation_id=organisation_id,
            roles=in_order(roles),
            expires_at=self._clock() + INVITATION_DAYS * DAY_MS,
        )
        await self._documents.put(INVITATION, invitation.id, msgspec.json.encode(invitation), expected_version=0)
        return invitation

    async def accept(self, code: str, learner_id: str) -> Membership:
        """Make the learner who shows a code a member, once; the same learner may repeat it.

        Raises:
            InvitationError: it has expired, was used by another, or never was.
        """
        for _ in range(ATTEMPTS):
            document = await self._documents.get(INVITATION, digest(code))
            found = None if document is None else msgspec.json.decode(document.body, type=Invitation)
            if document is None or found is None or self._clock() >= found.expires_at:
                raise InvitationError("this invitation has expired, or never was")
            if found.taken_by not in ("", learner_id):
                raise InvitationError("this invitation was used")
            taken = msgspec.structs.replace(found, taken_by=learner_id)
            try:
                if taken != found:
                    await self._documents.put(INVITATION, found.id, msgspec.json.encode(taken), document.version)
            except VersionClashError:
                continue
            return await self.admit(found.organisation_id, learner_id, found.roles)
        raise VersionClashError("this invitation is being used by too many requests; try again")


def membership_id(organisation_id: str, learner_id: str) -> str:
    """The id under which a membership is stored."""
    return f"{organisation_id}:{learner_id}"


def in_order(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Each role once, in the order of ROLES."""
    return tuple(role for role in ROLES if role in roles)


def _with_roles(member: Membership, roles: tuple[Role, ...]) -> Membership:
    return msgspec.structs.replace(member, roles=in_order(roles))


def _membership(document: Document) -> Membership:
    return msgspec.json.decode(document.body, type=Membership)
