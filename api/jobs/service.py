"""Jobs put together: the outbox, the runner, how it is woken, and the sweeper."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from zlib import crc32

import msgspec

from api.jobs.job import Filed
from api.jobs.outbox import Outbox
from api.jobs.ports import Handler, JobError, P
from api.jobs.repeating import Repeats, Work
from api.jobs.retries import DEFAULT_RETRIES, Retries
from api.jobs.runner import Count, Kind, Runner
from api.jobs.sweeper import Sweeper
from api.jobs.wakes import Wakes
from api.live.ports import RateLimits
from api.store.ports import StoreError

logger = logging.getLogger("pacer.jobs")
encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds.

    Attributes:
        lease: a runner that is not heard of for so long has lost its job.
        sweep: so often one of all workers looks for what was lost.
        grace: at the stop, what runs has so long to finish.
        calm: after the start, nothing is repeated for so long.
    """

    lease: float = 60.0
    sweep: float = 10.0
    grace: float = 10.0
    calm: float = 60.0


class JobService:
    """See api.jobs.ports.Jobs. Start it when all kinds are registered; stop it before what the handlers use."""

    def __init__(
        self,
        outbox: Outbox,
        runner: Runner,
        wakes: Wakes,
        rate_limits: RateLimits,
        count: Count,
        show_dead: Callable[[int], None],
        timing: Timing,
    ) -> None:
        self._outbox = outbox
        self._runner = runner
        self._wakes = wakes
        self._rate_limits = rate_limits
        self._count = count
        self._timing = timing
        self._show_dead = show_dead
        self._sweeper = Sweeper(outbox, runner.kinds.keys(), self._wake)
        self._repeats = Repeats(self, outbox.clock)
        self._stopping = asyncio.Event()
        self._sweeping: asyncio.Task[None] | None = None

    def register(self, kind: str, payload: type[P], handler: Handler[P], retries: Retries = DEFAULT_RETRIES) -> None:
        """Say who does this kind of work."""
        if kind in self._runner.kinds:
            raise JobError(f"jobs of kind {kind!r} have a handler already")
        self._runner.kinds[kind] = Kind(payload, handler, retries)

    def repeat(self, kind: str, seconds: int, work: Work) -> None:
        """Say what one worker of all does once in so many seconds."""
        self._repeats.add(kind, seconds, work)

    async def enqueue(
        self,
        kind: str,
        payload: msgspec.Struct,
        *,
        key: str | None = None,
        not_before: int | None = None,
        learner_id: str = "",
    ) -> str:
        """Ask for work; the job's id."""
        known = self._runner.kinds.get(kind)
        if known is None:
            allowed = ", ".join(sorted(self._runner.kinds)) or "none"
            raise JobError(f"there are no jobs of kind {kind!r}; registered: {allowed}")
        if not isinstance(payload, known.payload):
            raise JobError(f"a job of kind {kind!r} carries {known.payload.__name__}, not {type(payload).__name__}")
        id, is_new = await self._outbox.add(kind, encoder.encode(payload), key, not_before, learner_id)
        if is_new:
            self._count(kind, "queued")
            delay = 0.0 if not_before is None else (not_before - self._outbox.clock()) / 1000
            if delay <= self._timing.sweep:
                await self._wakes.wake(id, 0, delay)
        return id

    async def start(self) -> None:
        """Begin to run jobs, those left from before included. Raises StoreError."""
        await self._outbox.declare()
        await self._wakes.start(lambda id: self._runner.run(id, self._wake))
        self._sweeping = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Take nothing more; let what runs finish for a while, and give the rest back."""
        self._stopping.set()
        if self._sweeping is not None:  # asked, not cancelled: clients of Redis now and then swallow a cancellation
            await asyncio.wait({self._sweeping}, timeout=self._timing.grace)
        await self._wakes.stop()
        if self._sweeping is not None:
            self._sweeping.cancel()

    async def _wake(self, found: Filed) -> None:
        delay = (found.job.due_at - self._outbox.clock()) / 1000
        if delay <= self._timing.sweep:  # later ones are found by a sweep in time
            await self._wakes.wake(found.id, found.job.attempts, delay)

    async def _sweep(self) -> None:
        """One worker sweeps in each interval; without Redis each does, which only costs more.

        Workers that know other kinds, as while a new version is rolled out, take turns of their own.
        """
        known = crc32(",".join(sorted(self._runner.kinds)).encode())
        calm_until = asyncio.get_running_loop().time() + self._timing.calm
        while not self._stopping.is_set():
            try:
                turn = await self._rate_limits.hit(f"jobs:sweep:{known}", 1, self._timing.sweep)
                if turn.allowed:
                    await self._wakes.tidy()
                    await self._sweeper.sweep(self._timing.sweep)
                    if asyncio.get_running_loop().time() >= calm_until:
                        await self._repeats.ask()
                self._show_dead(await self._outbox.count_dead())
            except StoreError as error:
                logger.error("looking for lost jobs failed: %s", error)
            except Exception:  # whatever it was: nobody else finds lost jobs
                logger.exception("looking for lost jobs failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.sweep / 2):
                    await self._stopping.wait()
