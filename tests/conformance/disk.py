"""A phone's disk: a folder with a quota. What was written is there after the process is killed."""

from __future__ import annotations

import os
from pathlib import Path


class DiskFullError(Exception):
    """There is no room for what was to be written; what was there before is untouched."""


class Disk:
    """Files in a folder, all together within `quota` bytes."""

    def __init__(self, folder: Path, quota: int = 50_000_000) -> None:
        self._folder = folder
        self.quota = quota
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> bytes:
        """A file's bytes; none if there is no such file."""
        path = self._folder / name
        return path.read_bytes() if path.exists() else b""

    def write(self, name: str, data: bytes) -> None:
        """Replace a file, whole or not at all. Raises DiskFullError."""
        path = self._folder / name
        self._make_sure_of(len(data) - (path.stat().st_size if path.exists() else 0))
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def append(self, name: str, line: bytes) -> None:
        """Add a line to a file. Raises DiskFullError."""
        self._make_sure_of(len(line) + 1)
        with (self._folder / name).open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def remove(self, name: str) -> None:
        """Make room."""
        (self._folder / name).unlink(missing_ok=True)

    def names(self, prefix: str) -> list[str]:
        """Files whose names begin so."""
        return sorted(path.name for path in self._folder.glob(f"{prefix}*"))

    @property
    def used(self) -> int:
        """Bytes in all files."""
        return sum(path.stat().st_size for path in self._folder.iterdir())

    def _make_sure_of(self, n_bytes: int) -> None:
        if n_bytes > 0 and self.used + n_bytes > self.quota:
            raise DiskFullError(f"{n_bytes} bytes do not fit: {self.used} of {self.quota} are used")
