"""Work that is done again and again: a job for each turn, whose key makes it one for all workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from api.jobs.ports import Jobs, Run
from api.jobs.retries import Retries

Work = Callable[[], Awaitable[bool]]
"""Does its share of what there is to do; whether there is more."""

PAUSE_MS = 5_000
"""Between one share and the next."""

RETRIES = Retries(max_attempts=3)
"""What fails for good in one turn is tried again in the next."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The turn of this number since the epoch, and the share of it that is to be done."""

    number: int
    share: int = 0

    @property
    def key(self) -> str:
        """The same for all workers."""
        return f"{self.number}.{self.share}"


class Repeats:
    """What is to be done in every turn. `clock` is of the jobs, in milliseconds since the epoch."""

    def __init__(self, jobs: Jobs, clock: Callable[[], int]) -> None:
        self._jobs = jobs
        self._clock = clock
        self._turn_ms: dict[str, int] = {}
        self._asked: dict[str, int] = {}

    def add(self, kind: str, seconds: int, work: Work) -> None:
        """Say what is to be done once in so many seconds. Raises JobError if somebody has that kind of work already."""

        async def share(turn: Turn, _: Run) -> None:
            if await work():
                following = Turn(number=turn.number, share=turn.share + 1)
                not_before = self._clock() + PAUSE_MS
                await self._jobs.enqueue(kind, following, key=following.key, not_before=not_before)

        self._jobs.register(kind, Turn, share, RETRIES)
        self._turn_ms[kind] = seconds * 1000

    async def ask(self) -> None:
        """Ask for the turn of now, unless that was done. Raises StoreError."""
        for kind, turn_ms in self._turn_ms.items():
            turn = Turn(number=self._clock() // turn_ms)
            if self._asked.get(kind) != turn.number:
                await self._jobs.enqueue(kind, turn, key=turn.key)
                self._asked[kind] = turn.number
