"""Names of imported items in a course that may have some of them already; pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import msgspec

from content.items import Item, Media

Existing = Literal["rename", "replace", "skip"]


def placed(items: Iterable[Item], taken: Collection[str], existing: Existing) -> list[Item]:
    """The items to write: those whose name is taken get a number behind it, take the other's place, or are left out."""
    used, found = set(taken), list[Item]()
    for item in items:
        if item.id not in used or existing == "replace":
            found.append(item)
        elif existing == "rename":
            found.append(msgspec.structs.replace(item, id=_free(item.id, used)))
        else:
            continue
        used.add(found[-1].id)
    return found


def _free(name: str, used: Collection[str]) -> str:
    number = 2
    while f"{name}-{number}" in used:
        number += 1
    return f"{name}-{number}"


def with_media(item: Item, kept: Mapping[str, Media]) -> Item:
    """The item naming media as they are kept: by their new hashes, and without those that are not."""
    if not item.media:
        return item
    media = [
        msgspec.structs.replace(kept[one.sha256], alt=one.alt, name=one.name)
        for one in item.media
        if one.sha256 in kept
    ]
    return msgspec.structs.replace(item, media=tuple(media))
