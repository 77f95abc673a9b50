"""Changes that may leave an organisation without an admin: they are announced in its document by compare and set.

An announcement is written before the membership changes, and withdrawn after. Whoever is announced counts as an admin
no more, so that of two admins who go at the same moment the second is refused. What a process that died left behind is
lifted by the next change after a minute: the membership gets a new version first, so that a change which was only slow
finds it moved, and begins again.

Who leaves for good announces it wherever they are an admin, then is marked, and announces it wherever they became one
meanwhile: whoever is marked counts no more either, so that nothing is removed before it is certain that they can go.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from api.accounts.errors import LastAdminError, MemberNotFoundError
from api.accounts.organisations.organisation import (
    ATTEMPTS,
    Ending,
    Membership,
    Organisation,
    Organisations,
    Role,
    with_roles,
)
from api.store.ports import StoreError, VersionClashError
from api.wire import new_id

STALE_MS = 60_000


async def set_roles(
    organisations: Organisations, organisation_id: str, learner_id: str, roles: tuple[Role, ...]
) -> Membership:
    """Replace a member's roles. Raises MemberNotFoundError, LastAdminError, VersionClashError."""
    await organisations.settle(learner_id)
    for _ in range(ATTEMPTS):
        with suppress(VersionClashError):
            member, version = await organisations.load_member(organisation_id, learner_id)
            changed = with_roles(member, roles)
            await _change(organisations, member, changed, version)
            return changed
    raise VersionClashError(f"the members of {organisation_id} are being changed by too many requests; try again")


async def remove(organisations: Organisations, organisation_id: str, learner_id: str) -> None:
    """End a membership. Raises MemberNotFoundError, LastAdminError, VersionClashError."""
    await organisations.settle(learner_id)
    for _ in range(ATTEMPTS):
        with suppress(VersionClashError):
            member, version = await organisations.load_member(organisation_id, learner_id)
            await _change(organisations, member, None, version)
            return
    raise VersionClashError(f"the members of {organisation_id} are being changed by too many requests; try again")


Announced = list[tuple[str, Ending]]
"""Announcements with the ids of the organisations in whose documents they are."""


async def announce_leaving(organisations: Organisations, learner_id: str) -> Announced:
    """Say that a learner stops to be an admin wherever they are one, or nowhere. No membership changes.

    Raises LastAdminError, StoreError.
    """
    announced: Announced = []
    try:
        for member in await organisations.of(learner_id):
            if "admin" in member.roles:
                announced.append((member.organisation_id, await _announce_soon(organisations, member)))
    except (LastAdminError, StoreError):
        await withdraw(organisations, announced)
        raise
    return announced


async def withdraw(organisations: Organisations, announced: Announced) -> None:
    """Take announcements back; what the store does not take now is lifted by the next change after a minute."""
    for organisation_id, ending in announced:
        with suppress(StoreError):
            await _withdraw(organisations, organisation_id, ending)


async def _announce_soon(organisations: Organisations, member: Membership) -> Ending:
    for _ in range(ATTEMPTS):
        with suppress(VersionClashError):
            return await _announce(organisations, member)
    raise VersionClashError(
        f"the members of {member.organisation_id} are being changed by too many requests; try again"
    )


async def _change(organisations: Organisations, member: Membership, changed: Membership | None, version: int) -> None:
    """Replace a membership (by nothing, if None) that still has this version; the organisation keeps an admin.

    Raises VersionClashError if something else changed, and nothing was done.
    """
    if "admin" not in member.roles or (changed is not None and "admin" in changed.roles):
        await organisations.replace_member(member.id, changed, version)
        return
    ending = await _announce(organisations, member)
    try:
        await organisations.replace_member(member.id, changed, version)
    except VersionClashError:
        await _withdraw(organisations, member.organisation_id, ending)
        raise
    with suppress(StoreError):  # it is done; what is left of the announcement is lifted by the next one
        await _withdraw(organisations, member.organisation_id, ending)


async def _announce(organisations: Organisations, member: Membership) -> Ending:
    """Say that a member stops to be an admin, if another stays one. Raises LastAdminError, VersionClashError."""
    organisation, version = await organisations.load(member.organisation_id)
    now = organisations.clock()
    endings = await _standing(organisations, organisation, now)
    if not await _another_admin(organisations, member, {each.learner_id for each in endings}):
        raise LastAdminError(f"the organisation {organisation.id} keeps an admin; make another member admin first")
    ending = Ending(id=new_id(), learner_id=member.learner_id, since=now)
    await organisations.replace(msgspec.structs.replace(organisation, endings=(*endings, ending)), version)
    return ending


async def _standing(organisations: Organisations, organisation: Organisation, now: int) -> tuple[Ending, ...]:
    """The announcements that count still. A member with another gets a new version."""
    for ending in organisation.endings:
        if now - ending.since >= STALE_MS:
            with suppress(MemberNotFoundError):
                member, version = await organisations.load_member(organisation.id, ending.learner_id)
                await organisations.replace_member(member.id, member, version)
    return tuple(ending for ending in organisation.endings if now - ending.since < STALE_MS)


async def _another_admin(organisations: Organisations, member: Membership, going: set[str]) -> bool:
    after = ""
    while page := await organisations.members(member.organisation_id, after):
        for other in page:
            left = other.learner_id in {member.learner_id, *going}
            if "admin" in other.roles and not left and await organisations.is_staying(other.learner_id):
                return True
        after = page[-1].learner_id
    return False


async def _withdraw(organisations: Organisations, organisation_id: str, ending: Ending) -> None:
    await organisations.edit(
        organisation_id,
        lambda found: msgspec.structs.replace(
            found, endings=tuple(each for each in found.endings if each.id != ending.id)
        ),
    )
