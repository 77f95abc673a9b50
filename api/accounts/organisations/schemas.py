"""Organisations on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.accounts.organisations.organisation import Role
from api.game.facts import AgeGroup
from api.lines import check_line
from api.wire import LINE_PATTERN, UUID7, Identifier, Instant, Wire

OrganisationName = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=100,
        pattern=LINE_PATTERN,
        description="What the organisation is called: no control characters.",
        examples=["Seaside School"],
    ),
]
Roles = Annotated[
    tuple[Role, ...],
    msgspec.Meta(min_length=1, max_length=6, description="Roles within the organisation.", examples=[["learner"]]),
]
InvitationCode = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=100,
        description="Opens an organisation once.",
        examples=["x3Yb1cNmTzq0JmK5rVtWfQ"],
    ),
]


class OrganisationView(Wire, frozen=True, kw_only=True):
    """An organisation, and the roles that whoever asks has in it."""

    id: Identifier
    name: OrganisationName
    roles: tuple[Role, ...]


class OrganisationList(Wire, frozen=True, kw_only=True):
    """The organisations one belongs to."""

    items: tuple[OrganisationView, ...]


class OrganisationPatch(Wire, frozen=True, kw_only=True):
    """What to change."""

    name: OrganisationName

    def __post_init__(self) -> None:
        check_line(self.name, "/name")


class MemberAge(Wire, frozen=True, kw_only=True):
    """The age group of a member: "under13", "under18" or "adult", "" for none."""

    age_group: AgeGroup


class Member(Wire, frozen=True, kw_only=True):
    """Somebody who belongs to an organisation."""

    learner_id: UUID7
    roles: tuple[Role, ...]
    since: Instant


class Members(Wire, frozen=True, kw_only=True):
    """A page of members in order of id. `nextCursor` asks for the next page; null on the last."""

    items: tuple[Member, ...]
    next_cursor: str | None


class MemberRoles(Wire, frozen=True, kw_only=True):
    """The roles a member shall have."""

    roles: Roles


class InvitationRequest(Wire, frozen=True, kw_only=True):
    """The roles that whoever takes the invitation gets."""

    roles: Roles


class InvitationCreated(Wire, frozen=True, kw_only=True):
    """A code to hand over. It is shown now and never again."""

    code: InvitationCode
    expires_at: Instant


class JoinRequest(Wire, frozen=True, kw_only=True):
    """The code of an invitation."""

    code: InvitationCode
