"""Wakes inside one process: a bounded queue and a few tasks."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from api.jobs.wakes import RunJob

MAX_WAKES = 10_000
"""Beyond it, wakes are left to the sweeper."""
LATE_SECONDS = 2.0
"""What was cancelled has so long to give its job back."""


class EmbeddedWakes:
    """See api.jobs.wakes.Wakes."""

    def __init__(self, n_runners: int, grace_seconds: float) -> None:
        self._n_runners = n_runners
        self._grace_seconds = grace_seconds
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._told: dict[str, asyncio.TimerHandle | None] = {}
        self._idle: set[asyncio.Task[None]] = set()
        self._runners: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self, run: RunJob) -> None:
        """Begin to run what is told."""
        self._runners = {asyncio.create_task(self._serve(run)) for _ in range(self._n_runners)}

    async def wake(self, id: str, attempts: int, delay_seconds: float) -> None:  # noqa: ARG002 - others need the attempt
        """Have a runner look at a job in so many seconds."""
        if id in self._told or len(self._told) >= MAX_WAKES or self._stopping:
            return
        if delay_seconds <= 0:
            self._told[id] = None
            self._queue.put_nowait(id)
        else:
            self._told[id] = asyncio.get_running_loop().call_later(delay_seconds, self._queue.put_nowait, id)

    async def tidy(self) -> None:
        """Nothing outlives this process."""

    async def stop(self) -> None:
        """Take nothing more, let what runs finish, cancel the rest."""
        self._stopping = True
        for timer in self._told.values():
            if timer is not None:
                timer.cancel()
        for runner in self._idle:
            runner.cancel()
        if self._runners:
            _, late = await asyncio.wait(self._runners, timeout=self._grace_seconds)
            for runner in late:
                runner.cancel()
            if late:
                await asyncio.wait(late, timeout=LATE_SECONDS)

    async def _serve(self, run: RunJob) -> None:
        while not self._stopping:
            id = await self._next()
            with suppress(KeyError):
                del self._told[id]
            await run(id)

    async def _next(self) -> str:
        task = asyncio.current_task()
        assert task is not None
        self._idle.add(task)
        try:
            return await self._queue.get()
        finally:
            self._idle.discard(task)
