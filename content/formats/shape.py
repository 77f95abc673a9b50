"""Whether plain data has the shape of a struct: every departure at once, where msgspec stops at the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import msgspec
from msgspec import inspect

from content.faults import join_pointer


@dataclass(frozen=True)
class ShapeFault:
    """A value of the wrong shape; `pointer` is relative to the data that was looked at."""

    pointer: str
    message: str
    fix: str


def find_shape_faults(value: object, of: Any) -> list[ShapeFault]:
    """Every place where `value` is not what the type `of` asks for; none if `msgspec.convert` would take it."""
    return list(_walk(value, inspect.type_info(of), ""))


def _walk(value: object, kind: inspect.Type, pointer: str) -> Iterator[ShapeFault]:
    if isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        yield from _walk_union(value, kind, pointer)
    elif isinstance(kind, inspect.StructType):
        yield from _walk_struct(value, kind, pointer)
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        if isinstance(value, list):
            for k, element in enumerate(value):
                yield from _walk(element, kind.item_type, f"{pointer}/{k}")
        else:
            yield _mismatch(value, kind, pointer)
    elif isinstance(kind, inspect.DictType):
        if isinstance(value, dict):
            for name, element in value.items():
                yield from _walk(element, kind.value_type, join_pointer(pointer, name))
        else:
            yield _mismatch(value, kind, pointer)
    elif not _is_leaf(value, kind):
        yield _mismatch(value, kind, pointer)


def _walk_union(value: object, kind: inspect.UnionType, pointer: str) -> Iterator[ShapeFault]:
    structs = [one for one in kind.types if isinstance(one, inspect.StructType) and one.tag_field]
    if not structs:
        if not any(not list(_walk(value, one, pointer)) for one in kind.types):
            yield _mismatch(value, kind, pointer)
        return
    if not isinstance(value, dict):
        yield _mismatch(value, structs[0], pointer)
        return
    field = structs[0].tag_field or "kind"
    tags = [str(one.tag) for one in structs]
    tag = value.get(field)
    chosen = next((one for one in structs if one.tag == tag), None)
    if chosen is None:
        message = f"{field} is missing." if tag is None else f"{tag!r} is no {field}."
        place = pointer if tag is None else join_pointer(pointer, field)
        yield ShapeFault(place, message, f"Write {field}: followed by one of {', '.join(tags)}.")
        return
    yield from _walk_struct(value, chosen, pointer)


def _walk_struct(value: object, kind: inspect.StructType, pointer: str) -> Iterator[ShapeFault]:
    if not isinstance(value, dict):
        yield _mismatch(value, kind, pointer)
        return
    fields = {field.encode_name: field for field in kind.fields}
    for name in value:
        if name not in fields and name != kind.tag_field:
            near = get_close_matches(name, fields, n=1)
            fix = f"Did you mean {near[0]!r}?" if near else f"Remove it; allowed are {', '.join(fields)}."
            yield ShapeFault(join_pointer(pointer, name), f"{name!r} is no field here.", fix)
    for name, field in fields.items():
        if name in value:
            yield from _walk(value[name], field.type, join_pointer(pointer, name))
        elif field.required:
            yield ShapeFault(pointer, f"the field {name!r} is missing.", f"Add {name}: {_wanted(field.type)}.")


def _is_leaf(value: object, kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.AnyType):
        return True
    if isinstance(kind, inspect.StrType):
        return isinstance(value, str)
    if isinstance(kind, inspect.BoolType):
        return isinstance(value, bool)
    if isinstance(kind, inspect.IntType):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(kind, inspect.FloatType):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(kind, inspect.NoneType):
        return value is None
    if isinstance(kind, inspect.LiteralType):
        return value in kind.values
    raise TypeError(f"content structs may not have fields of type {kind!r}")


def _mismatch(value: object, kind: inspect.Type, pointer: str) -> ShapeFault:
    wanted = _wanted(kind)
    fix = f"Write {wanted} here."
    if isinstance(kind, inspect.StrType) and isinstance(value, int | float | bool):
        fix = f'Put it in quotes: "{msgspec.json.encode(value).decode()}".'
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType) and isinstance(value, str):
        fix = "Put it in square brackets, to make a list of one."
    return ShapeFault(pointer, f"{_given(value)} stands where {wanted} is expected.", fix)


def _given(value: object) -> str:
    if value is None:
        return "nothing (null)"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _wanted(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        return " or ".join(dict.fromkeys(_wanted(one) for one in kind.types))
    if isinstance(kind, inspect.LiteralType):
        return " or ".join(repr(value) for value in kind.values)
    names: dict[type, str] = {
        inspect.StrType: "text",
        inspect.BoolType: "true or false",
        inspect.IntType: "a whole number",
        inspect.FloatType: "a number",
        inspect.NoneType: "nothing",
        inspect.VarTupleType: "a list",
        inspect.ListType: "a list",
    }
    return names.get(type(kind), "a mapping")
