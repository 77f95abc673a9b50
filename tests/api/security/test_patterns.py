"""Patterns on the wire say what they seem to: Python's `$` would let a line break through at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from api.app import create_app
from api.http.document import portable
from api.openapi import document, find_operations
from api.settings import Settings

ENGINES = (jsonschema_rs.RegexOptions(), jsonschema_rs.FancyRegexOptions())
"""Two that have nothing of Python: one like RE2, and one that takes what ECMAScript takes."""


def patterns_of(part: Any) -> Iterator[str]:
    """Every pattern in a document."""
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from patterns_of(inner)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return create_app(Settings(data=str(tmp_path_factory.mktemp("documented") / "data"), starter=False))


@pytest.fixture(scope="module")
def patterns(app: Litestar) -> list[str]:
    """Those that requests are read by."""
    kinds = [kind for operation in find_operations(app) for kind in operation.types]
    return sorted(set(patterns_of(list(msgspec.json.schema_components(kinds)))))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_pattern_takes_a_line_break_after_what_it_takes(patterns: list[str], data: st.DataObject) -> None:
    assert len(patterns) >= 4
    pattern = data.draw(st.sampled_from(patterns))
    text = data.draw(st.from_regex(pattern, fullmatch=True))
    assert re.search(pattern, text)
    assert not re.search(pattern, text + "\n")


def test_the_document_shows_the_same_patterns_as_others_read_them(app: Litestar, patterns: list[str]) -> None:
    shown = set(patterns_of(document(app)))
    assert shown == {portable({"pattern": pattern})["pattern"] for pattern in patterns}
    for pattern in shown:
        assert not re.search(r"\(\?|\\(?!x[0-9A-F]{2})", pattern), "groups with a question mark, classes, anchors"
        assert re.fullmatch(r"\^[^$^]*(\[\^[^$^]*)*\$", pattern), "^ at the beginning, $ at the end, neither between"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize(
    "options", [jsonschema_rs.RegexOptions(), jsonschema_rs.FancyRegexOptions()], ids=["re2", "ecma"]
)
def test_who_checks_by_the_document_refuses_what_the_wire_refuses(
    patterns: list[str], options: Any, data: st.DataObject
) -> None:
    pattern = data.draw(st.sampled_from(patterns))
    schema = {"type": "string", **portable({"pattern": pattern})}
    like = st.from_regex(pattern, fullmatch=True)
    text = data.draw(like | like.map(lambda text: text + "\n") | like.map(lambda text: text[:-1] + "\x7f") | st.text())
    is_valid = jsonschema_rs.validator_for(schema, pattern_options=options).is_valid(text)
    assert is_valid == bool(re.search(pattern, text))


async def test_no_control_character_comes_into_a_name(service: Any) -> None:
    for end in ("\n", "\r\n", "\x00", "\x1b[2J", "\x7f"):
        for field in ("deviceName", "locale"):
            body = {"zone": "UTC", field: "en" + end}
            assert (await service.client.post("/v1/auth/guest", json=body)).status_code == 400
        patch = {"displayName": "Ana" + end + "x"}
        answer = await service.client.patch("/v1/me", json=patch, headers=await service.headers())
        assert answer.status_code == 400
