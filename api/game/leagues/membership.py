"""A learner's way through the weeks: what last week brought, a seat for this one, stepping out and coming back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from api.accounts.account import Account
from api.game.leagues.books import Books, Held
from api.game.leagues.closing import Closing
from api.game.leagues.matching import bucket_of, pace_of
from api.game.leagues.plans import Plans
from api.game.leagues.record import Record, Seat
from api.game.leagues.rules import Outcome, tier_after
from api.game.leagues.seating import Seating
from api.game.leagues.standing import outcome_of
from api.game.leagues.weeks import week_name, week_of
from api.wire import Clock


class Membership:
    """Keeps records in step with the calendar. The lock of a record is held by whoever calls.

    `seated` hears of whoever has just taken a seat.
    """

    def __init__(self, books: Books, closing: Closing, plans: Plans, seating: Seating, clock: Clock) -> None:
        self._books = books
        self._closing = closing
        self._plans = plans
        self._seating = seating
        self._clock = clock
        self.seated: Callable[[Held], Awaitable[None]] | None = None

    async def update(self, held: Held) -> bool:
        """Bring a record to where it stands now; whether anything changed, all of which is saved.

        The week before is settled once it has closed. A seat is taken for a week in which there is XP, as soon as the
        outcome of the last one is known. Whoever does not play steps out, and is let in again to the same seat.

        Raises:
            VersionClashError: another process has changed the record; read it again.
            StoreError: it cannot be done now.
        """
        record = held.record
        before = (record.seat, record.cohort, record.waiting, record.doubted)
        await self._books.profile(held)
        await self._settle(held)
        await self._make_good(record)
        await self._protect(held)
        week = self._wanted(record)
        if week is not None and record.seat is None:
            await self._join(held, week)
        else:
            record.waiting = "" if week is None else week_name(week)
            record.cohort = record.seat.cohort if record.seat is not None and record.plays == "on" else ""
            if (record.seat, record.cohort, record.waiting, record.doubted) != before:
                await self._books.save(held)
            if record.cohort and not await self._seating.confirm(held):
                await self._move(held)
        return before != (record.seat, record.cohort, record.waiting, record.doubted)

    def _wanted(self, record: Record) -> int | None:
        """The week in which a seat is due, the last one while it is open; None if none is."""
        if record.plays != "on":
            return None
        now = self._clock()
        current = week_of(now)
        last = max((row.week for row in record.weeks if row.tier), default=current - 2)
        for week in (current - 1, current):
            if week > last and now < self._closing.closes_at(week) and record.week(week).xp > 0:
                return week
        return None

    async def _settle(self, held: Held) -> None:
        record = held.record
        seat = record.seat
        if seat is None or not self._closing.is_over(seat.week):
            return
        found = await self._closing.result(seat.cohort)
        row = found.row(seat.handle)
        if row is not None:
            self._enter(record, seat, outcome_of(row, cleared=False), seat.tier)
            week = record.week(seat.week)
            week.place, week.size, week.shadow = row.place, found.size, row.shadow
            record.doubted = seat if row.shadow else None
        record.seat, held.seated = None, False

    async def _protect(self, held: Held) -> None:
        """Whoever turns out to be under 18, or no more, gives up a seat among the others, which is free again."""
        record = held.record
        seat = record.seat
        if seat is not None and not record.fits(seat):
            await self._seating.release(seat)
            record.week(seat.week).tier = 0
            others = [each for each in record.left if each.week == seat.week and each.young != seat.young]
            record.left = [*others, seat]
            record.seat, held.seated = None, False

    async def _return(self, held: Held, week: int) -> bool:
        """Take a seat of the week again that was given up on this side of 18; whether there is one, and room in it."""
        record = held.record
        seat = next((each for each in record.left if each.week == week and record.fits(each)), None)
        if seat is None:
            return False
        record.left = [each for each in record.left if each != seat]
        record.seat, record.cohort, record.waiting, held.seated = seat, seat.cohort, "", False
        row = record.week(week)
        row.tier = seat.tier
        record.keep(row)
        await self._books.save(held)
        if await self._seating.confirm(held):
            return True
        record.seat, record.cohort = None, ""
        return False

    async def _make_good(self, record: Record) -> None:
        """What a week in the shadow would have brought, once its flags are cleared."""
        seat = record.doubted
        if seat is None or record.in_shadow(self._closing.closes_at(seat.week)):
            return
        row = (await self._closing.result(seat.cohort)).row(seat.handle)
        if row is not None:
            self._enter(record, seat, outcome_of(row, cleared=True), record.tier)
            record.week(seat.week).shadow = False
        record.doubted = None

    def _enter(self, record: Record, seat: Seat, outcome: Outcome, tier: int) -> None:
        record.tier = tier_after(tier, outcome, self._books.rules(seat.week))
        record.week(seat.week).outcome = outcome

    async def _join(self, held: Held, week: int) -> None:
        """Take a seat. Who has just lost their account gets none."""
        record = held.record
        account = await self._books.account(record.learner_id)
        if account is None:
            return
        if not await self._return(held, week):
            await self._take_seat(held, week, account)
        if self.seated is not None:
            await self.seated(held)

    async def _take_seat(self, held: Held, week: int, account: Account) -> None:
        record = held.record
        young = record.young
        split = await self._plans.split(week, record.tier, young=young)
        pace = pace_of(record.xp_by_week(), week, self._books.rules(week))
        bucket = bucket_of(week, record.tier, split, young=young, zone=account.zone, pace=pace)
        await self._seating.seat(held, bucket, pace)

    async def _move(self, held: Held) -> None:
        """Look for another seat in place of one that was never taken."""
        seat = held.record.seat
        if seat is not None:
            held.record.seat, held.record.cohort = None, ""
            await self._join(held, seat.week)

    async def take_over(self, guest: Record, held: Held) -> None:
        """Give a merged guest's place to the account, if the guest has been in leagues for longer.

        So one membership is kept; with as long ones it is the account's. Raises VersionClashError, StoreError.
        """
        record = held.record
        mine, theirs = first_league(record), first_league(guest)
        if theirs is None or (mine is not None and mine <= theirs):
            return
        record.tier, record.seat, record.doubted, held.seated = guest.tier, guest.seat, guest.doubted, False
        for row in guest.weeks:
            if row.tier:
                own = record.week(row.week)
                own.tier, own.place, own.size = row.tier, row.place, row.size
                own.outcome, own.shadow = row.outcome, row.shadow
                own.xp += row.xp if row.outcome else 0  # what comes now is too late for a week that has closed
                record.keep(own)
        await self._books.save(held)


def first_league(record: Record) -> int | None:
    """The first week, of those that are kept, in which the learner had a seat."""
    return next((row.week for row in record.weeks if row.tier), None)
