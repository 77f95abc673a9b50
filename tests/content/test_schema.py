"""The JSON Schema of track files: committed, valid, and of one mind with the loader."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from content.formats.schema import SCHEMA_PATH, schema_text, track_schema
from content.formats.shape import find_shape_faults
from content.formats.yaml_source import read_source
from content.formats.yaml_track import TrackFile, track_files
from content.starter import starter_tracks


def test_the_committed_schema_is_the_generated_one() -> None:
    told = "run: python -c 'from content.formats.schema import write_schema; write_schema()'"
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text(), told


def test_it_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(track_schema())


@pytest.mark.parametrize("path", starter_tracks(), ids=lambda path: path.name)
def test_starter_files_follow_it(path: Any) -> None:
    validator = jsonschema.Draft202012Validator(track_schema())
    for file in track_files(path):
        assert [error.message for error in validator.iter_errors(read_source(file).value)] == []


@pytest.mark.parametrize(
    "broken",
    [
        {"id": 3},
        {"nothing": 1},
        {"bands": [{"id": "a"}]},
        {"items": [{"kind": "numeric"}]},
        {"items": [{"kind": "other"}]},
        {"skills": [{"id": "a", "title": "A", "prerequisites": "b"}]},
        {"templates": [{"id": "a", "skills": [], "band": "b", "generator": "g", "parameters": {"n": None}}]},
    ],
)
def test_schema_and_loader_refuse_the_same(broken: dict[str, Any]) -> None:
    assert list(jsonschema.Draft202012Validator(track_schema()).iter_errors(broken))
    assert find_shape_faults(broken, TrackFile)
