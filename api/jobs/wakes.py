"""How a runner is told of a job. A wake that is lost costs time, never a job: the sweeper finds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

RunJob = Callable[[str], Awaitable[None]]


class Wakes(Protocol):
    """Tells runners, here or elsewhere, to look at a job."""

    async def start(self, run: RunJob) -> None:
        """Begin to run what is told; `run` takes a job's id."""

    async def wake(self, id: str, attempts: int, delay_seconds: float) -> None:
        """Have a runner look at a job in so many seconds. Repeating it before that changes nothing. Never raises."""

    async def tidy(self) -> None:
        """Forget what died with a runner, so that its jobs can be told of again. Never raises."""

    async def stop(self) -> None:
        """Take nothing more, let what runs finish for the time of grace, and cancel the rest."""
