"""Leaderboards of one process: a sorted list per board."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from api.live.ports import Entry, Move, Report, Standing
from api.live.scores import BOARD_TTL_SECONDS, check_entry, check_window

MAX_MEMBERS = 500_000
"""Of all boards together, about 200 MB at most. Beyond it, boards that were not used for longest are forgotten."""

Place = tuple[int, int, str]
"""Minus the score, when it was reached, the member: in the order of the board."""


class Board:
    """Members in order, and the place of each."""

    __slots__ = ("changed", "order", "places", "versions")

    def __init__(self) -> None:
        self.order: list[Place] = []
        self.places: dict[str, Place] = {}
        self.versions: dict[str, int] = {}
        self.changed = 0.0

    def put(self, member: str, score: int, at: int) -> None:
        """Place a member anew."""
        self.remove(member)
        place = (-score, at, member)
        self.places[member] = place
        insort(self.order, place)

    def remove(self, member: str) -> bool:
        """Whether it was there."""
        place = self.places.pop(member, None)
        self.versions.pop(member, None)
        if place is None:
            return False
        del self.order[bisect_left(self.order, place)]
        return True

    def index(self, member: str) -> int | None:
        """How many are ahead of the member; None if it is not there."""
        place = self.places.get(member)
        return None if place is None else bisect_left(self.order, place)

    def window(self, start: int, stop: int) -> list[Standing]:
        """The standings from start up to, without, stop."""
        return [
            Standing(start + 1 + i, member, -negative) for i, (negative, _, member) in enumerate(self.order[start:stop])
        ]


class EmbeddedLeaderboards:
    """See api.live.ports.Leaderboards. `seconds` is a clock that never steps back."""

    def __init__(self, seconds: Callable[[], float], max_members: int = MAX_MEMBERS) -> None:
        self._seconds = seconds
        self._max_members = max_members
        self._boards: OrderedDict[str, Board] = OrderedDict()
        self._n_members = 0

    async def add(self, board: str, member: str, delta: int, at: int) -> Standing:
        """Add points, earned at `at`."""
        check_entry(Entry(member, delta, at))
        found = self._writing(board)
        before = found.places.get(member)
        if before is None:
            self._put(found, member, delta, at if delta else 0)
        elif delta:
            self._put(found, member, delta - before[0], max(at, before[1]))
        return self._standing(found, member)

    async def set(self, board: str, member: str, score: int, at: int) -> Standing:
        """Put a member at a score."""
        check_entry(Entry(member, score, at))
        found = self._writing(board)
        self._put(found, member, score, at)
        return self._standing(found, member)

    async def report(self, reports: Sequence[Report]) -> list[Move]:
        """Put members at scores, each unless a later version is known."""
        for report in reports:
            check_entry(Entry(report.member, report.score, report.at))
        return [self._take(report) for report in reports]

    def _take(self, report: Report) -> Move:
        found = self._writing(report.board)
        before = found.index(report.member)
        if before is None or found.versions.get(report.member, -1) < report.version:
            self._put(found, report.member, report.score, report.at)
            found.versions[report.member] = report.version
        return Move(None if before is None else before + 1, self._standing(found, report.member).rank)

    async def replace(self, board: str, entries: Iterable[Entry]) -> None:
        """Make the board hold exactly these."""
        entries = list(entries)
        for entry in entries:
            check_entry(entry)
        self._forget(board)
        if entries:
            found = self._writing(board)
            for entry in entries:
                self._put(found, entry.member, entry.score, entry.at)

    async def top(self, board: str, n: int, offset: int = 0) -> list[Standing]:
        """The first n after `offset`."""
        check_window(n, offset)
        found = self._reading(board)
        return found.window(offset, offset + n) if found else []

    async def around(self, board: str, member: str, n: int) -> list[Standing]:
        """Up to n before the member and n after."""
        check_window(n, 0)
        found = self._reading(board)
        index = found.index(member) if found else None
        return [] if found is None or index is None else found.window(max(0, index - n), index + n + 1)

    async def rank(self, board: str, member: str) -> Standing | None:
        """The member's place, or None."""
        found = self._reading(board)
        return self._standing(found, member) if found and member in found.places else None

    async def size(self, board: str) -> int:
        """How many members it has."""
        found = self._reading(board)
        return len(found.order) if found else 0

    async def remove(self, board: str, member: str) -> bool:
        """Take a member off."""
        found = self._reading(board)
        removed = found is not None and found.remove(member)
        self._n_members -= removed
        return removed

    async def drop(self, board: str) -> None:
        """Forget a board."""
        self._forget(board)

    def _reading(self, name: str) -> Board | None:
        found = self._boards.get(name)
        if found is None:
            return None
        if self._seconds() - found.changed > BOARD_TTL_SECONDS:
            self._forget(name)
            return None
        self._boards.move_to_end(name)
        return found

    def _writing(self, name: str) -> Board:
        found = self._reading(name)
        if found is None:
            found = self._boards[name] = Board()
        found.changed = self._seconds()
        return found

    def _put(self, board: Board, member: str, score: int, at: int) -> None:
        self._n_members += member not in board.places
        board.put(member, score, at)
        while self._n_members > self._max_members and len(self._boards) > 1:
            self._forget(next(iter(self._boards)))

    def _forget(self, name: str) -> None:
        found = self._boards.pop(name, None)
        self._n_members -= len(found.order) if found else 0

    def _standing(self, board: Board, member: str) -> Standing:
        index = bisect_left(board.order, board.places[member])
        return Standing(index + 1, member, -board.places[member][0])
