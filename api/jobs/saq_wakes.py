"""Wakes on Redis, for many workers: SAQ's queue, told to keep quiet about what is ours.

SAQ carries ids and times. Attempts, retries, leases and dead letters are in the outbox, so its own are switched off. It
is kept from four things: taking the process's signals, spinning while Redis is away, writing a traceback for each
failed poll, and looking for stuck jobs by a subscription that never ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from contextlib import suppress
from typing import Any, cast

from redis.exceptions import RedisError
from saq import Job, Worker
from saq.job import Status
from saq.queue.redis import RedisQueue

from api.jobs.embedded import EmbeddedWakes
from api.jobs.wakes import RunJob
from api.live.ports import Blame, LiveError
from api.live.redis.link import Link

NAME = "pacer"
PORT = "jobs"
FUNCTION = "run"
DEQUEUE_SECONDS = 1.0
PAUSE_SECONDS = 0.5
SCHEDULE_SECONDS = 1
STUCK_SECONDS = 3600
"""An entry that a runner began and never ended is cleared out after this; its job was woken again long before."""
CLAIM_SECONDS = 5.0
"""A runner that has not claimed its job after this, since it is told of again, is dead."""
LATE_SECONDS = 1.0

logger = logging.getLogger("pacer.jobs")


class Queue(RedisQueue):
    """SAQ's queue, patient while Redis is away."""

    async def dequeue(self, timeout: float = 0.0, poll_interval: float = 0.0) -> Job | None:
        """The next entry, or None after the timeout or a failure."""
        try:
            return await super().dequeue(timeout, poll_interval)
        except (RedisError, OSError):
            await asyncio.sleep(PAUSE_SECONDS)
            return None

    async def put(self, entry: Job) -> None:
        """Enqueue an entry, also in the place of one whose runner died before it claimed the job. Raises RedisError."""
        if await self.enqueue(entry) is not None:
            return
        found = await self.job(entry.key)
        if found is not None and found.status is Status.ACTIVE and age_of(found) > CLAIM_SECONDS:
            await self.finish(found, Status.ABORTED)
            await self.enqueue(entry)

    async def tidy(self) -> None:
        """Clear out what died with a runner, or lost its entry. Raises RedisError.

        An entry that was only just taken may go too: its job has been claimed all the same.
        """
        ids = cast(list[bytes], await self.redis.lrange(self._active, 0, -1))
        for id in [id.decode() for id in ids]:
            found = self.deserialize(await self.redis.get(id))
            if found is None:
                await self.redis.lrem(self._active, 0, id)
                await self.redis.zrem(self._incomplete, id)
            elif found.status is not Status.ACTIVE or age_of(found) > STUCK_SECONDS:
                await self.finish(found, Status.ABORTED)


def age_of(entry: Job) -> float:
    """Seconds since a runner began with an entry."""
    return time.time() - entry.started / 1000


class QuietWorker(Worker[Any]):
    """SAQ's worker without its own upkeep."""

    SIGNALS = []  # noqa: RUF012 - SAQ's own shape

    async def upkeep(self) -> list[asyncio.Task[None]]:
        """Bring up what was scheduled."""
        return [asyncio.create_task(self._bring_up())]

    async def process(self) -> bool:
        """One entry. An entry that Redis could not give up is tidied away."""
        try:
            return await super().process()
        except (RedisError, OSError):
            await asyncio.sleep(PAUSE_SECONDS)
            return False

    async def _bring_up(self) -> None:
        while not self.event.is_set():
            with suppress(RedisError, OSError):
                await self.queue.schedule(SCHEDULE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(SCHEDULE_SECONDS):
                    await self.event.wait()


class SaqWakes:
    """See api.jobs.wakes.Wakes. What Redis does not take is run by this process."""

    def __init__(self, url: str, n_runners: int, grace_seconds: float, blame: Blame) -> None:
        self._link = Link(url, blame)
        self._queue = Queue(
            self._link.client, name=NAME, dump=json.dumps, load=json.loads, max_concurrent_ops=n_runners + 8
        )
        self._n_runners = n_runners
        self._grace_seconds = grace_seconds
        self._alone = EmbeddedWakes(n_runners, grace_seconds)
        self._worker: QuietWorker | None = None
        self._working: asyncio.Task[None] | None = None

    async def start(self, run: RunJob) -> None:
        """Begin to run what any worker tells."""

        started = asyncio.Event()

        async def ready(_: Any) -> None:
            started.set()

        async def take(_: Any, *, id: str) -> None:
            await run(id)

        self._worker = QuietWorker(
            self._queue,
            functions=[(FUNCTION, take)],
            concurrency=self._n_runners,
            startup=ready,
            dequeue_timeout=DEQUEUE_SECONDS,
            shutdown_grace_period_s=math.ceil(self._grace_seconds),
            cancellation_hard_deadline_s=LATE_SECONDS,
        )
        self._working = asyncio.create_task(self._worker.start())
        await started.wait()  # a worker that is stopped before it has begun would never stop
        await self._alone.start(run)

    async def wake(self, id: str, attempts: int, delay_seconds: float) -> None:
        """Have some worker look at a job in so many seconds."""
        scheduled = math.ceil(time.time() + delay_seconds) if delay_seconds > 0 else 0
        entry = Job(
            function=FUNCTION,
            kwargs={"id": id},
            key=f"{id}:{attempts}",
            retries=1,
            timeout=0,
            ttl=-1,
            scheduled=scheduled,
        )
        try:
            await self._link.call(PORT, lambda: self._queue.put(entry))
        except LiveError:
            await self._alone.wake(id, attempts, delay_seconds)

    async def tidy(self) -> None:
        """Forget what died with a runner."""
        with suppress(LiveError):
            await self._link.call(PORT, self._queue.tidy)

    async def stop(self) -> None:
        """Take nothing more, let what runs finish, cancel the rest."""
        if self._worker is not None and self._working is not None:
            await asyncio.gather(self._worker.stop(), self._alone.stop())
            await self._working
        await self._link.close()
