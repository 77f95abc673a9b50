"""Dates on which the service was down, as the operator noted them: neutral for every learner's streak."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from time import monotonic

import msgspec

from api.store.ports import Documents, VersionClashError

OUTAGE = "gameOutage"
FRESH_SECONDS = 30.0
PAGE = 1000
MAX_DAYS = 31


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """A local date (ISO 8601), wherever a learner is, with the operator's reason. `at` is when it was noted (ms)."""

    id: str
    reason: str
    at: int


class Outages:
    """The outages as a running server has them, read again after half a minute. `seconds` never steps back."""

    def __init__(self, documents: Documents, seconds: Callable[[], float] = monotonic) -> None:
        self.days: tuple[int, ...] = ()
        self._documents = documents
        self._seconds = seconds
        self._until = float("-inf")

    async def declare(self) -> None:
        """Tell the store of the documents, and read them. Raises StoreError."""
        await self._documents.declare(OUTAGE)
        await self.refresh()

    async def refresh(self) -> None:
        """Read them again if they may have changed. Raises StoreError."""
        now = self._seconds()
        if now >= self._until:
            found = await noted(self._documents)
            self.days = tuple(date.fromisoformat(one.id).toordinal() for one in found)
            self._until = now + FRESH_SECONDS


async def noted(documents: Documents) -> list[Outage]:
    """All outages, in order of date. Raises StoreError."""
    found: list[Outage] = []
    while page := await documents.all(OUTAGE, found[-1].id if found else "", PAGE):
        found += [msgspec.json.decode(document.body, type=Outage) for document in page]
    return found


async def note(documents: Documents, days: list[date], reason: str, now: int) -> int:
    """Note outages; how many were not noted before. Raises StoreError."""
    n_new = 0
    for day in days:
        outage = Outage(id=day.isoformat(), reason=reason, at=now)
        with suppress(VersionClashError):
            await documents.put(OUTAGE, outage.id, msgspec.json.encode(outage), expected_version=0)
            n_new += 1
    return n_new


async def strike(documents: Documents, days: list[date]) -> int:
    """Take outages back; how many there were. Raises StoreError."""
    return sum([await documents.delete(OUTAGE, day.isoformat()) for day in days])
