"""Merging on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.wire import UUID7, Wire


class MergeRequest(Wire, frozen=True, kw_only=True):
    """The guest who is to become part of the account that asks.

    Attributes:
        guest_access_token: proves that the guest is theirs as well.
    """

    guest_access_token: Annotated[str, msgspec.Meta(min_length=1, max_length=4_096)]


class MergePart(Wire, frozen=True, kw_only=True):
    """What a learner brings."""

    events: int
    enrolments: int
    xp: int
    streak_days: int


class MergePreview(Wire, frozen=True, kw_only=True):
    """What merging would bring.

    Attributes:
        conflicts: events of the guest that stand in the account under the same id with other content; they stay out.
    """

    guest: MergePart
    account: MergePart
    together: MergePart
    conflicts: int


class Merged(Wire, frozen=True, kw_only=True):
    """Done. `events` came to the account with this request; when it is sent again, none are left."""

    learner_id: UUID7
    guest_id: UUID7
    events: int
