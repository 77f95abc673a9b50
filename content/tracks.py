"""A track: a course as its author wrote it, and its immutable, content-hashed published version."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Any

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
    """SHA-256 (hexadecimal) of the track's canonical JSON, see `_canonical`."""
    return content_hash_of(track)


def item_hash(item: Item) -> str:
    """SHA-256 (hexadecimal) of the item's canonical JSON: the version that attempts are bound to."""
    return content_hash_of(item)


def content_hash_of(content: Track | Skill | Item | Template) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON of content of any sort, see `_canonical`."""
    return sha256(msgspec.json.encode(_canonical(content), order="sorted")).hexdigest()


def _canonical(value: Any) -> Any:
    """Canonical form of JSON: keys sorted, no spaces, fields at their default left out, 20.0 written as 20, UTF-8.

    Equal values have one form, however they came to be: read from a file, decoded, or made in code.
    """
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, tuple | list):
        return [element if type(element) is str else _canonical(element) for element in value]
    if isinstance(value, dict):
        return {name: _canonical(element) for name, element in value.items()}
    if not isinstance(value, msgspec.Struct):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    tag, tag_field, defaults = _layout(type(value))
    kept = {tag_field: tag} if tag_field else {}
    for name, default in defaults:
        field = getattr(value, name)
        if field is not default and field != default:
            kept[name] = field if type(field) is str else _canonical(field)
    return kept


@lru_cache(maxsize=64)
def _layout(struct: type[msgspec.Struct]) -> tuple[Any, str | None, tuple[tuple[str, Any], ...]]:
    """Tag, its field, and all fields with defaults; a required field's stands for nothing that a value could be."""
    config = struct.__struct_config__
    defaults = tuple(
        (field.name, field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default)
        for field in msgspec.structs.fields(struct)
    )
    return config.tag, config.tag_field, defaults
