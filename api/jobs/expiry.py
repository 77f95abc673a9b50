"""Documents that have expired are removed: those of a day once it is over, in bounded shares.

A kind that is to be swept has a declared field `day`, see `day_of`. How far the days were swept is written down, so
that none is passed over, however long nobody was there to sweep.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from api.jobs.ports import Jobs
from api.store.ports import Documents, VersionClashError
from api.wire import Clock

SWEPT = "swept"
DAY = "day"
DAY_MS = 86_400_000
TURN_SECONDS = 3600
FIRST_DAYS = 60
"""So many days are looked at when nothing is known of what was swept."""

AGAIN_DAYS = 7
"""So many days are looked at again, for a clock may have run ahead."""

SHARE = 10_000
"""Documents that are removed in one run of the job."""

PAGE = 200


class Swept(msgspec.Struct, frozen=True):
    """The last day, counted from the epoch, of which nothing is left."""

    day: int


def day_of(ms: int) -> str:
    """The day on which something expires at an instant (ms), counted from the epoch, as documents hold it."""
    return str(ms // DAY_MS)


def expire(jobs: Jobs, documents: Documents, clock: Clock, kind: str) -> None:
    """Have the documents of a kind removed by a job, every hour, when their day is over. Raises JobError."""

    async def work() -> bool:
        return await sweep(documents, kind, clock())

    jobs.repeat(f"expire.{kind}", TURN_SECONDS, work)


async def sweep(documents: Documents, kind: str, now: int, share: int = SHARE) -> bool:
    """Remove up to `share` documents of a kind whose day is over at `now` (ms); whether some may be left.

    Raises StoreError.
    """
    await documents.declare(SWEPT)
    today, left = now // DAY_MS, share
    known = await documents.get(SWEPT, kind)
    done = today - FIRST_DAYS if known is None else msgspec.json.decode(known.body, type=Swept).day
    for day in range(min(done + 1, today - AGAIN_DAYS), today):
        while left and (found := await documents.find(kind, DAY, str(day), limit=min(PAGE, left))):
            for document in found:
                with suppress(VersionClashError):  # it was renewed meanwhile, and has another day
                    await documents.delete(kind, document.id, document.version)
            left -= len(found)
        if not left:
            return True
        if day > done:
            await documents.put(SWEPT, kind, msgspec.json.encode(Swept(day)))
    return False
