"""Runs one job at a time it is told of: claims it, keeps its lease, and writes down how it ended."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from api.jobs.job import MAX_ERROR, Filed, moved
from api.jobs.outbox import Outbox
from api.jobs.ports import PoisonError, Run
from api.jobs.retries import Retries
from api.store.ports import StoreError

logger = logging.getLogger("pacer.jobs")
EARLY_SECONDS = 2.0
"""Who is woken so little too early, by another machine's clock perhaps, waits."""

Count = Callable[[str, str], None]
"""Called with a job's kind and what became of it: "queued", "done", "failed" or "dead"."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Who does a kind of work, and what it takes."""

    payload: type[msgspec.Struct]
    handler: Callable[[Any, Run], Awaitable[None]]
    retries: Retries


class LeaseLostError(Exception):
    """Somebody else may be running the job now."""


class Claim:
    """A job that this process owns until its lease ends."""

    def __init__(self, outbox: Outbox, found: Filed, lease_seconds: float) -> None:
        self._outbox = outbox
        self._lease_seconds = lease_seconds
        self._ended = asyncio.Event()
        self.found = found

    def end(self) -> None:
        """No more renewals; one that is under way is finished, so that the version is known."""
        self._ended.set()

    async def keep(self) -> None:
        """Renew the lease until the end. Raises LeaseLostError."""
        ends = self._outbox.clock() + round(self._lease_seconds * 1000)
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._lease_seconds / 3):
                    await self._ended.wait()
            if self._ended.is_set():
                return
            now = self._outbox.clock()
            later = now + round(self._lease_seconds * 1000)
            try:
                found = await self._outbox.change(self.found, moved(self.found.job, "running", later))
            except StoreError as error:
                if now > ends:
                    raise LeaseLostError(str(error)) from error
                continue
            if found is None:
                raise LeaseLostError("another runner has it")
            self.found, ends = found, later


Wake = Callable[[Filed], Awaitable[None]]


class Runner:
    """Runs the jobs whose kind it knows."""

    def __init__(self, outbox: Outbox, name: str, lease_seconds: float, rng: random.Random, count: Count) -> None:
        self._outbox = outbox
        self._name = name
        self._lease_seconds = lease_seconds
        self._rng = rng
        self._count = count
        self.kinds: dict[str, Kind] = {}

    async def run(self, id: str, wake: Wake) -> None:
        """Run a job if it is due and nobody else runs it; `wake` is told of it if it has to be run again.

        Cancelled, it gives the job back. Never raises an error of the store or of the handler.
        """
        try:
            claim = await self._claim(id)
            if claim is not None:
                await self._work(claim, self.kinds[claim.found.job.kind], wake)
        except (StoreError, msgspec.DecodeError) as error:
            logger.error("job %s is left to the sweeper: %s", id, error)

    async def _claim(self, id: str) -> Claim | None:
        found = await self._outbox.get(id)
        if found is None or found.job.state not in ("waiting", "running") or found.job.kind not in self.kinds:
            return None
        early = (found.job.due_at - self._outbox.clock()) / 1000
        if 0 < early <= EARLY_SECONDS and found.job.state == "waiting":
            await asyncio.sleep(early)
        now = self._outbox.clock()
        if found.job.due_at > now:
            return None
        if found.job.attempts >= self.kinds[found.job.kind].retries.max_attempts:
            await self._bury(found, f"its runner {found.job.runner} never came back, {found.job.attempts} times in all")
            return None
        later = now + round(self._lease_seconds * 1000)
        running = moved(found.job, "running", later, attempts=found.job.attempts + 1, runner=self._name)
        owned = await self._outbox.change(found, running)
        return None if owned is None else Claim(self._outbox, owned, self._lease_seconds)

    async def _work(self, claim: Claim, kind: Kind, wake: Wake) -> None:
        try:
            payload = msgspec.json.decode(claim.found.job.payload, type=kind.payload)
        except msgspec.DecodeError as error:
            await self._bury(claim.found, f"the payload cannot be read: {error}")
            return
        try:
            await self._handle(claim, kind, payload)
        except LeaseLostError as error:
            logger.error("job %s was stopped: %s", claim.found.id, error)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(claim.found))
            raise
        except PoisonError as error:
            await self._bury(claim.found, str(error))
        except Exception as error:  # whatever a handler raises is the job's failure, not the runner's
            await self._fail(claim.found, kind.retries, error, wake)
        else:
            if await self._outbox.finish(claim.found):
                self._count(claim.found.job.kind, "done")

    async def _handle(self, claim: Claim, kind: Kind, payload: msgspec.Struct) -> None:
        """The handler's work, stopped when the lease is lost or the time is over."""
        run = Run(claim.found.id, claim.found.job.attempts)
        working = asyncio.ensure_future(kind.handler(payload, run))
        keeping = asyncio.create_task(claim.keep())
        try:
            async with asyncio.timeout(kind.retries.timeout_seconds):
                await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
            else:
                await keeping
        except TimeoutError as error:
            if working.done():
                raise
            raise TimeoutError(f"took longer than {kind.retries.timeout_seconds:g} s") from error
        finally:
            claim.end()
            working.cancel()
            await asyncio.gather(keeping, working, return_exceptions=True)

    async def _fail(self, found: Filed, retries: Retries, error: Exception, wake: Wake) -> None:
        text = f"{type(error).__name__}: {error}"
        if found.job.attempts >= retries.max_attempts:
            await self._bury(found, text)
            return
        logger.warning("job %s failed, attempt %d", found.id, found.job.attempts, exc_info=error)
        due_at = self._outbox.clock() + round(retries.delay(found.job.attempts, self._rng) * 1000)
        again = await self._outbox.change(found, moved(found.job, "waiting", due_at, error=text[:MAX_ERROR]))
        if again is not None:
            self._count(found.job.kind, "failed")
            await wake(again)

    async def _bury(self, found: Filed, error: str) -> None:
        if await self._outbox.bury(found, error):
            self._count(found.job.kind, "dead")
            logger.error("job %s is dead: %s; see 'pacer jobs list'", found.id, error)

    async def _give_back(self, found: Filed) -> None:
        """The process stops: the attempt does not count, and anybody may take the job at once."""
        attempts = found.job.attempts - 1
        with suppress(StoreError):  # then its lease ends
            await self._outbox.change(found, moved(found.job, "waiting", self._outbox.clock(), attempts=attempts))
