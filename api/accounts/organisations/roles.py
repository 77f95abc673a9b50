"""What a role opens: a route says `opt=needs("author")`, and the gate asks here.

Roles are read from the store with each request to such a route, so that what is taken away is gone at once.
"""

from __future__ import annotations

from typing import Any

from api.accounts.errors import ForbiddenError, OrganisationNotFoundError
from api.accounts.organisations.organisation import Organisations, Role
from api.wire import Slot

ORGANISATIONS: Slot[Organisations] = Slot("organisations")
PLACE = "organisation_id"
"""Name of the path parameter that says in which organisation the role is needed."""


def needs(*roles: Role) -> dict[str, Any]:
    """`opt=needs("author", "admin")`: one of these roles; in the organisation of the path, or in any."""
    return {"roles": frozenset(roles)}


def belongs() -> dict[str, Any]:
    """`opt=belongs()`: a member of the organisation of the path, in whatever role."""
    return {"roles": frozenset[Role]()}


async def check_roles(organisations: Organisations, learner_id: str, roles: frozenset[Role], place: str | None) -> None:
    """Let a learner with one of the roles pass; no roles means that any member may.

    Raises:
        OrganisationNotFoundError: the learner does not belong to the organisation of the path, if there is one.
        ForbiddenError: the learner has none of the roles.
    """
    memberships = await organisations.of(learner_id)
    if place is not None:
        memberships = [membership for membership in memberships if membership.organisation_id == place]
        if not memberships:
            raise OrganisationNotFoundError(f"there is no organisation {place}")
    if roles and not any(roles.intersection(membership.roles) for membership in memberships):
        raise ForbiddenError(f"this needs the role {' or '.join(sorted(roles))}")
