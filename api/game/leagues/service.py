"""Use cases of the leagues: look at one's own, at past weeks, at one's place; merge two learners' places into one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game.facts import MINORS
from api.game.leagues.books import LEAGUE, Books, Held
from api.game.leagues.closing import Closing
from api.game.leagues.membership import Membership
from api.game.leagues.pseudonyms import pseudonym
from api.game.leagues.record import Record, Seat, WeekRow
from api.game.leagues.rules import TIERS, Zones, zones
from api.game.leagues.schemas import (
    League,
    LeagueMember,
    LeaguePosition,
    LeagueTier,
    LeagueWeek,
    OwnWeek,
    PastWeek,
    Phase,
)
from api.game.leagues.scoring import Scoring
from api.game.leagues.standing import own_past
from api.game.leagues.standings import Ranked, Standings
from api.game.leagues.weeks import week_ends, week_name, week_of, week_starts
from api.live.ports import LiveError
from api.wire import Clock, instant

NAME_SECONDS = 60.0
MAX_NAMES = 20_000


class Face(NamedTuple):
    """What an account says of a learner: the name, "" for none, and whether they are under 18."""

    name: str
    young: bool


class Names:
    """What learners chose to be called, looked up again after a minute. `seconds` never steps back."""

    def __init__(self, books: Books, seconds: Callable[[], float]) -> None:
        self._books = books
        self._seconds = seconds
        self._found: OrderedDict[str, tuple[float, Face]] = OrderedDict()

    async def of(self, learner_id: str) -> Face:
        """The name and the side of 18. Raises StoreError."""
        found = self._found.get(learner_id)
        if found is not None and self._seconds() < found[0]:
            return found[1]
        account = await self._books.account(learner_id)
        face = Face("", False) if account is None else Face(account.display_name, account.age_group in MINORS)
        self._found[learner_id] = (self._seconds() + NAME_SECONDS, face)
        self._found.move_to_end(learner_id)
        if len(self._found) > MAX_NAMES:
            self._found.popitem(last=False)
        return face

    def forget(self, learner_id: str) -> None:
        """Look up again what a learner is called."""
        self._found.pop(learner_id, None)


class LeagueService:
    """The leagues of all learners, as each of them sees their own."""

    def __init__(
        self,
        books: Books,
        closing: Closing,
        membership: Membership,
        standings: Standings,
        scoring: Scoring,
        accounts: AccountService,
        names: Names,
        clock: Clock,
    ) -> None:
        self._books = books
        self._closing = closing
        self._membership = membership
        self._standings = standings
        self._scoring = scoring
        self._accounts = accounts
        self._names = names
        self._clock = clock

    async def current(self, learner_id: str) -> League:
        """A learner's league now. Raises UnknownAccountError, AccountGoneError, StoreError."""
        await self._accounts.account(learner_id)
        record = await self._record(learner_id)
        current = week_of(self._clock())
        seat = record.seat if record.cohort else None
        week = current if seat is None else seat.week
        ranked = [] if seat is None else await self._fitting(record, seat)
        zone = self._zones(seat, len(ranked))
        members = await self._members(record, seat, ranked, zone)
        phase = phase_of(record, seat, current)
        return League(
            mode=record.plays,
            phase=phase,
            message=message_of(record, phase, under_review=self._under_review(record)),
            week=self._week(week),
            tier=tier_of(record.tier if seat is None else seat.tier),
            place=next((each.place for each in members if each.you), None),
            xp=record.week(week).xp,
            members=members,
            promoted=zone.up,
            demoted=zone.down,
            under_review=self._under_review(record),
            own_weeks=own_weeks(record, current) if phase == "past" else (),
            last_week=last_of(record),
        )

    async def past(self, learner_id: str, before: str | None, limit: int) -> tuple[tuple[PastWeek, ...], bool]:
        """Weeks that are over, the latest first, at most `limit` before the named one; whether there are more.

        Raises UnknownAccountError, AccountGoneError, StoreError.
        """
        await self._accounts.account(learner_id)
        record = await self._record(learner_id)
        end = week_name(week_of(self._clock())) if before is None else before
        rows = [row for row in reversed(record.weeks) if week_name(row.week) < end and (row.xp > 0 or row.tier)]
        return tuple(past_week(row) for row in rows[:limit]), len(rows) > limit

    async def position(self, learner_id: str, last: LeaguePosition | None = None) -> LeaguePosition | None:
        """A learner's place as the board has it, None where they have none to be told. Raises StoreError.

        With the `last` one that was told, only the board is asked, and nothing more if the place is the same.
        """
        held = None if last is None else self._books.known(learner_id)
        record = held.record if held is not None else await self._record(learner_id)
        seat = record.seat if record.cohort and not self._under_review(record) else None
        if seat is None:
            return None
        try:
            place = await self._standings.place(seat)
            if last is not None and (last.week, last.place) == (week_name(seat.week), place):
                return last
            size = await self._standings.size(seat)
        except LiveError:
            return last
        if place is None:
            return None
        zone = self._zones(seat, size).outcome(place)
        return LeaguePosition(week=week_name(seat.week), tier=tier_of(seat.tier), place=place, zone=zone)

    async def merged(self, guest_id: str, account_id: str) -> None:
        """A guest became part of an account: one membership is kept. Repeating it is harmless. Raises StoreError."""
        document = await self._books.documents.get(LEAGUE, guest_id)
        if document is None:
            return
        self._books.forget(guest_id)
        guest = self._books.read(document).record

        left: list[Seat | None] = [guest.seat]

        async def take_over(held: Held) -> None:
            left.append(held.record.seat)
            await self._membership.take_over(guest, held)

        await self._scoring.record(account_id, change=take_over)
        await self._books.documents.delete(LEAGUE, guest_id)
        await self._standings.move(left, await self._scoring.update(account_id))

    async def profiled(self, account: Account) -> None:
        """An account's age group changed: a seat on the other side of 18 is given up at once. Raises StoreError."""
        left: list[Seat | None] = []

        async def note(held: Held) -> None:
            left.append(held.record.seat)

        self._names.forget(account.id)
        await self._scoring.record(account.id, change=note)
        await self._standings.move(left, await self._scoring.update(account.id))

    async def _fitting(self, record: Record, seat: Seat) -> list[Ranked]:
        """The standing without those whose accounts say that they belong on the other side of 18."""
        ranked = [
            each
            for each in await self._standings.of(record, seat)
            if each.learner_id == record.learner_id or (await self._names.of(each.learner_id)).young == seat.young
        ]
        return [msgspec.structs.replace(each, place=place) for place, each in enumerate(ranked, start=1)]

    async def _record(self, learner_id: str) -> Record:
        """The record as of now."""
        held = await self._scoring.record(learner_id)
        return Record(learner_id=learner_id) if held is None else held.record

    async def _members(
        self, record: Record, seat: Seat | None, ranked: Sequence[Ranked], zone: Zones
    ) -> tuple[LeagueMember, ...]:
        return tuple(
            [
                LeagueMember(
                    place=each.place,
                    name=await self._name(each, young=seat is not None and seat.young),
                    xp=each.xp,
                    zone=zone.outcome(each.place),
                    you=each.learner_id == record.learner_id,
                )
                for each in ranked
            ]
        )

    async def _name(self, member: Ranked, *, young: bool) -> str:
        """Under 18 everybody has a pseudonym."""
        return (not young and (await self._names.of(member.learner_id)).name) or pseudonym(member.handle)

    def _under_review(self, record: Record) -> bool:
        return record.in_shadow(self._clock())

    def _zones(self, seat: Seat | None, size: int) -> Zones:
        if seat is None:
            return Zones(0, 0, 0)
        return zones(size, seat.tier, soft=seat.young, rules=self._books.rules(seat.week))

    def _week(self, week: int) -> LeagueWeek:
        return LeagueWeek(
            name=week_name(week),
            starts_at=instant(week_starts(week)),
            ends_at=instant(week_ends(week)),
            closes_at=instant(self._closing.closes_at(week)),
        )


def phase_of(record: Record, seat: Seat | None, current: int) -> Phase:
    """Where a learner is in the week."""
    if record.plays == "off":
        return "off"
    if record.plays == "pastSelf":
        return "past"
    if seat is None:
        return "notYet"
    return "ranked" if seat.week == current else "closing"


def message_of(record: Record, phase: Phase, *, under_review: bool) -> str:
    """The code of words for where a learner is."""
    if under_review and phase in ("ranked", "closing"):
        return "league.underReview"
    return "league.waiting" if phase == "closing" and record.waiting else f"league.{phase}"


def tier_of(tier: int) -> LeagueTier:
    """A tier on the wire."""
    return LeagueTier(place=tier, code=TIERS[tier - 1])


def past_week(row: WeekRow) -> PastWeek:
    """A week on the wire."""
    return PastWeek(
        week=week_name(row.week),
        xp=row.xp,
        tier=tier_of(row.tier) if row.tier else None,
        place=row.place or None,
        size=row.size if row.place else None,
        outcome=row.outcome or None,
    )


def last_of(record: Record) -> PastWeek | None:
    """The last week that closed with the learner in a group."""
    return next((past_week(row) for row in reversed(record.weeks) if row.outcome), None)


def own_weeks(record: Record, current: int) -> tuple[OwnWeek, ...]:
    """The league of a learner's own past."""
    return tuple(
        OwnWeek(place=row.place, week=week_name(row.week), xp=row.xp, current=row.week == current)
        for row in own_past(record.xp_by_week(), current)
    )
