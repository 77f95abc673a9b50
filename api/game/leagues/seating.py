"""Seats in cohorts: the same one however often somebody joins, and never more than a cohort has.

Who joins first writes into their own record which seat they are about to take, then the cohort takes them in by compare
and set. Whatever interrupts it, the record leads back to the cohort: either it has the seat, or there is room, or it is
full for good and another one is looked for. Those who come at the same time are seated in one write, so that a crowd
costs a write a cohort and not a clash a learner; of several processes one always gets on.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from api.game.leagues.books import Books, Held
from api.game.leagues.cohorts import Cohort, Cohorts, Member, cohort_id
from api.game.leagues.matching import Bucket
from api.game.leagues.record import Seat
from api.store.ports import StoreError, VersionClashError

MAX_CLASHES = 200
"""In a row, before a crowd is told to come again."""
PAUSE_SECONDS = 0.005
MAX_BUCKETS = 10_000


@dataclass(eq=False, slots=True)
class Applicant:
    """Somebody who wants a seat, and who waits for it."""

    held: Held
    handle: str
    pace: int
    seated: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Seating:
    """Seats learners of this process. `make_handle` makes a name that nobody guesses."""

    def __init__(self, books: Books, cohorts: Cohorts, make_handle: Callable[[], str], rng: random.Random) -> None:
        self._books = books
        self._cohorts = cohorts
        self._make_handle = make_handle
        self._rng = rng
        self._n_full: dict[str, int] = {}
        self._queues: dict[str, list[Applicant]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def seat(self, held: Held, bucket: Bucket, pace: int) -> None:
        """Give a learner a seat in a bucket. The record's lock is held meanwhile.

        Raises:
            VersionClashError: another process has changed the record; read it again.
            StoreError: no seat now.
        """
        applicant = Applicant(held, self._make_handle(), pace)
        queue = self._queues.setdefault(bucket.id, [])
        queue.append(applicant)
        try:
            async with self._lock(bucket.id):
                if not applicant.seated.done():
                    await self._drain(bucket, queue)
        finally:
            if applicant in queue:
                queue.remove(applicant)
            if not queue:
                self._queues.pop(bucket.id, None)
        await applicant.seated

    async def confirm(self, held: Held) -> bool:
        """See that the seat of a record is one in the cohort too; False if the cohort filled up before it was taken.

        Raises StoreError.
        """
        seat = held.record.seat
        if held.seated or seat is None:
            return True
        for _ in range(MAX_CLASHES):
            cohort, version = await self._cohorts.get(seat.cohort)
            cohort = cohort or Cohort(tier=seat.tier, young=seat.young)
            if not cohort.has(seat.handle):
                if len(cohort.members) >= self._cohorts.seats(seat.week):
                    return False
                members = (*cohort.members, Member(seat.handle, seat.pace))
                try:
                    await self._cohorts.put(seat.cohort, _with(cohort, members), version)
                except VersionClashError:
                    await self._pause()
                    continue
            held.seated = True
            return True
        raise StoreError(f"the cohort {seat.cohort} is being joined by too many; try again")

    async def release(self, seat: Seat) -> None:
        """Free a seat that was given up, unless the cohort is full: that stays so. Raises StoreError."""
        for _ in range(MAX_CLASHES):
            cohort, version = await self._cohorts.get(seat.cohort)
            if cohort is None or not cohort.has(seat.handle):
                return
            if len(cohort.members) >= self._cohorts.seats(seat.week):
                return
            members = tuple(member for member in cohort.members if member.handle != seat.handle)
            try:
                await self._cohorts.put(seat.cohort, _with(cohort, members), version)
            except VersionClashError:
                await self._pause()
                continue
            return
        raise StoreError(f"the cohort {seat.cohort} is being joined by too many; try again")

    async def _drain(self, bucket: Bucket, queue: list[Applicant]) -> None:
        """Seat everybody who waits, those who come meanwhile included."""
        n_clashes = 0
        while queue:
            id = cohort_id(bucket, await self._count_full(bucket) + 1)
            found, version = await self._cohorts.get(id)
            cohort = found or Cohort(tier=bucket.tier, young=bucket.young)
            room = self._cohorts.seats(bucket.week) - len(cohort.members)
            if room <= 0:
                continue
            group = await self._announced(queue[:room], queue, bucket, id)
            if not group:
                continue
            fresh = [Member(each.handle, each.pace) for each in group if not cohort.has(each.handle)]
            try:
                await self._cohorts.put(id, _with(cohort, (*cohort.members, *fresh)), version)
            except VersionClashError:
                n_clashes += 1
                if n_clashes >= MAX_CLASHES:
                    raise StoreError(f"the bucket {bucket.id} is being joined by too many; try again") from None
                await self._pause()
                continue
            n_clashes = 0
            for applicant in group:
                applicant.held.seated = True
                applicant.seated.set_result(None)
                queue.remove(applicant)

    async def _count_full(self, bucket: Bucket) -> int:
        n_full = await self._cohorts.n_full(bucket, self._n_full.get(bucket.id, 0))
        self._n_full[bucket.id] = n_full
        if len(self._n_full) > MAX_BUCKETS:
            del self._n_full[next(iter(self._n_full))]
        return n_full

    async def _announced(
        self, group: list[Applicant], queue: list[Applicant], bucket: Bucket, cohort: str
    ) -> list[Applicant]:
        """Those whose records say now which seat they are about to take; the others are told what went wrong."""
        outcomes = await asyncio.gather(
            *(self._announce(each, bucket, cohort) for each in group), return_exceptions=True
        )
        ready = []
        for applicant, outcome in zip(group, outcomes, strict=True):
            if outcome is None:
                ready.append(applicant)
            else:
                queue.remove(applicant)
                applicant.seated.set_exception(outcome)
        return ready

    async def _announce(self, applicant: Applicant, bucket: Bucket, cohort: str) -> None:
        record = applicant.held.record
        if record.seat is not None and (record.seat.cohort, record.seat.handle) == (cohort, applicant.handle):
            return
        record.seat = Seat(bucket.week, cohort, applicant.handle, bucket.tier, bucket.young, applicant.pace)
        record.cohort, record.waiting = cohort, ""
        row = record.week(bucket.week)
        row.tier = bucket.tier
        record.keep(row)
        await self._books.save(applicant.held)

    async def _pause(self) -> None:
        await asyncio.sleep(self._rng.uniform(0.0, PAUSE_SECONDS))

    def _lock(self, bucket_id: str) -> asyncio.Lock:
        lock = self._locks.get(bucket_id)
        if lock is None:
            lock = self._locks[bucket_id] = asyncio.Lock()
        return lock


def _with(cohort: Cohort, members: tuple[Member, ...]) -> Cohort:
    return Cohort(tier=cohort.tier, young=cohort.young, members=members)
