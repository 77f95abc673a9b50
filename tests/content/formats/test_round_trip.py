"""What is written reads back the same, but for what the report of losses names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from content.formats.exchange import Exported, Imported, Placement
from content.formats.registry import FORMATS, read, write
from content.items import Item
from content.text import Span, parse
from tests.content.formats.strategies import KINDS, fit

FULL = ("yaml", "csv", "anki")
WRITTEN = [name for name, known in FORMATS.items() if known.write]
PLACEMENT = Placement("placed", "placed")
_PROSE = frozenset(("prompt", "explanation", "text", "feedback", "hints"))


def spans(markup: str) -> tuple[Span, ...]:
    """What markup means: neighbours of one language are one."""
    merged: list[Span] = []
    for span in parse(markup):
        if merged and not span.code and not merged[-1].code and span.lang == merged[-1].lang:
            merged[-1] = Span(merged[-1].text + span.text, lang=span.lang)
        else:
            merged.append(span)
    return tuple(merged)


def meaning(value: Any, name: str = "") -> Any:
    """A field with its markup as spans, so that two ways to write the same are equal."""
    if name in _PROSE or name == "markup":
        return spans(value) if isinstance(value, str) else tuple(meaning(one, "markup") for one in value)
    if isinstance(value, dict):
        return {key: meaning(one, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        inner = "options" if name in ("options", "left", "right", "misconceptions") else ""
        return [meaning(one, inner) for one in value]
    return value


def differing(item: Item, back: Item) -> set[str]:
    """Names of the fields that changed; the kind is one."""
    if type(item) is not type(back):
        return {"kind"}
    pairs = {name: (getattr(item, name), getattr(back, name)) for name in item.__struct_fields__}
    return {
        name
        for name, (one, other) in pairs.items()
        if one != other and meaning(msgspec.to_builtins(one), name) != meaning(msgspec.to_builtins(other), name)
    }


def there_and_back(item: Item, format: str) -> tuple[Exported, Imported]:
    """Write an item and read the file."""
    exported = write([item], {}, format, "A title")
    return exported, read(exported.data, exported.filename, PLACEMENT)


def named(exported: Exported, item: Item) -> set[str]:
    """Fields that the report names as changed or dropped; the item itself is ""."""
    wheres = {loss.where.partition("/") for loss in exported.losses if loss.kind != "kept"}
    return {field for name, _, field in wheres if name == item.id}


@pytest.mark.parametrize("format", FULL)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_formats_that_hold_everything_give_the_very_item_back(format: str, data: st.DataObject) -> None:
    item = data.draw(st.one_of(*KINDS.values()))
    assume(fit(item))
    exported, imported = there_and_back(item, format)
    assert imported.items == (item,)
    assert not imported.refused
    assert not named(exported, item)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_qti_gives_the_same_item_back(kind: str, data: st.DataObject) -> None:
    item = data.draw(KINDS[kind])
    assume(fit(item))
    exported, imported = there_and_back(item, "qti")
    assert [str(loss) for loss in imported.refused] == []
    (back,) = imported.items
    assert differing(item, back) <= named(exported, item), (item, back)


_ALIKE = {"kind": {"key", "misconceptions", "options", "shuffle"}, "options": {"key", "misconceptions", "shuffle"},
          "left": {"key", "misconceptions"}, "right": {"key", "misconceptions"}, "gaps": {"text", "misconceptions"},
          "key": {"tolerance"}, "relative_tolerance": {"tolerance"}}  # fmt: skip
"""Fields that change with another: a key names options by their ids."""


@pytest.mark.parametrize("format", ["moodle", "gift"])
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_moodle_and_gift_lose_nothing_that_their_report_does_not_name(
    format: str, kind: str, data: st.DataObject
) -> None:
    item = data.draw(KINDS[kind])
    assume(fit(item))
    if format == "gift" and kind in ("cloze", "order"):
        return
    exported, imported = there_and_back(item, format)
    told = named(exported, item)
    told |= {other for name in told for other in _ALIKE.get(name, ())}
    assert [str(loss) for loss in imported.refused] == []
    (back,) = imported.items
    assert differing(item, back) <= told, (item, back)


@pytest.mark.parametrize("format", WRITTEN)
def test_equal_items_give_equal_bytes(format: str) -> None:
    from tests.content.formats.test_gift import one

    item = one("Two and two?{~three =four}")
    assert isinstance(item, Item)
    assert write([item], {}, format, "T").data == write([item], {}, format, "T").data
