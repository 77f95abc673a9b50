"""The port through which rooms ask for work, and what a handler is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from api.jobs.retries import DEFAULT_RETRIES, Retries


class JobError(Exception):
    """A job cannot be taken or found; the text says why."""


class PoisonError(Exception):
    """Raised by a handler: no repetition will help. The job goes to the dead letters at once."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job. `job_id` is the same in every run of it, `attempt` counts from 1."""

    job_id: str
    attempt: int


P = TypeVar("P", bound=msgspec.Struct)
Handler = Callable[[P, Run], Awaitable[None]]


class Jobs(Protocol):
    """Work to be done soon, by this process or another.

    A job is a document before anything else happens, so it survives every process and Redis. It runs at least once:
    after a crash, or a loss of contact that outlasts its lease, it runs again. So a handler must be idempotent. Work
    that belongs to another write is asked for before that write: a handler that does not find it has nothing to do.
    """

    def register(self, kind: str, payload: type[P], handler: Handler[P], retries: Retries = DEFAULT_RETRIES) -> None:
        """Say, before the service starts, who does this kind of work. Raises JobError if somebody does already."""

    def repeat(self, kind: str, seconds: int, work: Callable[[], Awaitable[bool]]) -> None:
        """Say, before the service starts, what one worker of all does once in so many seconds, one share after another:
        `work` tells whether there is more. Raises JobError if somebody does this kind of work already."""

    async def enqueue(
        self,
        kind: str,
        payload: msgspec.Struct,
        *,
        key: str | None = None,
        not_before: int | None = None,
        learner_id: str = "",
    ) -> str:
        """Ask for work; the job's id. When this returns, the request is durable.

        Args:
            kind: one that is registered.
            payload: of the kind's type; encoded as JSON.
            key: a second request of the same kind and key is the same job, until a day after it was done; what it
                carries is then not looked at.
            not_before: ms since the epoch, UTC; at once if None.
            learner_id: whom it concerns, if it is to go when the learner is erased.

        Raises:
            JobError: the kind is not registered, or the payload is of another type.
            StoreError: the request could not be written.
        """
