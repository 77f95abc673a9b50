"""What is wrong with a body: the place as a JSON Pointer, and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec
import msgspec.inspect

from api.wire import fault_of

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder of msgspec raises; the last for a body nested deeper than Python's stack."""
NAMED = ("Invalid value ", "Invalid enum value ")
MAX_SHOWN = 100


def fault_in(error: Exception, kind: Any, expected: str) -> tuple[str, str]:
    """Pointer and text of one of UNREADABLE, raised on decoding a `kind` from what should be `expected`."""
    if isinstance(error, RecursionError):
        return "", "nested too deeply"
    if not isinstance(error, msgspec.ValidationError):
        return "", f"not {expected}: {error}"
    pointer, detail = fault_of(str(error))
    if detail.startswith(NAMED) and (allowed := allowed_at(kind, pointer)):
        shown = detail if len(detail) <= MAX_SHOWN else f"{detail[:MAX_SHOWN]}…"
        detail = f"{shown}; allowed: {', '.join(allowed)}"
    return pointer, detail


def allowed_at(kind: Any, pointer: str) -> tuple[str, ...]:
    """What may stand at a place of a type that has a fixed set of values there: literals, or tags of a union."""
    kinds: tuple[msgspec.inspect.Type, ...] = tuple(_flat(_described(kind)))
    found: list[str] = []
    for step in pointer.split("/")[1:]:
        found = [str(one.tag) for one in _structs(kinds) if one.tag_field == step]
        kinds = tuple(inner for one in kinds for part in _inside(one, step) for inner in _flat(part))
    values = (value for one in kinds if isinstance(one, msgspec.inspect.LiteralType) for value in one.values)
    return tuple(sorted({*found, *map(str, values)}))


@cache
def _described(kind: Any) -> msgspec.inspect.Type:
    return msgspec.inspect.type_info(kind)


def _flat(kind: msgspec.inspect.Type) -> Iterator[msgspec.inspect.Type]:
    match kind:
        case msgspec.inspect.Metadata(type=inner):
            yield from _flat(inner)
        case msgspec.inspect.UnionType(types=types):
            for inner in types:
                yield from _flat(inner)
        case _:
            yield kind


def _structs(kinds: Iterable[msgspec.inspect.Type]) -> Iterator[msgspec.inspect.StructType]:
    return (kind for kind in kinds if isinstance(kind, msgspec.inspect.StructType))


def _inside(kind: msgspec.inspect.Type, step: str) -> Iterator[msgspec.inspect.Type]:
    """What a step of a pointer leads to."""
    match kind:
        case msgspec.inspect.StructType(fields=fields):
            yield from (field.type for field in fields if field.encode_name == step)
        case msgspec.inspect.DictType(value_type=inner):
            yield inner
        case msgspec.inspect.ListType(item_type=inner) | msgspec.inspect.VarTupleType(item_type=inner):
            yield inner
