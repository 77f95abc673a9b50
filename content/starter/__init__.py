"""The tracks that come with Pacer, as data beside this file."""

from __future__ import annotations

from pathlib import Path


def starter_tracks() -> tuple[Path, ...]:
    """Directories of the starter tracks, in order of name."""
    return tuple(sorted(header.parent for header in Path(__file__).parent.glob("*/track.yaml")))
