"""Flags as people see them: who was flagged for what, who looked at it, and what they said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

import msgspec

from api.store.pages import find_all
from api.store.ports import Documents

CASE, SEEN, WALK = "flagCase", "fairplaySeen", "fairplayWalk"
LEARNER_ID = "learner_id"
PAGE = 200
Outcome = Literal["", "cleared", "upheld"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A flag, under its id. `settled_by` is a learner id, instants are ms; all three are empty until it is settled."""

    learner_id: str
    kind: str
    evidence: str
    at: int
    until: int
    outcome: Outcome = ""
    settled_by: str = ""
    settled_at: int = 0
    note: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Under a learner's id: the last commit that was looked at, and the instant (ms) up to which work is not looked at
    again, since a flag was raised on it."""

    seq: int = 0
    since: int = 0


class Walked(msgspec.Struct, frozen=True):
    """The learner up to whom everybody was looked at."""

    after: str


class Cases:
    """Cases and marks, on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(CASE, indexes=(LEARNER_ID,))
        await self._documents.declare(SEEN)
        await self._documents.declare(WALK)

    async def open(self, flag_id: str, case: Case) -> None:
        """Keep a new case."""
        await self._documents.put(CASE, flag_id, msgspec.json.encode(case), expected_version=0)

    async def drop(self, flag_id: str) -> None:
        """Let a case go that became no flag."""
        await self._documents.delete(CASE, flag_id)

    async def get(self, flag_id: str) -> tuple[Case, int] | None:
        """A case with the version of its document."""
        found = await self._documents.get(CASE, flag_id)
        return None if found is None else (msgspec.json.decode(found.body, type=Case), found.version)

    async def settle(self, flag_id: str, case: Case, version: int) -> None:
        """Write down who settled it, and how. Raises VersionClashError if somebody was faster."""
        await self._documents.put(CASE, flag_id, msgspec.json.encode(case), expected_version=version)

    async def all(self) -> AsyncIterator[tuple[str, Case]]:
        """Every case, the oldest first."""
        after = ""
        while found := await self._documents.all(CASE, after, PAGE):
            for document in found:
                yield document.id, msgspec.json.decode(document.body, type=Case)
            after = found[-1].id

    async def pass_on(self, guest_id: str, account_id: str) -> None:
        """Make a merged guest's cases the account's, whose journal has the flags. Repeating it is harmless."""
        async for document in find_all(self._documents, CASE, LEARNER_ID, guest_id):
            case = msgspec.json.decode(document.body, type=Case)
            moved = msgspec.json.encode(msgspec.structs.replace(case, learner_id=account_id))
            await self._documents.put(CASE, document.id, moved, document.version)
        await self._documents.delete(SEEN, guest_id)

    async def of(self, learner_id: str) -> list[tuple[str, Case]]:
        """Cases of a learner, the oldest first."""
        return [
            (document.id, msgspec.json.decode(document.body, type=Case))
            async for document in find_all(self._documents, CASE, LEARNER_ID, learner_id)
        ]

    async def seen(self, learner_id: str) -> Seen:
        """How far a learner's work was looked at."""
        found = await self._documents.get(SEEN, learner_id)
        return Seen() if found is None else msgspec.json.decode(found.body, type=Seen)

    async def mark(self, learner_id: str, seen: Seen) -> None:
        """Remember how far a learner's work was looked at."""
        await self._documents.put(SEEN, learner_id, msgspec.json.encode(seen))

    async def walked(self) -> tuple[str, int]:
        """The learner up to whom everybody was looked at, "" at the beginning, with the version of the mark."""
        found = await self._documents.get(WALK, WALK)
        return ("", 0) if found is None else (msgspec.json.decode(found.body, type=Walked).after, found.version)

    async def walk(self, after: str, version: int) -> None:
        """Remember up to whom everybody was looked at. Raises VersionClashError if another worker did."""
        await self._documents.put(WALK, WALK, msgspec.json.encode(Walked(after)), version)
