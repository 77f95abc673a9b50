"""Finds what was lost: jobs nobody was told of, and jobs whose runner never came back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Protocol

from api.jobs.job import Filed, slot_of
from api.jobs.outbox import Outbox

HOUR_MS = 3_600_000
KEEP_DONE_MS = 24 * HOUR_MS
FULL_MS = HOUR_MS
"""So often, and at the start, all jobs are looked at; else only those of this hour and the last."""
MAX_WAKES = 1000
"""In one sweep; the next one goes on."""


class WakeJob(Protocol):
    """Tells a runner of a job."""

    async def __call__(self, found: Filed) -> None:
        """Never raises."""


class Sweeper:
    """Looks through the outbox."""

    def __init__(self, outbox: Outbox, kinds: Collection[str], wake: WakeJob) -> None:
        self._outbox = outbox
        self._kinds = kinds
        self._wake = wake
        self._full_at = 0

    async def sweep(self, horizon_seconds: float) -> int:
        """Wake what is due within the horizon; how many. Raises StoreError."""
        now = self._outbox.clock()
        full = now >= self._full_at
        by = now + round(horizon_seconds * 1000)
        n_woken = 0
        async for found in self._all() if full else self._recent(now, by):
            if found.job.due_at <= by and found.job.kind in self._kinds and n_woken < MAX_WAKES:
                await self._wake(found)
                n_woken += 1
        if full:
            await self._forget_done(now)
            self._full_at = now + FULL_MS
        return n_woken

    async def _all(self) -> AsyncIterator[Filed]:
        async for found in self._outbox.in_state("running"):
            yield found
        async for found in self._outbox.in_state("waiting"):
            yield found

    async def _recent(self, now: int, by: int) -> AsyncIterator[Filed]:
        for slot in sorted({slot_of(now - HOUR_MS), slot_of(now), slot_of(by)}):
            async for found in self._outbox.in_slot(slot):
                yield found

    async def _forget_done(self, now: int) -> None:
        async for found in self._outbox.in_state("done"):
            if found.job.due_at < now - KEEP_DONE_MS:
                await self._outbox.forget(found)
