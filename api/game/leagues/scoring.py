"""From the journal to the boards: every commit is taken in shortly after it was made, and delays no answer.

A commit is only put in line. Twice a second those in line are added up, learners are seated, and their XP is reported
to the boards, all in one trip. What a crash or a loss of the live state takes away is found in the journal again: by
the learner's next commit, by whoever looks at the cohort, and by the closing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from api.game.calendar import ZoneError
from api.game.leagues.books import Books, Held
from api.game.leagues.membership import Membership
from api.game.leagues.record import KINDS, XP, Seat, concerns
from api.game.leagues.standings import Standings, report_of
from api.game.leagues.weeks import week_of
from api.live.ports import Leaderboards, LiveError, Report
from api.store.ports import Commit, StoreError, VersionClashError
from api.wire import Clock

BATCH_SECONDS = 0.5
CHECKPOINT_SECONDS = 300.0
"""So long may a document lag behind the journal, which costs whoever closes the week some reading."""
LOOK_SECONDS = 30.0
MAX_TRIES = 10
MAX_AT_ONCE = 64
logger = logging.getLogger("pacer.leagues")

Moved = Callable[[str], None]
"""Called with a learner's id when their place may have changed."""

Change = Callable[[Held], Awaitable[None]]


class Inbox:
    """Commits in line. Those of learners that nobody here knows, and that move nothing, are passed over."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.is_known: Callable[[str], bool] = lambda _: False
        self._commits: dict[str, list[Commit]] = {}

    def put(self, commit: Commit) -> None:
        """Put a commit in line. Never waits and never fails."""
        waiting = self._commits.get(commit.learner_id)
        if waiting is not None:
            waiting.append(commit)
        elif self.is_known(commit.learner_id) or concerns(commit):
            self._commits[commit.learner_id] = [commit]
            self.arrived.set()

    def take(self) -> dict[str, list[Commit]]:
        """Everything in line, by learner."""
        self.arrived.clear()
        taken, self._commits = self._commits, {}
        return taken


@dataclass(frozen=True, slots=True)
class Parts:
    """What scoring works with."""

    books: Books
    membership: Membership
    standings: Standings
    boards: Leaderboards
    clock: Clock


def follows(seq: int, commits: Sequence[Commit]) -> bool:
    """Whether commits go on after a seq without a gap, and hold nothing for the leagues but XP."""
    return all(
        commit.seq == number and not any(entry.kind in KINDS and entry.kind != XP for entry in commit.facts)
        for number, commit in enumerate(commits, start=seq + 1)
    )


class Scoring:
    """Takes in what is in line. `seconds` is a clock that never steps back."""

    def __init__(self, parts: Parts, inbox: Inbox, moved: Moved, seconds: Callable[[], float]) -> None:
        self._parts = parts
        self._inbox = inbox
        self._moved = moved
        self._seconds = seconds
        self._room = asyncio.Semaphore(MAX_AT_ONCE)
        inbox.is_known = lambda learner_id: parts.books.known(learner_id) is not None

    async def run(self) -> None:
        """Take in what comes, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._inbox.arrived.wait()
            await asyncio.sleep(BATCH_SECONDS)
            try:
                await self.flush()
                await self.checkpoint(CHECKPOINT_SECONDS)
            except Exception:  # whatever it was: the next turn finds everything in the journal
                logger.exception("scores of leagues are late")

    async def flush(self) -> None:
        """Take in what is in line, and report it."""
        await self._take_in(self._inbox.take())

    async def refresh(self, learner_ids: Iterable[str]) -> None:
        """Bring learners up to now, and report them."""
        await self._take_in(dict.fromkeys(learner_ids))

    async def _take_in(self, taken: Mapping[str, Sequence[Commit] | None]) -> None:
        reports: dict[str, Report] = {}
        slow: dict[str, Sequence[Commit] | None] = {}
        for learner_id, commits in taken.items():
            report = self._at_once(learner_id, commits)
            if report is None:
                slow[learner_id] = commits
            else:
                reports[learner_id] = report
        found = await asyncio.gather(*(self._in_turn(learner_id, commits) for learner_id, commits in slow.items()))
        reports |= {learner_id: report for learner_id, report in zip(slow, found, strict=True) if report is not None}
        if reports:
            await self._report(reports)

    def _at_once(self, learner_id: str, commits: Sequence[Commit] | None) -> Report | None:
        """The usual case, without a task of its own: more XP for somebody who is seated this week. None for all others.

        Nobody else uses the record meanwhile, as nothing is waited for and its lock is free.
        """
        books = self._parts.books
        held = books.known(learner_id)
        if held is None or not commits or books.lock(learner_id).locked() or not held.settled:
            return None
        record, seat = held.record, held.record.seat
        if seat is None or seat.week != week_of(self._parts.clock()) or not follows(record.seq, commits):
            return None
        for commit in commits:
            books.add(held, commit)
        return report_of(record, seat)

    async def _report(self, reports: dict[str, Report]) -> None:
        try:
            moves = await self._parts.boards.report(list(reports.values()))
        except LiveError as error:
            logger.warning("scores of leagues were not reported, the ledger has them: %s", error)
            return
        for learner_id, move in zip(reports, moves, strict=True):
            if move.before != move.now:
                self._moved(learner_id)

    async def _in_turn(self, learner_id: str, commits: Sequence[Commit] | None) -> Report | None:
        async with self._room:
            try:
                return await self.update(learner_id, commits)
            except (StoreError, ZoneError) as error:
                logger.warning("a learner's league is late: %s", error)
                return None

    async def update(self, learner_id: str, commits: Iterable[Commit] | None = None) -> Report | None:
        """Bring a learner's record up to now; what to report of them, if they are ranked.

        Without the commits that are new, or where some before them are missing, the journal is read. Raises StoreError.
        """
        held = await self.record(learner_id, commits)
        if held is None or held.record.seat is None:
            return None
        seat = held.record.seat
        if not held.record.cohort or held.record.in_shadow(self._parts.clock()):
            await self._leave(seat)
            return None
        return report_of(held.record, seat)

    async def record(
        self, learner_id: str, commits: Iterable[Commit] | None = None, change: Change | None = None
    ) -> Held | None:
        """A learner's record as it stands now, after a change that saves it; None if there is no such learner.

        Raises StoreError.
        """
        books = self._parts.books
        async with books.lock(learner_id):
            for _ in range(MAX_TRIES):
                held = await books.hold(learner_id)
                if held is None:
                    return None
                try:
                    changed = self._add(held, commits)
                    if changed is None:
                        changed = await books.catch_up(held)
                    if change is not None:
                        await change(held)
                    if not await self._parts.membership.update(held) and changed:
                        await books.save(held)
                    return held
                except VersionClashError:
                    books.forget(learner_id)
                    commits = None
                except BaseException:
                    books.forget(learner_id)
                    raise
        raise StoreError("a learner's league is being changed from too many places; try again")

    def _add(self, held: Held, commits: Iterable[Commit] | None) -> bool | None:
        """Take in commits that follow each other; None if some are missing."""
        if commits is None:
            return None
        changed = False
        for commit in sorted(commits, key=lambda each: each.seq):
            if commit.seq > held.record.seq + 1:
                return None
            if commit.seq == held.record.seq + 1:
                changed |= self._parts.books.add(held, commit)
        return changed

    async def _leave(self, seat: Seat) -> None:
        with suppress(LiveError):  # whoever looks at the cohort takes them off
            await self._parts.standings.leave(seat)

    async def checkpoint(self, older_seconds: float) -> None:
        """Write the records that have been lagging behind for so long."""
        until = self._seconds() - older_seconds
        due = [held for held in self._parts.books.dirty.values() if held.dirty_since is not None]
        for held in due:
            if held.dirty_since is not None and held.dirty_since <= until:
                await self._write(held.record.learner_id)

    async def _write(self, learner_id: str) -> None:
        books = self._parts.books
        async with books.lock(learner_id):
            held = books.dirty.get(learner_id)
            if held is None:
                return
            try:
                if await books.account(learner_id) is None:
                    books.forget(learner_id)
                else:
                    await books.save(held)
            except StoreError as error:
                books.forget(learner_id)
                logger.warning("a learner's league was not written: %s", error)
