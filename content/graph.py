"""Skills and what must be known before what: a directed acyclic graph, checked whole and compiled to arrays."""

from __future__ import annotations

import msgspec


class Skill(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that can be learned.

    Attributes:
        id: stable within the track, lower-case words joined by hyphens.
        prerequisites: ids of skills that should be known first.
        case_id: identifier in a CASE competency framework, if it has one.
    """

    id: str
    title: str
    description: str = ""
    prerequisites: tuple[str, ...] = ()
    case_id: str = ""
