"""The leagues, put together."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from time import monotonic

from litestar import Litestar

from api.accounts.service import AccountService
from api.composition import Foundation
from api.game.leagues.books import Books
from api.game.leagues.closing import Closing
from api.game.leagues.cohorts import Cohorts
from api.game.leagues.membership import Membership
from api.game.leagues.plans import Plans
from api.game.leagues.reminding import Reminding
from api.game.leagues.routes import LEAGUES
from api.game.leagues.rules import LeagueRules, RulesOf, shipped_rules
from api.game.leagues.scoring import Inbox, Moved, Parts, Scoring
from api.game.leagues.seating import Seating
from api.game.leagues.service import LeagueService, Names
from api.game.leagues.standings import Standings
from api.game.leagues.weeks import date_of, week_name, week_of
from api.game.news import News
from api.game.rules import RuleBook, rule_book_of
from api.live.ports import Live
from api.store.followed import FollowedJournal
from api.store.ports import Documents, Journal, StoreError
from api.wire import Clock

CLOSE, REMIND = "leagues.close", "leagues.remind"
TURN_SECONDS = 300
HANDLE_BYTES = 9


@dataclass(frozen=True, slots=True)
class Ground:
    """What leagues stand on. `moved` is called with a learner whose place may have changed; word goes by `news`."""

    documents: Documents
    journal: Journal
    live: Live
    clock: Clock
    seconds: Callable[[], float] = monotonic
    moved: Moved = lambda _: None
    rules: RulesOf = shipped_rules
    news: News = field(default_factory=News)


class Leagues:
    """The parts of the leagues of one process."""

    def __init__(self, ground: Ground, inbox: Inbox) -> None:
        documents, clock, boards = ground.documents, ground.clock, ground.live.leaderboards
        self.seconds = ground.seconds
        self.books = Books(documents, ground.journal, ground.seconds, ground.rules)
        self.cohorts = Cohorts(documents, ground.rules)
        self.plans = Plans(documents, self.cohorts)
        rng = random.Random(secrets.randbits(64))
        self.seating = Seating(self.books, self.cohorts, lambda: secrets.token_urlsafe(HANDLE_BYTES), rng)
        self.closing = Closing(self.books, self.cohorts, documents, clock)
        self.reminding = Reminding(self.books, self.cohorts, documents, ground.news, clock)
        self.membership = Membership(self.books, self.closing, self.plans, self.seating, clock)
        self.membership.seated = self.reminding.seated
        self.standings = Standings(self.books, self.closing, boards, clock, ground.seconds)
        parts = Parts(self.books, self.membership, self.standings, boards, clock)
        self.scoring = Scoring(parts, inbox, ground.moved, ground.seconds)
        self.names = Names(self.books, ground.seconds)
        self.clock = clock

    async def declare(self) -> None:
        """Tell the store of all documents. Raises StoreError."""
        for room in (self.books, self.cohorts, self.plans, self.closing, self.reminding):
            await room.declare()

    async def remind(self) -> bool:
        """Send word to the ranked of a week that ends soon; whether some are left. Raises StoreError."""
        return await self.reminding.remind(self.seconds)

    def service(self, accounts: AccountService) -> LeagueService:
        """The use cases."""
        return LeagueService(
            self.books,
            self.closing,
            self.membership,
            self.standings,
            self.scoring,
            accounts,
            self.names,
            self.clock,
        )

    async def close_due(self) -> bool:
        """Close the weeks that are over, and seat those who waited for it; whether some are left. Raises StoreError."""
        async for week in self.closing.unclosed():
            if await self.closing.close_week(week, self.seconds):
                return True
        current = week_of(self.clock())
        for week in (current - 1, current):
            if self.closing.is_over(week - 1):
                await self.scoring.refresh([each async for each in self.books.waiting_for(week_name(week))])
        return False


def rules_of_weeks(book: RuleBook) -> RulesOf:
    """The rules of a week are those of the date on which it begins."""
    known = lru_cache(maxsize=256)(lambda week: book.on(date_of(week).toordinal()).league)

    def of(week: int) -> LeagueRules:
        found: LeagueRules = known(week)
        return found

    return of


def with_inbox(foundation: Foundation) -> tuple[Foundation, Inbox]:
    """The foundation on a journal whose commits are put in line for the leagues."""
    inbox = Inbox()
    return replace(foundation, journal=FollowedJournal(foundation.journal, inbox.put)), inbox


@asynccontextmanager
async def competing(
    app: Litestar, foundation: Foundation, accounts: AccountService, inbox: Inbox, moved: Moved, news: News
) -> AsyncIterator[LeagueService]:
    """Fill the slot, take in what is in line until the end, and have weeks closed. Raises StoreError."""
    ground = Ground(
        foundation.documents,
        foundation.journal,
        foundation.live,
        foundation.clock,
        moved=moved,
        rules=rules_of_weeks(rule_book_of(foundation.settings)),
        news=news,
    )
    leagues = Leagues(ground, inbox)
    await leagues.declare()
    foundation.jobs.repeat(CLOSE, TURN_SECONDS, leagues.close_due)
    foundation.jobs.repeat(REMIND, TURN_SECONDS, leagues.remind)
    service = leagues.service(accounts)
    LEAGUES.fill(app, service)
    accounts.aged.append(service.profiled)
    running = asyncio.create_task(leagues.scoring.run())
    try:
        yield service
    finally:
        running.cancel()
        await asyncio.wait({running})
        with suppress(StoreError):  # the journal has it
            await leagues.scoring.flush()
            await leagues.scoring.checkpoint(0.0)
