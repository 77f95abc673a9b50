"""Jobs as documents: every change is a compare-and-set, so that two runners never both own one."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import msgspec
import uuid_utils

from api.jobs.job import KIND, LEARNER, MAX_ERROR, Filed, Job, State, decoder, encoder, moved, slot_of
from api.jobs.ports import JobError
from api.store.ports import Document, Documents, VersionClashError
from api.wire import Clock

logger = logging.getLogger("pacer.jobs")
PAGE = 200
MAX_ID = 200
MAX_DEAD = 1000


class Outbox:
    """The documents of all jobs."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self.clock = clock

    async def declare(self) -> None:
        """Say what is looked up. Raises StoreError."""
        await self._documents.declare(KIND, indexes=("state", "slot", LEARNER))

    async def add(
        self, kind: str, payload: bytes, key: str | None, not_before: int | None, learner_id: str = ""
    ) -> tuple[str, bool]:
        """Write a request; its id, and whether it is new. Raises JobError if the key is too long, StoreError."""
        now = self.clock()
        due_at = now if not_before is None else not_before
        id = str(uuid_utils.uuid7()) if key is None else f"{kind}:{key}"
        if len(id) > MAX_ID:
            raise JobError(f"kind and key of a job have at most {MAX_ID - 1} characters, not {len(id) - 1}")
        job = Job(
            kind=kind,
            payload=msgspec.Raw(payload),
            key=key,
            state="waiting",
            created_at=now,
            due_at=due_at,
            slot=slot_of(due_at),
            learner_id=learner_id,
        )
        try:
            await self._documents.put(KIND, id, encoder.encode(job), expected_version=0)
        except VersionClashError:
            return id, False
        return id, True

    async def get(self, id: str) -> Filed | None:
        """A job, or None. Raises StoreError."""
        document = await self._documents.get(KIND, id)
        return None if document is None else filed(document)

    async def change(self, found: Filed, job: Job) -> Filed | None:
        """Replace a job; None if somebody else changed it meanwhile. Raises StoreError."""
        try:
            document = await self._documents.put(KIND, found.id, encoder.encode(job), expected_version=found.version)
        except VersionClashError:
            return None
        return filed(document)

    async def finish(self, found: Filed) -> bool:
        """It is done. With a key it is kept for a while, to know the next request as the same; else it goes."""
        if found.job.key is not None:
            return await self.change(found, moved(found.job, "done", self.clock())) is not None
        return await self.forget(found)

    async def bury(self, found: Filed, error: str) -> bool:
        """To the dead letters. False if somebody else changed it meanwhile."""
        dead = moved(found.job, "dead", self.clock(), error=error[:MAX_ERROR])
        return await self.change(found, dead) is not None

    async def retry(self, found: Filed) -> Filed | None:
        """Out of the dead letters, with all attempts ahead of it."""
        return await self.change(found, moved(found.job, "waiting", self.clock(), attempts=0))

    async def forget(self, found: Filed) -> bool:
        """Remove it, if nobody changed it."""
        try:
            return await self._documents.delete(KIND, found.id, expected_version=found.version)
        except VersionClashError:
            return False

    async def in_state(self, state: State) -> AsyncIterator[Filed]:
        """All jobs in a state, in order of id."""
        async for found in self._pages("state", state):
            yield found

    async def in_slot(self, slot: str) -> AsyncIterator[Filed]:
        """All jobs that somebody has to look at in that hour, in order of id."""
        async for found in self._pages("slot", slot):
            yield found

    async def count_dead(self) -> int:
        """How many are in the dead letters; a thousand stands for more, too."""
        return len(await self._documents.find(KIND, "state", "dead", limit=MAX_DEAD))

    async def _pages(self, field: str, value: str) -> AsyncIterator[Filed]:
        after = ""
        while page := await self._documents.find(KIND, field, value, after_id=after, limit=PAGE):
            for document in page:
                try:
                    yield filed(document)
                except msgspec.DecodeError as error:
                    logger.error("job %s cannot be read: %s", document.id, error)
            after = page[-1].id


def filed(document: Document) -> Filed:
    """The job of a document."""
    return Filed(document.id, document.version, decoder.decode(document.body))
