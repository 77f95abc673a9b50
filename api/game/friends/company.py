"""What friends notice of each other: whoever did something is put in line, and a little later their friends' live views
look again, and a friend is sent word once the quest they share is done.

An answer pays one look at its facts for it. The line is kept in memory: what is lost with it is noticed at the next
thing that either of the two does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from litestar import Litestar

from api.accounts.errors import AccountError
from api.game.friends.routes import FRIENDS
from api.game.friends.service import FriendService
from api.game.friends.together import WEEK, SharedQuest
from api.game.news import News
from api.store.ports import Commit, StoreError

DEED = "deed"
PAUSE_SECONDS = 1.0
"""What somebody does within it is looked at once."""

MOST_WAITING = 100_000
WHY = "questDone"
logger = logging.getLogger("pacer.friends")


class Company:
    """Who did something that friends may notice."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}
        self._some = asyncio.Event()

    def heard(self, commit: Commit) -> None:
        """Put the learner of a commit in line, if it holds anything that quests count. Never waits and never fails."""
        if len(self._waiting) < MOST_WAITING and any(entry.kind == DEED for entry in commit.facts):
            self._waiting[commit.learner_id] = None
            self._some.set()

    async def run(self, friends: FriendService, ring: Callable[[str], None], news: News) -> None:
        """Work the line off for ever."""
        while True:
            await self._some.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            self._some.clear()
            waiting, self._waiting = self._waiting, {}
            for learner_id in waiting:
                try:
                    await self._look(learner_id, friends, ring, news)
                except (AccountError, StoreError) as error:
                    logger.warning("friends do not notice what a learner did: %s", error)

    @staticmethod
    async def _look(learner_id: str, friends: FriendService, ring: Callable[[str], None], news: News) -> None:
        async for friend, quest in friends.fulfilled(learner_id):
            ring(friend)
            if quest is not None:
                await news.tell(friend, "friendQuest", quest.id, expires_at=over_at(quest), why=WHY)


def over_at(quest: SharedQuest) -> int:
    """The end of a shared quest's week, by UTC (ms)."""
    last = date.fromordinal(quest.monday + WEEK)
    return round(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp() * 1000)


@asynccontextmanager
async def in_company(app: Litestar, company: Company, ring: Callable[[str], None], news: News) -> AsyncIterator[None]:
    """Let friends notice each other until the end; `ring` wakes a learner's live views."""
    running = asyncio.create_task(company.run(FRIENDS.fetch(app), ring, news))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait({running})
