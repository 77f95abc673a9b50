"""A process that closes the week of a store, slowly, and says so after each step: it is there to be killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from api.game.leagues import closing
from api.live.opening import open_live
from api.store import open_store
from tests.api.game.leagues.world import World


async def main(path: Path, now: int) -> None:
    """Close what is over at `now`, one cohort at a time."""
    closing.PAGE = 1
    store, live = await open_store(path), await open_live()
    world = World(store, live)
    world.hands.to(now)
    worker = await world.worker()
    page = worker.leagues.cohorts.page

    async def slowly(*given: Any) -> Any:
        sys.stdout.write("step\n")
        sys.stdout.flush()
        await asyncio.sleep(0.05)
        return await page(*given)

    worker.leagues.cohorts.page = slowly  # type: ignore[method-assign]
    await worker.leagues.close_due()
    await live.close()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
