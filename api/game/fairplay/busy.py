"""Who answered since the watch last looked: noted beside the answers, written down now and then, looked at in order.

An answer pays one look at the kinds of its facts. Each process writes its list once a minute; a list stays until the
watch has looked at all who are on it. What is lost with a process is found by the walk through everybody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace

import msgspec

from api.composition import Foundation
from api.store.followed import FollowedJournal
from api.store.ports import Commit, Document, Documents, StoreError
from api.wire import new_id

BUSY = "fairplayBusy"
ANSWERED = "answerGraded"
WRITE_SECONDS = 60.0
SHARE = 200
"""Learners on a list, and learners that are looked at in one run of the job."""

MOST_NOTED = 100_000
"""Learners that a process notes between two writes; whoever comes on top is found by the walk."""

logger = logging.getLogger("pacer.fairplay")


class Lists(msgspec.Struct, frozen=True):
    """Ids of learners who answered."""

    learners: tuple[str, ...]


class Busy:
    """Learners who answered in this process since the last writing."""

    def __init__(self) -> None:
        self._noted: dict[str, None] = {}

    def put(self, commit: Commit) -> None:
        """Note the learner of a commit that holds a graded answer. Never waits and never fails."""
        if len(self._noted) < MOST_NOTED and any(entry.kind == ANSWERED for entry in commit.facts):
            self._noted[commit.learner_id] = None

    async def write(self, documents: Documents) -> None:
        """Write down who was noted. Raises StoreError; then they stay noted."""
        noted, self._noted = list(self._noted), {}
        for start in range(0, len(noted), SHARE):
            body = msgspec.json.encode(Lists(tuple(noted[start : start + SHARE])))
            try:
                await documents.put(BUSY, new_id(), body, expected_version=0)
            except StoreError:
                self._noted = dict.fromkeys((*noted[start:], *self._noted))
                raise

    async def run(self, documents: Documents) -> None:
        """Write for ever."""
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            try:
                await self.write(documents)
            except StoreError as error:
                logger.warning("who answered is written down later: %s", error)


def with_busy(foundation: Foundation) -> tuple[Foundation, Busy]:
    """The foundation on a journal that notes who answered."""
    busy = Busy()
    return replace(foundation, journal=FollowedJournal(foundation.journal, busy.put)), busy


async def earliest(documents: Documents, limit: int) -> list[tuple[Document, Iterable[str]]]:
    """The lists that were written first. Raises StoreError."""
    found = await documents.all(BUSY, limit=limit)
    return [(document, msgspec.json.decode(document.body, type=Lists).learners) for document in found]
