"""A track: a course as its author wrote it, and its immutable, content-hashed published version."""

from __future__ import annotations

import msgspec

from content.graph import Skill
from content.items import Item, Template


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A difficulty band of a track, easiest first. `difficulty` is the prior of its items, in logits."""

    id: str
    title: str
    difficulty: float


class Unit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chapter: skills in the author's order."""

    id: str
    title: str
    skills: tuple[str, ...]


class Track(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A course. Units in order, their skills in order, is the author's order of the whole track."""

    id: str
    title: str
    description: str
    locale: str
    licence: str
    source: str
    bands: tuple[Band, ...]
    units: tuple[Unit, ...]
    skills: tuple[Skill, ...]
    items: tuple[Item, ...] = ()
    templates: tuple[Template, ...] = ()
