"""Media as files in a directory: two letters of the hash, then the hash."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from api.authoring.media.ports import MediaDownError

DIRECTORY_MODE = 0o700


class FileBlobs:
    """See api.authoring.media.ports.Blobs. A file is there whole or not at all."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def put(self, sha256: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 - the hash says it all
        """Keep bytes under their hash."""
        await asyncio.to_thread(self._write, sha256, data)

    async def get(self, sha256: str) -> bytes | None:
        """The bytes, or None."""
        return await asyncio.to_thread(self._read, sha256)

    async def close(self) -> None:
        """Nothing is held."""

    def _path(self, sha256: str) -> Path:
        return self._directory / sha256[:2] / sha256

    def _write(self, sha256: str, data: bytes) -> None:
        path = self._path(sha256)
        draft = path.with_name(f"{sha256}.{os.getpid()}.{id(data)}")
        try:
            if path.exists():
                return
            path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise MediaDownError(f"media cannot be written to {self._directory}: {error.strerror}") from error

    def _read(self, sha256: str) -> bytes | None:
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MediaDownError(f"media cannot be read from {self._directory}: {error.strerror}") from error
