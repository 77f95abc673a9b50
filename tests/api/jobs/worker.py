"""A worker in a process of its own, to be killed: python -m tests.api.jobs.worker STORE REDIS-URL LOG.

Each run of a job writes its text, attempt and process to LOG. The first one of all then waits for ever.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from api.jobs.ports import Run
from api.store.mongo.store import MongoStore
from api.store.opening import Store, open_store
from tests.api.jobs.conftest import TIMING, Note, opened


async def open_any(where: str) -> Store:
    """A store at a path or a MongoDB URL."""
    return await (MongoStore.open(where) if where.startswith("mongodb:") else open_store(where))


async def work(where: str, url: str, log: Path) -> None:
    """Run jobs until killed."""

    async def handler(note: Note, run: Run) -> None:
        first = not log.exists()
        with log.open("a") as file:
            file.write(f"{note.text} {run.attempt} {os.getpid()}\n")
        if first:
            await asyncio.Event().wait()

    store = await open_any(where)
    async with opened(store, url, TIMING) as desk:
        desk.register(handler)
        await desk.jobs.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
