"""Published versions of tracks as they are stored: one document each, and further parts for those too large for one.

A document of MongoDB holds 16 MB, and so many items with long texts take more. What is larger than a part is cut into
parts; the document of the version, which names how many there are, is written last, so that it is never half there.
"""

from __future__ import annotations

import msgspec

from api.store.ports import CorruptStoreError, Documents

TRACK_VERSION, TRACK_PART = "trackVersion", "trackPart"
PART_BYTES = 4 * 1024 * 1024
"""Base64 makes a part a third larger, far below what a document holds."""

MAX_PARTED_BYTES = 200
"""What names the parts is shorter, and every track is longer."""


class TrackPart(msgspec.Struct, frozen=True):
    """A piece of a track's JSON; pieces are joined in order. In a tuple, which no store takes for a text to look up."""

    data: tuple[bytes]


class Parted(msgspec.Struct, frozen=True):
    """What stands in a version's own document in place of a track that is too large for it."""

    n_parts: int
    n_bytes: int


class TrackVersions:
    """Versions of tracks on the Documents port, by the hash of their content. They are written once."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store of the two kinds."""
        await self._documents.declare(TRACK_VERSION)
        await self._documents.declare(TRACK_PART)

    async def has(self, version: str) -> bool:
        """Whether the version is stored, all of it."""
        return await self._documents.get(TRACK_VERSION, version) is not None

    async def put(self, version: str, body: bytes) -> None:
        """Keep a track, encoded as JSON. Repeating it is harmless. Raises StoreError."""
        if len(body) > PART_BYTES:
            starts = range(0, len(body), PART_BYTES)
            for number, start in enumerate(starts):
                part = msgspec.json.encode(TrackPart((body[start : start + PART_BYTES],)))
                await self._documents.put(TRACK_PART, _part_id(version, number), part)
            body = msgspec.json.encode(Parted(len(starts), len(body)))
        await self._documents.put(TRACK_VERSION, version, body)

    async def get(self, version: str) -> bytes | None:
        """A track as JSON, None if it is not stored. Raises CorruptStoreError if parts of it are missing."""
        document = await self._documents.get(TRACK_VERSION, version)
        if document is None:
            return None
        parted = parted_of(document.body)
        if parted is None:
            return document.body
        body = b"".join([await self._part(version, number) for number in range(parted.n_parts)])
        if len(body) != parted.n_bytes:
            raise CorruptStoreError(f"version {version} of a track has {len(body)} bytes, not {parted.n_bytes}")
        return body

    async def _part(self, version: str, number: int) -> bytes:
        document = await self._documents.get(TRACK_PART, _part_id(version, number))
        if document is None:
            raise CorruptStoreError(f"part {number} of version {version} of a track is no longer stored")
        return msgspec.json.decode(document.body, type=TrackPart).data[0]


def parted_of(body: bytes) -> Parted | None:
    """What the document of a version says of its parts, None if it holds the track itself."""
    if len(body) > MAX_PARTED_BYTES:
        return None
    try:
        return msgspec.json.decode(body, type=Parted)
    except msgspec.ValidationError:
        return None


def _part_id(version: str, number: int) -> str:
    return f"{version}:{number:04d}"
