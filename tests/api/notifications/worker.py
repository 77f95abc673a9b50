"""A process that plans and sends on a store, with its clock ahead, until it is killed: FILE, milliseconds ahead.

With a third word it ends by itself when all is done.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from api.accounts.account import Accounts
from api.composition import system_clock
from api.jobs.opening import Watch, open_jobs
from api.jobs.service import Timing
from api.live.opening import open_live
from api.notifications.books import Books
from api.notifications.channels.vapid import make_key, read_key
from api.notifications.channels.webpush import WebPush
from api.notifications.planner import Planner, Sources
from api.notifications.sender import Carriers, Sender
from api.store.opening import open_store


async def main(file: Path, ahead: int, *, ends: bool) -> None:
    """Plan and send, again and again."""

    def clock() -> int:
        return system_clock() + ahead

    async def none_due(_: str) -> int:
        return 0

    store, live = await open_store(file), await open_live("")
    timing = Timing(lease=0.6, sweep=0.1, grace=1.0)
    watch = Watch(lambda *_: None, lambda _: None, lambda _: None)
    jobs = open_jobs(store.documents, clock, live, "", watch, timing)
    books, accounts = Books(store.documents), Accounts(store.documents)
    await books.declare()
    key = read_key(make_key(), file)
    carriers = Carriers({"webPush": WebPush(key, "mailto:a@b.example", clock, loopback=True)}, None, None)
    sender = Sender(books, accounts, store.journal, jobs, carriers, clock)
    planner = Planner(Sources(books, accounts, store.journal, none_due, clock), sender)
    await jobs.start()
    while await planner.work() or not ends or await is_busy(books):
        await asyncio.sleep(0.05)


async def is_busy(books: Books) -> bool:
    """Whether a message is still to be sent."""
    return any(message.state == "planned" for message in await books.messages.all("", 1000))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), ends=len(sys.argv) > 3))
