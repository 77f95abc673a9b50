"""Skills, items and templates on the wire: the structs of `content`, their fields in camelCase.

Only names of fields are renamed: what is named by an author, such as options, gaps and locales, is left as it is.
"""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import msgspec
from msgspec import inspect

from api.wire import WireError
from content.faults import join_pointer
from content.formats.shape import find_shape_faults
from content.graph import Skill
from content.items import Item, Template

Form = dict[str, Any]
TEMPLATE = "template"
"""The `kind` of a template, which stands among the items."""


def camel(name: str) -> str:
    """snake_case to camelCase."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def form_of(value: Skill | Item | Template) -> Form:
    """A skill, an item or a template as it goes over the wire."""
    found: Form = _renamed(msgspec.to_builtins(value), _described(type(value)), to_wire=True)
    return {"kind": TEMPLATE, **found} if isinstance(value, Template) else found


def read_skill(form: Form, pointer: str = "") -> Skill:
    """A skill from the wire. Raises WireError with every fault of shape."""
    skill: Skill = _read(form, Skill, pointer)
    return skill


def read_item(form: Form, pointer: str = "") -> Item | Template:
    """An item or a template from the wire. Raises WireError with every fault of shape."""
    if form.get("kind") == TEMPLATE:
        bare = {name: value for name, value in form.items() if name != "kind"}
        template: Template = _read(bare, Template, pointer)
        return template
    item: Item = _read(form, Item, pointer)
    return item


def merged(form: Form, patch: Form) -> Form:
    """A form with the fields of a patch in place of its own; null takes one away (RFC 7396 at the first level)."""
    return {name: value for name, value in {**form, **patch}.items() if value is not None}


def _read(form: Form, kind: Any, pointer: str) -> Any:
    plain = _renamed(form, _described(kind), to_wire=False)
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        faults = find_shape_faults(plain, kind)
        told = [(pointer + wired(fault.pointer), f"{fault.message} {fault.fix}") for fault in faults]
        raise WireError(*(told or [(pointer, str(error))])) from error


@cache
def _described(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def wired(pointer: str) -> str:
    """A JSON Pointer into content as one into its form on the wire."""
    return "/".join(camel(step) if step in _field_names() else step for step in pointer.split("/"))


@cache
def _field_names() -> frozenset[str]:
    """Names of fields that are written otherwise on the wire."""
    found: set[str] = set()
    waiting: list[inspect.Type] = [inspect.type_info(kind) for kind in (Skill, Template, *get_args(Item))]
    seen: set[type] = set()
    while waiting:
        kind = _bare(waiting.pop())
        if isinstance(kind, inspect.StructType) and kind.cls not in seen:
            seen.add(kind.cls)
            found.update(field.name for field in kind.fields if "_" in field.name)
            waiting.extend(field.type for field in kind.fields)
        elif isinstance(kind, inspect.UnionType):
            waiting.extend(kind.types)
        elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
            waiting.append(kind.item_type)
        elif isinstance(kind, inspect.DictType):
            waiting.append(kind.value_type)
    return frozenset(found)


def _bare(kind: inspect.Type) -> inspect.Type:
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _renamed(value: Any, kind: inspect.Type, *, to_wire: bool) -> Any:
    """A value with the names of struct fields changed, wherever the type says that a struct stands."""
    kind = _bare(kind)
    if isinstance(kind, inspect.UnionType):
        kind = _chosen(value, kind)
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        fields = {camel(field.name): field for field in kind.fields}
        if to_wire:
            return {
                camel(name): _renamed(inner, fields[camel(name)].type, to_wire=True) if camel(name) in fields else inner
                for name, inner in value.items()
            }
        return {
            fields[name].name if name in fields else name: _renamed(inner, fields[name].type, to_wire=False)
            if name in fields
            else inner
            for name, inner in value.items()
        }
    if isinstance(kind, inspect.VarTupleType | inspect.ListType) and isinstance(value, list | tuple):
        return [_renamed(inner, kind.item_type, to_wire=to_wire) for inner in value]
    if isinstance(kind, inspect.DictType) and isinstance(value, dict):
        return {name: _renamed(inner, kind.value_type, to_wire=to_wire) for name, inner in value.items()}
    return value


def _chosen(value: Any, union: inspect.UnionType) -> inspect.Type:
    """The member of a union that a value is meant to be; the union itself where that cannot be told."""
    structs = [kind for kind in map(_bare, union.types) if isinstance(kind, inspect.StructType)]
    if len(structs) == 1 and isinstance(value, dict):
        return structs[0]
    if isinstance(value, dict):
        return next((kind for kind in structs if kind.tag_field and value.get(kind.tag_field) == kind.tag), union)
    return next((kind for kind in map(_bare, union.types) if isinstance(kind, inspect.VarTupleType)), union)


def pointer_to(sort: str, name: str, *rest: str) -> str:
    """A JSON Pointer to an element of a course: its items and skills are named by their ids."""
    return join_pointer("", f"{sort}s", name, *rest)
