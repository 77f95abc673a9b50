"""All formats by name, and the two doors `read` and `write`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.formats.decoding import gunzip
from content.formats.detection import detect
from content.formats.exchange import Exported, Format, FormatError, Imported, Placement
from content.formats.gift.read import read_gift
from content.formats.limits import check_size
from content.formats.plain.aiken import read_aiken
from content.formats.plain.trivia import read_trivia
from content.formats.qti.read import read_qti
from content.items import Item

FORMATS: dict[str, Format] = {
    known.name: known
    for known in (
        Format("qti", "QTI 1.2, 2.1, 2.2, 3.0 and Common Cartridge", (".xml", ".zip", ".imscc"), read_qti),
        Format("gift", "GIFT", (".gift", ".txt"), read_gift),
        Format("aiken", "Aiken", (".txt",), read_aiken),
        Format("trivia", "Open Trivia text", (".txt", ""), read_trivia),
    )
}


def read(data: bytes, filename: str, placement: Placement, format: str | None = None) -> Imported:
    """Read a file of questions; its format is found from the bytes and the name unless given.

    Raises:
        FormatError: the file is refused as a whole; nothing of it is imported.
    """
    check_size(data)
    if data[:2] == b"\x1f\x8b":
        data, filename = gunzip(data), filename.removesuffix(".gz")
    chosen = _format(format or detect(data, filename))
    if chosen.read is None:
        raise FormatError(f"{chosen.title} is only written, not read")
    try:
        return chosen.read(data, filename, placement)
    except RecursionError as error:
        raise FormatError("the file is nested too deeply to be read") from error


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
