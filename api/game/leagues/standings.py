"""The standing of a cohort as it is shown: from its board, which is made good from the ledger where it lacks anything.

A board can be lost or lag at any time. Whoever looks finds out: a member who is not on it, their own XP other than the
ledger says, or five minutes in which this process has not compared it. Then every member's XP is read from the ledger
and reported, and a report never takes the place of a later one. Without a live state it is shown from the ledger alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import msgspec

from api.game.leagues.books import Books, Held
from api.game.leagues.closing import Closing
from api.game.leagues.record import Record, Seat
from api.game.leagues.standing import ahead
from api.live.ports import Leaderboards, LiveError, Report, Standing
from api.wire import Clock

COMPARE_SECONDS = 300.0
MAX_COMPARED = 10_000
SPARE = 30
"""Members of a board that may be there in excess: those who left since."""


class Ranked(msgspec.Struct, frozen=True, gc=False):
    """A member where the board has them; `learner_id` is for the service alone."""

    place: int
    handle: str
    learner_id: str
    xp: int


def board_of(cohort: str) -> str:
    """The name of a cohort's board."""
    return f"league:{cohort}"


def report_of(record: Record, seat: Seat) -> Report:
    """Where a record says that its holder stands."""
    row = record.week(seat.week)
    return Report(board_of(seat.cohort), seat.handle, row.xp, row.at, record.accepted_at)


class Standings:
    """Reads cohorts. `seconds` is a clock that never steps back."""

    def __init__(
        self, books: Books, closing: Closing, boards: Leaderboards, clock: Clock, seconds: Callable[[], float]
    ) -> None:
        self._books = books
        self._closing = closing
        self._boards = boards
        self._clock = clock
        self._seconds = seconds
        self._compared: dict[str, float] = {}

    async def of(self, own: Record, seat: Seat) -> list[Ranked]:
        """Those who are ranked in a cohort, as its member `own` sees it: with themselves, also from the shadow.

        Raises StoreError.
        """
        now = self._clock()
        members = {
            held.record.seat.handle: held
            for held in await self._books.of_cohort(seat.cohort)
            if held.record.seat is not None and not held.record.in_shadow(now)
        }
        shadow = own.in_shadow(now)
        try:
            found = await self._from_board(own, seat, members, shadow=shadow)
        except LiveError:
            scores = await self._closing.scores(list(members.values()), seat.week, now)
            ordered = sorted((score for score in scores if score.member in members), key=ahead)
            found = [Standing(place, score.member, score.xp) for place, score in enumerate(ordered, start=1)]
        if shadow:
            found = _with_own(found, Standing(0, seat.handle, own.week(seat.week).xp))
        ids = {handle: held.record.learner_id for handle, held in members.items()} | {seat.handle: own.learner_id}
        return [Ranked(place, each.member, ids[each.member], each.score) for place, each in enumerate(found, start=1)]

    async def _from_board(
        self, own: Record, seat: Seat, members: dict[str, Held], *, shadow: bool
    ) -> Sequence[Standing]:
        board = board_of(seat.cohort)
        shown = await self._boards.top(board, len(members) + SPARE)
        if self._is_wanting(shown, own, seat, members, shadow=shadow):
            await self.make_good(seat.cohort, members, [each.member for each in shown])
            shown = await self._boards.top(board, len(members) + SPARE)
        return [each for each in shown if each.member in members]

    def _is_wanting(
        self, shown: Sequence[Standing], own: Record, seat: Seat, members: dict[str, Held], *, shadow: bool
    ) -> bool:
        there = {each.member: each.score for each in shown}
        wrong = not shadow and there.get(seat.handle) != own.week(seat.week).xp
        late = self._seconds() - self._compared.get(seat.cohort, -COMPARE_SECONDS) >= COMPARE_SECONDS
        return wrong or late or not members.keys() <= there.keys()

    async def make_good(self, cohort: str, members: dict[str, Held], there: Sequence[str] = ()) -> None:
        """Report all members of a cohort from the ledger, and take off the board who is none.

        Raises LiveError, StoreError.
        """
        reports = []
        for held in members.values():
            await self._books.catch_up(held)
            if held.record.seat is not None and held.record.plays == "on":
                reports.append(report_of(held.record, held.record.seat))
        await self._boards.report(reports)
        for stranger in set(there) - members.keys():
            await self._boards.remove(board_of(cohort), stranger)
        self._compared.pop(cohort, None)
        self._compared[cohort] = self._seconds()
        while len(self._compared) > MAX_COMPARED:
            del self._compared[next(iter(self._compared))]

    async def leave(self, seat: Seat) -> None:
        """Take a member off the board. Raises LiveError."""
        await self._boards.remove(board_of(seat.cohort), seat.handle)

    async def size(self, seat: Seat) -> int:
        """How many are on the board of a member's cohort. Raises LiveError."""
        return await self._boards.size(board_of(seat.cohort))

    async def move(self, left: Iterable[Seat | None], report: Report | None) -> None:
        """After a merger: off the board with those who had the seats, on it with whoever has one of them now."""
        with suppress(LiveError):  # whoever looks at the cohort makes it good
            for seat in left:
                if seat is not None and (report is None or report.member != seat.handle):
                    await self.leave(seat)
            if report is not None:
                await self._boards.report([report])

    async def place(self, seat: Seat) -> int | None:
        """The place of a member on the board, or None. Raises LiveError."""
        found = await self._boards.rank(board_of(seat.cohort), seat.handle)
        return None if found is None else found.rank


def _with_own(found: Sequence[Standing], own: Standing) -> list[Standing]:
    """The standing with a member who is not in it; of equal XP the others are ahead."""
    ahead_of_own = [each for each in found if each.member != own.member and each.score >= own.score]
    behind = [each for each in found if each.member != own.member and each.score < own.score]
    return [*ahead_of_own, own, *behind]
