"""A day before a week ends, word to those who are ranked in it; notifications keep it from whoever did not ask for it.

Cohorts are walked in order, and how far is kept: what is interrupted goes on, and what is said twice is sent once. Who
takes a seat within that day is told as they do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from api.game.leagues.books import Books, Held
from api.game.leagues.closing import PAGE, SHARE_SECONDS, Progress
from api.game.leagues.cohorts import Cohorts
from api.game.leagues.weeks import DAY_MS, week_ends, week_name, week_of
from api.game.news import News
from api.store.ports import CorruptStoreError, Documents, StoreError
from api.wire import Clock

REMINDED = "leagueReminded"
LEAD_MS = DAY_MS
"""So long before the end of a week word is sent: quiet hours of every zone leave room in it."""

WHY = "weekEnds"
logger = logging.getLogger("pacer.leagues")


class Reminding:
    """Sends word that a week ends soon."""

    def __init__(self, books: Books, cohorts: Cohorts, documents: Documents, news: News, clock: Clock) -> None:
        self._books = books
        self._cohorts = cohorts
        self._documents = documents
        self._news = news
        self._clock = clock

    async def declare(self) -> None:
        """Make the progress known to the store. Raises StoreError."""
        await self._documents.declare(REMINDED)

    async def remind(self, seconds: Callable[[], float], share: float = SHARE_SECONDS) -> bool:
        """Tell the ranked of a week that ends within a day; whether some are left after the share.

        Raises StoreError.
        """
        now, until = self._clock(), seconds() + share
        week = week_of(now)
        if now < week_ends(week) - LEAD_MS:
            return False
        name = week_name(week)
        document = await self._documents.get(REMINDED, name)
        progress = Progress() if document is None else msgspec.json.decode(document.body, type=Progress)
        version = 0 if document is None else document.version
        while not progress.done:
            page = await self._cohorts.page(name, progress.after, PAGE)
            for cohort_id, _ in page:
                for held in await self._books.of_cohort(cohort_id):
                    await self._tell(held, week)
            progress = Progress(page[-1][0] if page else progress.after, done=len(page) < PAGE)
            body = msgspec.json.encode(progress)
            version = (await self._documents.put(REMINDED, name, body, version)).version
            if seconds() >= until:
                break
        return not progress.done

    async def seated(self, held: Held) -> None:
        """Tell somebody who takes a seat within the last day of its week: the walk may have passed their cohort."""
        now = self._clock()
        week = week_of(now)
        if now < week_ends(week) - LEAD_MS:
            return
        try:
            await self._tell(held, week)
        except StoreError as error:  # the seat is theirs all the same
            logger.warning("learner %s is not told that the week ends: %s", held.record.learner_id, error)

    async def _tell(self, held: Held, week: int) -> None:
        record = held.record
        await self._books.profile(held)
        if record.plays != "on" or record.seat is None or record.seat.week != week:
            return
        learner_id, name = record.learner_id, week_name(week)
        try:
            await self._news.tell(learner_id, "leagueClosing", name, expires_at=week_ends(week), why=WHY)
        except CorruptStoreError as error:  # one damaged document keeps nobody else from word
            logger.error("learner %s is not told that the week ends: %s", learner_id, error)
