"""Where the bytes of media are, and what can go wrong there."""

from __future__ import annotations

from typing import Protocol


class MediaError(Exception):
    """A file cannot be taken as media; the text says why and what is allowed."""


class MediaNotFoundError(Exception):
    """There are no media of that hash."""


class MediaDownError(Exception):
    """The store of media does not answer, or refuses; the text says what was tried."""


class Blobs(Protocol):
    """Bytes by the SHA-256 (hexadecimal) of themselves. What is there is never changed."""

    async def put(self, sha256: str, data: bytes, media_type: str) -> None:
        """Keep bytes under their hash; keeping them again is harmless. Raises MediaDownError."""

    async def get(self, sha256: str) -> bytes | None:
        """The bytes, or None. Raises MediaDownError."""

    async def close(self) -> None:
        """Let go."""
