"""All formats by name, the recognition of a file's format, and the two doors `read` and `write`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.formats.exchange import Exported, Format, FormatError, Imported, Placement
from content.items import Item

FORMATS: dict[str, Format] = {}


def read(data: bytes, filename: str, placement: Placement, format: str | None = None) -> Imported:
    """Read a file of questions; its format is found from the bytes and the name unless given.

    Raises:
        FormatError: the file is refused as a whole.
    """
    chosen = _format(format or _detect(data, filename))
    if chosen.read is None:
        raise FormatError(f"{chosen.title} is only written, not read")
    return chosen.read(data, filename, placement)


def write(items: Sequence[Item], blobs: Mapping[str, bytes], format: str, title: str) -> Exported:
    """Write items as a file; `blobs` holds media by SHA-256, and one that is missing is a loss.

    Raises:
        FormatError: the format is unknown or only read.
    """
    chosen = _format(format)
    if chosen.write is None:
        raise FormatError(f"{chosen.title} is only read, not written")
    return chosen.write(items, blobs, title)


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise FormatError(f"{name!r} is no format; known are {', '.join(FORMATS)}")
    return FORMATS[name]


def _detect(data: bytes, filename: str) -> str:
    raise FormatError(
        f"the format of {filename!r} ({len(data)} bytes) is not recognised; known are {', '.join(FORMATS)}"
    )
