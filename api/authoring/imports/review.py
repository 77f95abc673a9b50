"""An import as it is stored until it is confirmed: what the file gave, and what became of everything in it."""

from __future__ import annotations

from typing import Literal

import msgspec

from api.authoring.errors import PartNotFoundError
from api.jobs.expiry import DAY, DAY_MS
from api.store.ports import Documents
from content.formats.exchange import Loss
from content.items import Item

IMPORT, ITEMS = "courseImport", "importItems"
KEEP_DAYS = 30
KEEP_MS = KEEP_DAYS * DAY_MS
ITEMS_IN_PART = 200
MAX_LOSSES = 5000
State = Literal["open", "confirmed", "discarded"]


class Import(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An import. Nothing of it is in the course before it is confirmed.

    Attributes:
        refused: questions of the file that give no item, each with its reason.
        losses: what was changed, dropped or kept elsewhere; at most 5,000, of `n_losses`.
        existing: names of its items that the course had when it was read.
        until, day: when it is forgotten (ms), and that day.
    """

    id: str
    course_id: str
    by: str
    at: int
    format: str
    filename: str
    title: str
    n_items: int
    n_refused: int
    n_losses: int
    until: int
    day: str
    state: State = "open"
    refused: tuple[Loss, ...] = ()
    losses: tuple[Loss, ...] = ()
    existing: tuple[str, ...] = ()
    n_written: int = 0


class ImportItems(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the items of an import, in the file's order."""

    id: str
    import_id: str
    items: tuple[Item, ...]
    day: str


class Imports:
    """Imports on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(IMPORT, indexes=("course_id", DAY))
        await self._documents.declare(ITEMS, indexes=("import_id", DAY))

    async def add(self, found: Import, items: tuple[Item, ...]) -> None:
        """Keep a new import, its items first."""
        for start in range(0, len(items), ITEMS_IN_PART):
            part = ImportItems(
                id=f"{found.id}:{start:06d}",
                import_id=found.id,
                items=items[start : start + ITEMS_IN_PART],
                day=found.day,
            )
            await self._documents.put(ITEMS, part.id, msgspec.json.encode(part))
        await self._documents.put(IMPORT, found.id, msgspec.json.encode(found), expected_version=0)

    async def load(self, course_id: str, import_id: str) -> tuple[Import, int]:
        """An import into a course, and its version. Raises PartNotFoundError."""
        document = await self._documents.get(IMPORT, import_id)
        found = None if document is None else msgspec.json.decode(document.body, type=Import)
        if document is None or found is None or found.course_id != course_id:
            raise PartNotFoundError(f"the course has no import {import_id[:80]}; each is kept for {KEEP_DAYS} days")
        return found, document.version

    async def put(self, found: Import, version: int) -> None:
        """Write an import that still has this version. Raises VersionClashError."""
        await self._documents.put(IMPORT, found.id, msgspec.json.encode(found), version)

    async def items(self, import_id: str) -> list[Item]:
        """All items of an import, in the file's order."""
        after, items = "", list[Item]()
        while page := await self._documents.find(ITEMS, "import_id", import_id, after, 20):
            for document in page:
                items.extend(msgspec.json.decode(document.body, type=ImportItems).items)
            after = page[-1].id
        return items
