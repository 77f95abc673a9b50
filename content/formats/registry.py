"""All formats by name, and the two doors `read` and `write`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.formats.anki.read import read_anki
from content.formats.anki.write import write_anki
from content.formats.decoding import gunzip
from content.formats.detection import detect
from content.formats.exchange import Exported, Format, FormatError, Imported, Placement
from content.formats.gift.read import read_gift
from content.formats.gift.write import write_gift
from content.formats.h5p.read import read_h5p
from content.formats.limits import check_size
from content.formats.moodle.read import read_moodle
from content.formats.moodle.write import write_moodle
from content.formats.plain.aiken import read_aiken
from content.formats.plain.trivia import read_trivia
from content.formats.qti.read import read_qti
from content.formats.qti.write import write_qti
from content.formats.table.csv_file import read_csv, write_csv
from content.formats.table.xlsx import read_xlsx
from content.formats.yaml_items import read_yaml, write_yaml
from content.items import Item

FORMATS: dict[str, Format] = {
    known.name: known
    for known in (
        Format("qti", "QTI 1.2, 2.1, 2.2, 3.0 and Common Cartridge", (".xml", ".zip", ".imscc"), read_qti, write_qti),
        Format("moodle", "Moodle XML", (".xml",), read_moodle, write_moodle),
        Format("gift", "GIFT", (".gift", ".txt"), read_gift, write_gift),
        Format("aiken", "Aiken", (".txt",), read_aiken),
        Format("trivia", "Open Trivia text", (".txt", ""), read_trivia),
        Format("anki", "Anki deck", (".apkg", ".colpkg"), read_anki, write_anki),
        Format("csv", "CSV", (".csv", ".tsv"), read_csv, write_csv),
        Format("xlsx", "Excel workbook", (".xlsx",), read_xlsx),
        Format("h5p", "H5P package", (".h5p",), read_h5p),
        Format("yaml", "Pacer's YAML", (".yaml", ".yml", ".zip"), read_yaml, write_yaml),
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
