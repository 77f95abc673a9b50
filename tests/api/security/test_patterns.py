"""Patterns on the wire say what they seem to: Python's `$` would let a line break through at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.openapi import document
from api.settings import Settings


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
def patterns(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    data = str(tmp_path_factory.mktemp("documented") / "data")
    return sorted(set(patterns_of(document(create_app(Settings(data=data, starter=False))))))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_pattern_takes_a_line_break_after_what_it_takes(patterns: list[str], data: st.DataObject) -> None:
    assert len(patterns) >= 4
    pattern = data.draw(st.sampled_from(patterns))
    text = data.draw(st.from_regex(pattern, fullmatch=True))
    assert re.search(pattern, text)
    assert not re.search(pattern, text + "\n")


async def test_no_control_character_comes_into_a_name(service: Any) -> None:
    for end in ("\n", "\r\n", "\x00", "\x1b[2J", "\x7f"):
        for field in ("deviceName", "locale"):
            body = {"zone": "UTC", field: "en" + end}
            assert (await service.client.post("/v1/auth/guest", json=body)).status_code == 400
        patch = {"displayName": "Ana" + end + "x"}
        answer = await service.client.patch("/v1/me", json=patch, headers=await service.headers())
        assert answer.status_code == 400
