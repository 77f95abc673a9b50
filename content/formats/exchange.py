"""What passes between Pacer and the formats of others: items with their media, and a report of what was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec

from content.items import Item

LossKind = Literal["kept", "changed", "dropped"]


class FormatError(ValueError):
    """A whole file is refused; the message names the reason, and what to do about it where that helps."""


class DamagedError(FormatError):
    """A document cannot be read, though nothing in it is unsafe: of a package, the others may be read all the same."""


class Loss(msgspec.Struct, frozen=True):
    """What became of one thing on its way from one format to another.

    Attributes:
        kind: "kept" in another place, "changed", or "dropped".
        where: item and field ("oceans/hints"), or the place in the file that was read.
        what: the thing, as its author would name it.
        why: why it could not stay as it was.
    """

    kind: LossKind
    where: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.where}: {self.what}: {self.why}"


class Blob(msgspec.Struct, frozen=True):
    """A media file, known by the SHA-256 (hexadecimal) of its bytes; `type` is found from the bytes, not the name."""

    sha256: str
    type: str
    name: str
    data: bytes


def blob(data: bytes, media_type: str, name: str) -> Blob:
    """A media file with its hash."""
    return Blob(sha256(data).hexdigest(), media_type, name, data)


class Placement(msgspec.Struct, frozen=True):
    """Where imported items go that do not say so themselves."""

    skill: str
    band: str
    locale: str = "en"


class Imported(msgspec.Struct, frozen=True):
    """What a file holds. Every question is in `items`, or in `refused` with its reason; nothing is written anywhere.

    Attributes:
        format: key of `content.formats.registry.FORMATS`.
        items: fit to be served by `content.item_rules`, ids unique.
        blobs: media that the items name.
        losses: what was kept elsewhere, changed or dropped, file by file and item by item.
        refused: questions that give no item.
        title: of the whole, "" if the file has none.
    """

    format: str
    items: tuple[Item, ...]
    blobs: tuple[Blob, ...]
    losses: tuple[Loss, ...]
    refused: tuple[Loss, ...]
    title: str = ""


class Exported(msgspec.Struct, frozen=True):
    """A file to hand out, and what it could not hold."""

    format: str
    filename: str
    type: str
    data: bytes
    losses: tuple[Loss, ...]


Reader = Callable[[bytes, str, Placement], Imported]
Writer = Callable[[Sequence[Item], Mapping[str, bytes], str], Exported]


@dataclass(frozen=True)
class Format:
    """One format of others.

    Attributes:
        name: key in the registry.
        title: what people call it.
        suffixes: of its files, with the dot.
        read: from bytes, file name and placement; None if it is only written.
        write: from items, their media's bytes by hash, and a title; None if it is only read.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Reader | None = None
    write: Writer | None = None
