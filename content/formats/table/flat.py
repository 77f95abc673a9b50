"""An item as a row of texts that reads back to it: simple fields as they are, lists by line, the rest as JSON.

The columns are the fields of `content.items`, whatever kinds there are; an empty cell is a field left at its default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, get_args

import msgspec
from msgspec import inspect

from content.formats.collector import QuestionError
from content.items import Item, ItemBase, Option

MAX_CELL = 32_000
"""Characters that fit into a cell of a spreadsheet, with room to spare."""
_FIRST = ("kind", "id", "skills", "band", "prompt", "text", "statement", "options", "left", "right", "key", "accepted")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_OPTION = re.compile(r"([a-zA-Z0-9._-]{1,80}): (.*)")


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[ItemBase]]:
    """The structs of all kinds by their tag."""
    return {str(kind.__struct_config__.tag): kind for kind in get_args(Item)}


@lru_cache(maxsize=1)
def columns() -> list[str]:
    """All columns, the ones an author reads first in front."""
    names = {field.name for kind in kinds().values() for field in fields_of(kind)}
    first = [name for name in _FIRST if name in names or name == "kind"]
    return first + sorted(names - set(first))


def to_row(item: Item) -> dict[str, str]:
    """Texts by column, only of the fields that differ from their defaults."""
    row = {"kind": str(item.__struct_config__.tag)}
    for field in fields_of(type(item)):
        value = getattr(item, field.name)
        default = field.default if field.default is not msgspec.NODEFAULT else _made(field)
        if value != default:
            row[field.name] = _cell(value)
    return row


def _made(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not msgspec.NODEFAULT else msgspec.NODEFAULT


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and value and all(_plain_line(one) for one in value):
        return "\n".join(value)
    if isinstance(value, tuple) and value and all(_plain_option(one) for one in value):
        return "\n".join(f"{one.id}: {one.text}" for one in value)
    return msgspec.json.encode(value).decode()


def _plain_line(value: object) -> bool:
    return (
        isinstance(value, str) and bool(value) and value == value.strip() and not re.search(r"[\n\r]|^[\[{\"]", value)
    )


def _plain_option(value: object) -> bool:
    return isinstance(value, Option) and _plain_line(value.text) and bool(_OPTION.fullmatch(f"{value.id}: x"))


@cache
def fields_of(kind: type[ItemBase]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The fields of a kind of item; finding them costs more than a row."""
    return msgspec.structs.fields(kind)


@cache
def _type_of(of: Any) -> inspect.Type:
    return inspect.type_info(of)


def from_row(row: Mapping[str, str]) -> Item:
    """The item of a row.

    Raises:
        QuestionError: a cell does not hold what its column asks for.
    """
    kind = kinds().get(row.get("kind", "").strip())
    if kind is None:
        raise QuestionError(f"{row.get('kind', '')[:40]!r} is no kind; kinds are {', '.join(kinds())}")
    fields = {field.name: field for field in fields_of(kind)}
    values: dict[str, Any] = {"kind": row["kind"].strip()}
    for name, text in row.items():
        if name == "kind" or text == "":
            continue
        if name not in fields:
            raise QuestionError(f"a {row['kind'].strip()} has no field {name!r}")
        values[name] = _value(text, fields[name].type, name)
    try:
        item: Item = msgspec.convert(values, Item)
    except msgspec.ValidationError as error:
        raise QuestionError(str(error)) from error
    return item


def _value(text: str, of: Any, name: str) -> Any:
    kind = _type_of(of)
    if isinstance(kind, inspect.StrType) or (isinstance(kind, inspect.LiteralType) and text in kind.values):
        return text
    if isinstance(kind, inspect.VarTupleType) and text[:1] not in "[{":
        lines = [line for line in text.split("\n") if line.strip()]
        if isinstance(kind.item_type, inspect.StructType) and kind.item_type.cls is Option:
            return [_option(line.strip(), name) for line in lines]
        return [line.strip() for line in lines]
    try:
        return msgspec.json.decode(text.strip().lower() if text.strip().lower() in ("true", "false") else text)
    except msgspec.DecodeError as error:
        raise QuestionError(f"column {name!r} holds {text[:60]!r}, which cannot be read: {error}") from error


def _option(line: str, name: str) -> dict[str, str]:
    match = _OPTION.fullmatch(line)
    if not match:
        raise QuestionError(f"column {name!r} holds {line[:60]!r}; an option is written 'id: text', one a line")
    return {"id": match[1], "text": match[2]}


def guard(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula; `unguard` takes the apostrophe off again."""
    return "'" + text if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The cell without the apostrophe of `guard`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
