"""Which version of a track learners enrol in, where authors decide it: written once, seen at once by every server.

A head is a document for each published track. One more document, the stamp, is written after every change of a head:
whoever finds it at the version they know needs to read no head again.
"""

from __future__ import annotations

import msgspec

from api.store.ports import Documents

HEAD, STAMP = "trackHead", "trackStamp"
PAGE = 200


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The current version of a track, by its hash; "" where it is retired. `at` is when it became so (ms)."""

    track_id: str
    version: str
    course_id: str
    organisation_id: str
    at: int


class Stamp(msgspec.Struct, frozen=True):
    """What was changed last."""

    track_id: str


class Heads:
    """Heads on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store of the two kinds."""
        await self._documents.declare(HEAD)
        await self._documents.declare(STAMP)

    async def put(self, head: Head) -> None:
        """Make it the current one, for every server. Raises StoreError."""
        await self._documents.put(HEAD, head.track_id, msgspec.json.encode(head))
        await self._documents.put(STAMP, STAMP, msgspec.json.encode(Stamp(head.track_id)))

    async def stamp(self) -> int:
        """Rises with every change of a head; 0 before the first."""
        document = await self._documents.get(STAMP, STAMP)
        return 0 if document is None else document.version

    async def find(self, track_id: str) -> Head | None:
        """The head of a track, None if it has none."""
        document = await self._documents.get(HEAD, track_id)
        return None if document is None else msgspec.json.decode(document.body, type=Head)

    async def all(self) -> list[Head]:
        """All heads, in order of track id."""
        after, found = "", list[Head]()
        while page := await self._documents.all(HEAD, after, PAGE):
            found.extend(msgspec.json.decode(document.body, type=Head) for document in page)
            after = page[-1].id
        return found
