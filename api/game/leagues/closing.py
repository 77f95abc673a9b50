"""Closing a week: what every cohort came to, from the ledger, written once.

A cohort is closed by whoever needs its result first: the job that closes the week, or a learner who looks. Whatever is
interrupted is done again and comes to the same, since the result follows from what was accepted before the closing; the
first that was written stays. Nobody else is written to: a learner's tier follows when they come back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence

import msgspec

from api.game.leagues.books import Books, Held
from api.game.leagues.cohorts import Cohort, Cohorts, Result
from api.game.leagues.rules import closes_at
from api.game.leagues.standing import Score, closed
from api.game.leagues.weeks import week_ends, week_name, week_named, week_of
from api.store.ports import CorruptStoreError, Documents
from api.wire import Clock

CLOSING = "leagueClosing"
MARGIN_MS = 10 * 60_000
"""After a week closed, nothing is read for so long: what was accepted in its last moment is written by then."""

PAGE = 64
WEEKS_BACK = 8
"""So many weeks are looked at, in case nobody was there to close them."""

SHARE_SECONDS = 120.0
logger = logging.getLogger("pacer.leagues")


class Progress(msgspec.Struct, frozen=True):
    """How far the closing of a week has come: all cohorts up to the id `after`."""

    after: str = ""
    done: bool = False


class Closing:
    """Closes cohorts and weeks."""

    def __init__(self, books: Books, cohorts: Cohorts, documents: Documents, clock: Clock) -> None:
        self._books = books
        self._cohorts = cohorts
        self._documents = documents
        self._clock = clock

    async def declare(self) -> None:
        """Make the progress known to the store. Raises StoreError."""
        await self._documents.declare(CLOSING)

    def closes_at(self, week: int) -> int:
        """When a week closes (ms)."""
        return closes_at(week_ends(week), self._books.rules(week))

    def is_over(self, week: int) -> bool:
        """Whether the results of a week can be known."""
        return self._clock() >= self.closes_at(week) + MARGIN_MS

    async def result(self, cohort_id: str) -> Result:
        """How a cohort of a week that is over has closed. Raises StoreError."""
        known = await self._cohorts.result(cohort_id)
        if known is not None:
            return known
        cohort, _ = await self._cohorts.get(cohort_id)
        return await self._close(cohort_id, cohort or Cohort(tier=1, young=False))

    async def close_week(self, week: int, seconds: Callable[[], float], share: float = SHARE_SECONDS) -> bool:
        """Close the cohorts of a week that is over, going on where it was left; whether some are left after the share.

        Raises StoreError.
        """
        name, until = week_name(week), seconds() + share
        progress, version = await self._progress(name)
        while not progress.done:
            page = await self._cohorts.page(name, progress.after, PAGE)
            await asyncio.gather(*(self._close_unless_done(id, cohort) for id, cohort in page))
            progress = Progress(page[-1][0] if page else progress.after, done=len(page) < PAGE)
            body = msgspec.json.encode(progress)
            version = (await self._documents.put(CLOSING, name, body, version)).version
            if seconds() >= until:
                break
        return not progress.done

    async def unclosed(self) -> AsyncIterator[int]:
        """Weeks that are over and not closed, the earliest first. Raises StoreError."""
        now = week_of(self._clock())
        for week in range(now - WEEKS_BACK, now):
            if self.is_over(week) and not (await self._progress(week_name(week)))[0].done:
                yield week

    async def scores(self, members: Sequence[Held], week: int, now: int, before: int | None = None) -> list[Score]:
        """What the ledger says of members in a week, with what was accepted before an instant (ms), or all of it.

        Whoever by their account now belongs on the other side of 18 is not among them.

        Raises StoreError.
        """
        found = []
        for held in members:
            try:
                await self._books.catch_up(held, before)
            except CorruptStoreError as error:  # one damaged journal keeps nobody else from a result
                logger.error("a learner's league stands where their journal can be read: %s", error)
            await self._books.profile(held)
            row, seat = held.record.week(week), held.record.seat
            if seat is not None and held.record.fits(seat) and held.record.plays == "on":
                found.append(Score(seat.handle, row.xp, row.at, held.record.in_shadow(now)))
        return found

    async def _progress(self, name: str) -> tuple[Progress, int]:
        document = await self._documents.get(CLOSING, name)
        return (
            (Progress(), 0)
            if document is None
            else (msgspec.json.decode(document.body, type=Progress), document.version)
        )

    async def _close_unless_done(self, cohort_id: str, cohort: Cohort) -> None:
        if await self._cohorts.result(cohort_id) is None:
            await self._close(cohort_id, cohort)

    async def _close(self, cohort_id: str, cohort: Cohort) -> Result:
        week = week_named(cohort_id.partition(":")[0])
        closes = self.closes_at(week)
        handles = {member.handle for member in cohort.members}
        members = [
            held
            for held in await self._books.of_cohort(cohort_id)
            if held.record.seat is not None and held.record.seat.handle in handles
        ]
        await asyncio.sleep(0)
        scores = await self.scores(members, week, closes, before=closes)
        rows = closed(scores, cohort.tier, soft=cohort.young, rules=self._books.rules(week))
        size = sum(not row.shadow for row in rows)
        return await self._cohorts.close(cohort_id, Result(at=closes, size=size, rows=rows))
