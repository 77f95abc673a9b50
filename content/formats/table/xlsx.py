"""XLSX workbooks: the cells of the sheets as text. Formulas are read as the values they had; nothing is calculated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.formats.archive import Archive
from content.formats.collector import Collector
from content.formats.exchange import FormatError, Imported, Placement
from content.formats.limits import MAX_ITEMS, MAX_TEXT
from content.formats.table.csv_file import MAX_COLUMNS, read_rows
from content.formats.xmltree import Node, parse_xml

_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def read_xlsx(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read the sheets of a workbook that hold questions.

    Raises:
        FormatError: no workbook, damaged, or without headings that are known.
    """
    archive = Archive(data)
    if "xl/workbook.xml" not in archive.names:
        raise FormatError("the zip file holds no workbook (xl/workbook.xml)")
    shared = _shared(archive)
    out = Collector("xlsx", placement)
    troubles: list[str] = []
    n_read = 0
    for name, path in _sheets(archive):
        rows = list(_rows(parse_xml(archive.read(path, MAX_TEXT)), shared))
        if not any(any(cell.strip() for cell in row) for row in rows):
            continue
        try:
            read_rows(out, rows)
            n_read += 1
        except FormatError as error:
            troubles.append(f"sheet {name!r}: {error}")
            out.lose("dropped", f"sheet {name!r}", "the sheet", str(error))
    if not n_read:
        raise FormatError("; ".join(troubles)[:600] or "the workbook holds no rows")
    return out.result()


def _sheets(archive: Archive) -> Iterator[tuple[str, str]]:
    links = {}
    if "xl/_rels/workbook.xml.rels" in archive.names:
        for node in parse_xml(archive.read("xl/_rels/workbook.xml.rels")).walk():
            links[node.get("Id")] = node.get("Target")
    for node in parse_xml(archive.read("xl/workbook.xml")).find_all("sheet"):
        target = links.get(node.get("id"), "").lstrip("/").removeprefix("xl/")
        path = archive.find(target, "xl/workbook.xml") if target else ""
        if path and node.get("state") != "veryHidden":
            yield node.get("name"), path


def _shared(archive: Archive) -> list[str]:
    path = "xl/sharedStrings.xml"
    if path not in archive.names:
        return []
    return [_text(node) for node in parse_xml(archive.read(path, MAX_TEXT)).named("si")]


def _text(node: Node) -> str:
    """Text of a string, without the readings that East Asian text brings along."""
    parts = []
    for child in node.nodes:
        if child.tag == "t":
            parts.append(child.text)
        elif child.tag == "r":
            parts.append("".join(t.text for t in child.named("t")))
    return "".join(parts)


def _rows(sheet: Node, shared: list[str]) -> Iterator[list[str]]:
    data = sheet.first("sheetData")
    for number, node in enumerate(data.named("row") if data else ()):
        if number > MAX_ITEMS:
            raise FormatError(f"the sheet has more than {MAX_ITEMS} rows: split it")
        row: list[str] = []
        for cell in node.named("c"):
            place = _column(cell.get("r"), len(row))
            if place >= MAX_COLUMNS:
                break
            row.extend([""] * (place - len(row)))
            row.append(_value(cell, shared))
        yield row


def _column(reference: str, otherwise: int) -> int:
    match = _CELL.fullmatch(reference)
    if not match:
        return otherwise
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return max(number - 1, otherwise)


def _value(cell: Node, shared: list[str]) -> str:
    kind, value = cell.get("t"), cell.value("v")
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    if kind == "inlineStr":
        inner = cell.first("is")
        return _text(inner) if inner else ""
    if kind == "b":
        return "true" if value == "1" else "false"
    if kind in ("str", "e"):
        return value if kind == "str" else ""
    return value[:-2] if re.fullmatch(r"-?\d+\.0", value) else value
