"""A track: a course as its author wrote it, and its immutable, content-hashed published version."""

from __future__ import annotations

from hashlib import sha256

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


class PublishedTrack(msgspec.Struct, frozen=True, kw_only=True):
    """A track as learners get it: never changed, and known by its content. `version` is `content_hash(track)`."""

    track: Track
    version: str


def publish(track: Track) -> PublishedTrack:
    """Fix a track under the hash of its content; equal content gives an equal version."""
    return PublishedTrack(track=track, version=content_hash(track))


def content_hash(track: Track) -> str:
    """SHA-256 (hexadecimal) of the track's canonical JSON."""
    return _sha256(track)


def item_hash(item: Item) -> str:
    """SHA-256 (hexadecimal) of the item's canonical JSON: the version that attempts are bound to."""
    return _sha256(item)


def _sha256(content: Track | Item) -> str:
    """Canonical JSON: keys sorted, no spaces, defaults left out, numbers in their shortest form, UTF-8."""
    return sha256(msgspec.json.encode(content, order="sorted")).hexdigest()
