"""The JSON Schema of track files, made from the structs that read them, for editors to check against while writing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from content.formats.yaml_track import TrackFile

SCHEMA_PATH = Path(__file__).with_name("track.schema.json")


def track_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one file of a track; every list and header field may stand in any of its files."""
    (schema,), components = msgspec.json.schema_components([TrackFile], ref_template="#/$defs/{name}")
    root = components.pop("TrackFile")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://pacer.invalid/track.schema.json",
        **{name: value for name, value in schema.items() if name != "$ref"},
        **root,
        "title": "Pacer track file",
        "$defs": dict(sorted(components.items())),
    }


def schema_text() -> str:
    """The schema as it stands in `track.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(track_schema()), indent=2).decode() + "\n"


def write_schema(path: Path = SCHEMA_PATH) -> None:
    """Write the file anew, after a struct has changed."""
    path.write_text(schema_text(), encoding="utf-8")
