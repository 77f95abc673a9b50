"""Media that are kept: a document for each says what it is, the blobs hold its bytes."""

from __future__ import annotations

import asyncio
from hashlib import sha256

import msgspec

from api.authoring.media.ports import Blobs, MediaNotFoundError
from api.authoring.media.stripping import stripped
from api.store.ports import Documents
from api.wire import Clock, WireError
from content.items import Item

MEDIA = "media"
MAX_MEDIA = 50
"""That one item may show."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Media that are kept, known by the SHA-256 of the bytes as they are served. `at` in ms."""

    sha256: str
    type: str
    n_bytes: int
    by: str
    at: int


class Library:
    """Media by hash."""

    def __init__(self, documents: Documents, blobs: Blobs, clock: Clock) -> None:
        self._documents = documents
        self._blobs = blobs
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store of the kind."""
        await self._documents.declare(MEDIA)

    async def add(self, data: bytes, by: str) -> Kept:
        """Keep media, without their metadata; the same bytes are kept once.

        Raises:
            MediaError: they are not taken.
            MediaDownError: they cannot be kept now.
        """
        clean = await asyncio.to_thread(stripped, data)
        name = sha256(clean.data).hexdigest()
        known = await self._documents.get(MEDIA, name)
        if known is not None:
            return msgspec.json.decode(known.body, type=Kept)
        await self._blobs.put(name, clean.data, clean.type)
        kept = Kept(sha256=name, type=clean.type, n_bytes=len(clean.data), by=by, at=self._clock())
        await self._documents.put(MEDIA, name, msgspec.json.encode(kept))
        return kept

    async def allow(self, item: Item) -> None:
        """Raises WireError if an item shows media that are not kept, or calls them what they are not."""
        faults = []
        for place, media in enumerate(item.media[:MAX_MEDIA]):
            document = await self._documents.get(MEDIA, media.sha256)
            kept = None if document is None else msgspec.json.decode(document.body, type=Kept)
            if kept is None:
                faults.append((f"/media/{place}/sha256", f"there are no media {media.sha256[:64]!r}; send them first"))
            elif kept.type != media.type:
                faults.append((f"/media/{place}/type", f"{media.type[:80]!r} is not what they are: {kept.type}"))
        if len(item.media) > MAX_MEDIA:
            faults.append(("/media", f"{len(item.media)} media in one item are too many; {MAX_MEDIA} are allowed"))
        if faults:
            raise WireError(*faults)

    async def get(self, name: str) -> tuple[Kept, bytes]:
        """Media and their bytes. Raises MediaNotFoundError, MediaDownError."""
        document = await self._documents.get(MEDIA, name)
        data = None if document is None else await self._blobs.get(name)
        if document is None or data is None:
            raise MediaNotFoundError(f"there are no media {name[:64]}")
        return msgspec.json.decode(document.body, type=Kept), data

    async def close(self) -> None:
        """Let go of the blobs."""
        await self._blobs.close()
