"""Cohorts as documents: who got a seat, and how the week closed. They know members by handles alone."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from api.game.leagues.matching import Bucket
from api.game.leagues.rules import RulesOf, shipped_rules
from api.game.leagues.standing import Row
from api.store.ports import Documents, VersionClashError

COHORT = "leagueCohort"
RESULT = "leagueResult"


class Member(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A seat that was taken, and the pace (XP a week) of whoever took it."""

    handle: str
    pace: int


class Cohort(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The seats of a cohort, in the order in which they were taken. One that is full stays full: who goes leaves an
    empty seat, so that nobody who looked for room in vain is seated after all."""

    tier: int
    young: bool
    members: tuple[Member, ...] = ()

    def has(self, handle: str) -> bool:
        """Whether a handle has a seat here."""
        return any(member.handle == handle for member in self.members)


class Result(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a cohort closed, at `at` (ms)."""

    at: int
    size: int
    rows: tuple[Row, ...]

    def row(self, handle: str) -> Row | None:
        """A member's row."""
        return next((row for row in self.rows if row.member == handle), None)


_cohorts = msgspec.json.Decoder(Cohort)
_results = msgspec.json.Decoder(Result)


def cohort_id(bucket: Bucket, number: int) -> str:
    """The id of a bucket's cohort, counted from 1."""
    return f"{bucket.id}:{number:06d}"


class Cohorts:
    """The documents of cohorts and of how they closed."""

    def __init__(self, documents: Documents, rules: RulesOf = shipped_rules) -> None:
        self.documents = documents
        self._rules = rules

    def seats(self, week: int) -> int:
        """How many seats a cohort of a week has."""
        return self._rules(week).cohort

    async def declare(self) -> None:
        """Make them known to the store. Raises StoreError."""
        await self.documents.declare(COHORT)
        await self.documents.declare(RESULT)

    async def get(self, id: str) -> tuple[Cohort | None, int]:
        """A cohort with the version of its document; (None, 0) if there is none. Raises StoreError."""
        document = await self.documents.get(COHORT, id)
        return (None, 0) if document is None else (_cohorts.decode(document.body), document.version)

    async def put(self, id: str, cohort: Cohort, version: int) -> None:
        """Write a cohort, if it is still at that version. Raises VersionClashError, StoreError."""
        await self.documents.put(COHORT, id, msgspec.json.encode(cohort), version)

    async def n_full(self, bucket: Bucket, known: int = 0) -> int:
        """How many cohorts of a bucket are full, given that so many are: O(log n) looks, by doubling and halving.

        Cohorts are filled one after another, so those before a full one are full. Raises StoreError.
        """
        low, step = known, 1
        while await self._is_full(bucket, low + step):
            low += step
            step *= 2
        high = low + step - 1
        while low < high:
            middle = (low + high + 1) // 2
            if await self._is_full(bucket, middle):
                low = middle
            else:
                high = middle - 1
        return low

    async def _is_full(self, bucket: Bucket, number: int) -> bool:
        cohort, _ = await self.get(cohort_id(bucket, number))
        return cohort is not None and len(cohort.members) >= self.seats(bucket.week)

    async def page(self, week: str, after_id: str, limit: int) -> list[tuple[str, Cohort]]:
        """Cohorts of a week, in order of id. Raises StoreError."""
        found = await self.documents.all(COHORT, max(after_id, f"{week}:"), limit)
        return [(each.id, _cohorts.decode(each.body)) for each in found if each.id.startswith(f"{week}:")]

    async def result(self, id: str) -> Result | None:
        """How a cohort closed, or None. Raises StoreError."""
        document = await self.documents.get(RESULT, id)
        return None if document is None else _results.decode(document.body)

    async def close(self, id: str, result: Result) -> Result:
        """Write how a cohort closed; what was written first stays, and is given back. Raises StoreError."""
        with suppress(VersionClashError):
            await self.documents.put(RESULT, id, msgspec.json.encode(result), 0)
            return result
        return await self.result(id) or result
