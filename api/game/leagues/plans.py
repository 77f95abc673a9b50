"""How finely each tier is split in a week: decided once, by whoever comes first, from how full the week before was."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec

from api.game.leagues.cohorts import Cohorts, cohort_id
from api.game.leagues.matching import Bucket, Split, buckets_of, split_of
from api.game.leagues.rules import TIERS
from api.game.leagues.weeks import week_name
from api.store.ports import Documents, VersionClashError

PLAN = "leaguePlan"
KEPT = 4


class Plan(msgspec.Struct, frozen=True):
    """Splits by `key_of`; a tier that is not there is one bucket."""

    splits: dict[str, Split] = {}


def key_of(tier: int, *, young: bool) -> str:
    """Names a tier of an age profile."""
    return f"{'young' if young else 'all'}:{tier}"


class Plans:
    """The plans of the weeks."""

    def __init__(self, documents: Documents, cohorts: Cohorts) -> None:
        self._documents = documents
        self._cohorts = cohorts
        self._plans: dict[int, Plan] = {}
        self._lock = asyncio.Lock()

    async def declare(self) -> None:
        """Make them known to the store. Raises StoreError."""
        await self._documents.declare(PLAN)

    async def split(self, week: int, tier: int, *, young: bool) -> Split:
        """How a tier is split in a week. Raises StoreError."""
        if week not in self._plans:
            async with self._lock:
                if week not in self._plans:
                    self._plans[week] = await self._found(week) or await self._made(week)
                    while len(self._plans) > KEPT:
                        del self._plans[next(iter(self._plans))]
        return self._plans[week].splits.get(key_of(tier, young=young), Split())

    async def _found(self, week: int) -> Plan | None:
        document = await self._documents.get(PLAN, week_name(week))
        return None if document is None else msgspec.json.decode(document.body, type=Plan)

    async def _made(self, week: int) -> Plan:
        last = await self._found(week - 1) or Plan()
        splits: dict[str, Split] = {}
        for young in (False, True):
            for tier in range(1, len(TIERS) + 1):
                key = key_of(tier, young=young)
                before = last.splits.get(key, Split())
                split = await self._split(buckets_of(week - 1, tier, before, young=young))
                if split != Split():
                    splits[key] = split
        plan = Plan(splits)
        with suppress(VersionClashError):
            await self._documents.put(PLAN, week_name(week), msgspec.json.encode(plan), 0)
            return plan
        return await self._found(week) or plan

    async def _split(self, buckets: tuple[Bucket, ...]) -> Split:
        """From the number of cohorts last week, and the paces of those in the first and a middle one of each bucket."""
        size, paces = 0, list[int]()
        for bucket in buckets:
            n_full = await self._cohorts.n_full(bucket)
            size += n_full * self._cohorts.seats(bucket.week)
            for number in {1, n_full // 2 + 1}:
                cohort, _ = await self._cohorts.get(cohort_id(bucket, number))
                paces += [member.pace for member in cohort.members] if cohort else []
        return split_of(size, paces, self._cohorts.seats(buckets[0].week + 1))
