"""Versions on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.authoring.publishing.changes import Kind
from api.authoring.reviews.schemas import Note
from api.authoring.schemas import Name
from api.wire import Identifier, Instant, Wire

MAX_NAMED = 20_000


class SkillInto(Wire, frozen=True, kw_only=True):
    """What became of a skill of the version before: the skills that took it up; none if it is retired."""

    skill: Name
    into: Annotated[tuple[Name, ...], msgspec.Meta(max_length=50)]


class PublishRequest(Wire, frozen=True, kw_only=True):
    """What to say of a new version.

    Attributes:
        keep_statistics: items that read otherwise, and of which what was measured is to hold all the same.
        skill_map: skills that were renamed, split or merged. One that is gone and not named is retired.
    """

    note: Note = ""
    keep_statistics: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MAX_NAMED)] = ()
    skill_map: Annotated[tuple[SkillInto, ...], msgspec.Meta(max_length=MAX_NAMED)] = ()


class ItemChangeView(Wire, frozen=True, kw_only=True):
    """What became of an item.

    Attributes:
        kind: cosmetic: it reads the same; wording: it reads otherwise; key: another answer is right, or another task.
        statistics: carry: what was measured before still holds; restart: it is measured anew.
        before, after: hashes of its content, to which attempts are bound; empty where it is not there.
    """

    id: str
    kind: Kind
    statistics: Annotated[str, msgspec.Meta(examples=["carry"], extra_json_schema={"enum": ["carry", "restart"]})]
    fields: tuple[str, ...]
    before: str
    after: str


class SkillFateView(Wire, frozen=True, kw_only=True):
    """What became of a skill: renamed, split, merged or retired."""

    skill: str
    fate: str
    into: tuple[str, ...]


class VersionView(Wire, frozen=True, kw_only=True):
    """A published version. `track` is the hash that learners' enrolments name; `live` whether they enrol in it now."""

    number: int
    track: str
    live: bool
    published_by: str
    published_at: Instant
    review_id: Identifier
    note: str
    n_skills: int
    n_items: int
    n_changed: int


class VersionDetail(VersionView, frozen=True, kw_only=True):
    """A version, and what differs from the one before; of the first, nothing is listed."""

    items: tuple[ItemChangeView, ...]
    skills: tuple[SkillFateView, ...]


class VersionPage(Wire, frozen=True, kw_only=True):
    """Versions, the oldest first. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[VersionView, ...]
    next_cursor: str | None


class LiveRequest(Wire, frozen=True, kw_only=True):
    """The version that learners shall enrol in from now on: an older one to roll back, null to retire the track."""

    version: Annotated[int, msgspec.Meta(ge=1, le=999_999)] | None


class DifferenceView(Wire, frozen=True, kw_only=True):
    """What differs between two states of a course; 0 is the draft. `header` names fields above skills and items."""

    old: int
    new: int
    header: tuple[str, ...]
    items: tuple[ItemChangeView, ...]
    skills: tuple[SkillFateView, ...]
