"""CSV: our own tables, which hold everything of an item but its media's bytes, and those of others."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from content.formats.collector import Collector, QuestionError
from content.formats.decoding import decode_text
from content.formats.exchange import Exported, FormatError, Imported, Loss, Placement
from content.formats.limits import MAX_ITEMS
from content.formats.names import slug
from content.formats.table.flat import MAX_CELL, columns, from_row, guard, to_row, unguard
from content.formats.table.foreign import ForeignRow, add_card, is_header
from content.items import Item

_DELIMITERS = ("\t", ";", ",", "|")
MAX_COLUMNS = 200


def read_csv(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read a table with commas, semicolons, tabs or bars.

    Raises:
        FormatError: no text, or no headings that are known.
    """
    text = decode_text(data)
    if text.lower().startswith("sep=") and "\n" in text:
        text = text.partition("\n")[2]
    first = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=lambda mark: (first.count(mark), -_DELIMITERS.index(mark)))
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MAX_ITEMS + 1 or len(row) > MAX_COLUMNS:
                raise FormatError(f"the table has more than {MAX_ITEMS} rows or {MAX_COLUMNS} columns")
    except csv.Error as error:
        raise FormatError(f"row {len(rows) + 1} is no CSV: {error}") from error
    out = Collector("csv", placement)
    read_rows(out, rows)
    return out.result()


def read_rows(out: Collector, rows: Sequence[Sequence[str]]) -> None:
    """Read the rows of a table.

    Raises:
        FormatError: the first row holds no headings that are known.
    """
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not filled:
        raise FormatError("the table holds no rows")
    header = [cell.strip() for cell in filled[0][1]]
    if {"kind", "id", "prompt"} <= set(header):
        for number, row in filled[1:]:
            _attempt_own(out, number, header, row)
    elif is_header(header):
        for number, row in filled[1:]:
            _attempt_foreign(out, number, header, row)
    elif all(len(_full(row)) == 2 for _, row in filled):
        out.lose("changed", "row 1", "no headings", "the first cell is asked for, the second is the answer")
        for number, row in filled:
            _attempt_card(out, number, _full(row))
    else:
        shown = ", ".join(header[:8])
        raise FormatError(f"the first row ({shown[:200]}) has no headings such as question, answer, option 1, option 2")


def _full(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _attempt_own(out: Collector, number: int, header: list[str], row: Sequence[str]) -> None:
    def make() -> None:
        if len(row) > len(header) and any(row[len(header) :]):
            raise QuestionError(f"the row has {len(row)} cells, the table {len(header)} columns")
        item = from_row({name: unguard(cell) for name, cell in zip(header, row, strict=False) if name})
        if out.free_id(item.id) != item.id:
            raise QuestionError(f"its id {item.id!r} is taken or no id")
        out.add(item)

    out.attempt(f"row {number}", row[0][:60] if row else "", make)


def _attempt_foreign(out: Collector, number: int, header: list[str], row: Sequence[str]) -> None:
    where = f"row {number}"
    out.attempt(where, next(iter(_full(row)), "")[:80], lambda: ForeignRow(out, where, header, row).add())


def _attempt_card(out: Collector, number: int, cells: list[str]) -> None:
    out.attempt(f"row {number}", cells[0][:80], lambda: add_card(out, f"row {number}", cells[0], cells[1]))


def write_csv(items: Sequence[Item], blobs: Mapping[str, bytes], title: str) -> Exported:  # noqa: ARG001
    """A table in UTF-8 with every field of every item; media are named, their bytes left out."""
    losses: list[Loss] = []
    out = StringIO(newline="")
    writer = csv.DictWriter(out, columns(), lineterminator="\r\n")
    writer.writeheader()
    for item in items:
        row = to_row(item)
        for name, cell in row.items():
            if len(cell) > MAX_CELL:
                losses.append(Loss("changed", f"{item.id}/{name}", "a long text", "spreadsheets cut such cells off"))
        for media in item.media:
            why = "a table holds no files, only their names and hashes"
            losses.append(Loss("dropped", f"{item.id}/media", f"the bytes of {media.name or media.sha256}", why))
        writer.writerow({name: guard(cell) for name, cell in row.items()})
    data = out.getvalue().encode("utf-8-sig")
    return Exported("csv", f"{slug(title, 'items')}.csv", "text/csv; charset=utf-8", data, tuple(losses))
