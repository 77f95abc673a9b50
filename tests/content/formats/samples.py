"""The shared samples of others' files: found beside the project, never copied into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from content.formats.exchange import Placement

SAMPLES = Path(os.environ.get("PACER_DATA", Path(__file__).parents[4] / "shared" / "data")) / "quiz"
PLACEMENT = Placement("skill", "easy")
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the shared samples are not at {SAMPLES}")


def package(folder: Path) -> bytes:
    """A folder as the zip file it once was."""
    from content.formats.archive import make_zip

    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return make_zip((str(path.relative_to(folder)), path.read_bytes()) for path in files)


def sample_files(*folders: str, suffixes: tuple[str, ...]) -> list[Path]:
    """All files of the folders with one of the suffixes."""
    found = [path for folder in folders for path in sorted((SAMPLES / folder).rglob("*")) if path.is_file()]
    return [path for path in found if path.suffix in suffixes]
