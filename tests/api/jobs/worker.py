"""A worker in a process of its own, to be killed: python -m tests.api.jobs.worker STORE REDIS-URL LOG.

Each run of a job writes a line to LOG, then waits for ever, unless the log has a line already.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from api.jobs.ports import Run
from api.store.opening import open_store
from tests.api.jobs.conftest import TIMING, Note, opened


async def work(path: Path, url: str, log: Path) -> None:
    """Run jobs until killed."""

    async def handler(note: Note, run: Run) -> None:
        first = not log.exists()
        with log.open("a") as file:
            file.write(f"{note.text} {run.attempt}\n")
        if first:
            await asyncio.Event().wait()

    store = await open_store(path)
    async with opened(store, url, TIMING) as desk:
        desk.register(handler)
        await desk.jobs.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
