"""The watch: a job looks at the work of those who answered lately, in bounded shares, and raises flags.

The way of an answer knows nothing of it, but for a note of who answered (`busy`). Once a day everybody is looked at who
has work that was never looked at, in case a note was lost. A flag lasts `FLAG_DAYS`, halves XP, seats the learner in
the shadow of the league, and locks nothing; work that a flag was raised on is not looked at again.

What is cut off is done again: a list of learners stays until all on it were judged, and how far a learner was looked at
is written down after that. A flag's case is written first and found again, so that no flag is without a case.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from api.game.facts import FlagRaised
from api.game.fairplay.book import MOST_ANSWERS, Answer, Book, number_of
from api.game.fairplay.busy import BUSY, SHARE, earliest
from api.game.fairplay.cases import Case, Cases, Seen
from api.game.fairplay.detectors import Finding, findings
from api.game.fairplay.flags import Flag
from api.game.settling import Decide
from api.game.state import GameState
from api.jobs.ports import Jobs
from api.learners.entries import Happening, happenings_of
from api.learners.errors import LearnerClosedError
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded, Fact, JournalEnded, XpGranted
from api.learners.states import Recorded
from api.store.ports import CorruptStoreError, Documents, Journal
from api.wire import Clock, new_id

TURN_SECONDS = 600
WALK_SECONDS = 86_400
LISTS = 50
"""Read at once."""

MOST_COMMITS = 100
"""Of a learner, read at once. The process keeps the memory of its largest read for good."""

FLAG_DAYS = 7
DAY_MS = 86_400_000
REASON = "fairplay"

Chance = Callable[[AnswerGraded], float]
logger = logging.getLogger("pacer.fairplay")


class Settle(Protocol):
    """Writes facts of the server, once for an event id and a time (ms)."""

    def __call__(
        self, learner_id: str, event_id: str, reason: str, decide: Decide, at: int | None = None
    ) -> Awaitable[Recorded]:
        """See `api.game.settling.settle`."""


class Watch:
    """Looks at new work. `chance` tells how likely a blind guess is right."""

    def __init__(
        self, journal: Journal, documents: Documents, cases: Cases, settle: Settle, chance: Chance, clock: Clock
    ) -> None:
        self._journal = journal
        self._documents = documents
        self._cases = cases
        self._settle = settle
        self._chance = chance
        self._clock = clock
        self._book = Book()

    async def declare(self) -> None:
        """Tell the store of the lists. Raises StoreError."""
        await self._documents.declare(BUSY)

    def repeat(self, jobs: Jobs) -> None:
        """Have it done by one worker of all. Raises JobError."""
        jobs.repeat("game.fairplay", TURN_SECONDS, self.look)
        jobs.repeat("game.fairplay.walk", WALK_SECONDS, self.walk)

    async def look(self, share: int = SHARE) -> bool:
        """Look at learners who answered, about so many; whether there are more. Raises StoreError."""
        lists, learners = [], dict[str, None]()
        found = await earliest(self._documents, LISTS)
        for document, noted in found:
            if learners and len(learners) >= share:
                break
            lists.append(document)
            learners.update(dict.fromkeys(noted))
        await self._look_at(learners)
        for document in lists:
            await self._documents.delete(BUSY, document.id)
        return len(lists) < len(found) or len(found) == LISTS

    async def walk(self, share: int = SHARE) -> bool:
        """Look at the next of all learners; whether there are more. Raises StoreError."""
        after, version = await self._cases.walked()
        learners = await self._journal.learners(after, share)
        await self._look_at(learners)
        more = len(learners) == share
        await self._cases.walk(learners[-1] if more else "", version)
        return more

    async def _look_at(self, learners: Iterable[str]) -> None:
        """Read what is new of learners, judge it, and only then write down how far they were looked at."""
        marks: dict[str, Seen] = {}
        active: set[str] = set()
        for learner_id in learners:
            seen = await self._cases.seen(learner_id)
            if await self._journal.read(learner_id, seen.seq, 1):
                try:
                    last, n_new = await self._read(learner_id, seen)
                except CorruptStoreError as error:  # one damaged journal keeps nobody else from a look
                    logger.error("the work of learner %s is not looked at: %s", learner_id, error)
                    self._book.forget(learner_id)
                    continue
                if last:
                    marks[learner_id] = Seen(seq=last, since=seen.since)
                if n_new:
                    active.add(learner_id)
        flagged = await self._judge(active) if active else set[str]()
        for learner_id, seen in marks.items():
            since = self._clock() if learner_id in flagged else seen.since
            await self._cases.mark(learner_id, Seen(seq=seen.seq, since=since))
            if learner_id in flagged:
                self._book.forget(learner_id)

    async def _read(self, learner_id: str, seen: Seen) -> tuple[int, int]:
        """Take what is new of a learner into the book: the last commit, 0 of a journal that ended, and new answers.

        Of whom the book does not hold some of what was looked at before is read again, so that whoever looks, and after
        whatever crash, judges new work among the same.
        """
        held = self._book.seq(learner_id)
        last, n_new = max(0, seen.seq - MOST_ANSWERS) if held is None else min(held, seen.seq), 0
        while commits := await self._journal.read(learner_id, last, MOST_COMMITS):
            happenings = happenings_of(commits)
            if any(isinstance(fact, JournalEnded) for happening in happenings for fact in happening.facts):
                self._book.forget(learner_id)
                return 0, 0
            answers = list(self._answers(happenings, seen.since))
            new = {event.id for commit in commits if commit.seq > seen.seq for event in commit.events}
            n_new += sum(answer.event_id in new for answer in answers)
            last = commits[-1].seq
            self._book.add(learner_id, answers, last)
        return last, n_new

    def _answers(self, happenings: Iterable[Happening], since: int) -> Iterable[Answer]:
        for happening in happenings:
            event = happening.event
            graded = next((fact for fact in happening.facts if isinstance(fact, AnswerGraded)), None)
            if graded is None or not isinstance(event, ExerciseAnswered) or happening.accepted_at <= since:
                continue
            if graded.practice or graded.pending:
                continue
            yield Answer(
                event_id=happening.id,
                item=graded.item_id,
                given=number_of(event.answer),
                score=graded.score,
                chance=self._chance(graded),
                seconds=graded.seconds,
                expected_seconds=graded.usual_seconds,
                xp=sum(fact.amount for fact in happening.facts if isinstance(fact, XpGranted)),
                at=happening.effective_at,
                accepted_at=happening.accepted_at,
                client_at=event.client_time,
                device=event.device_id,
            )

    async def _judge(self, active: Iterable[str]) -> set[str]:
        """Raise flags; on whose work. Judged off the event loop: with a full book it takes some tenths of a second."""
        among, flagged = set(active), set()
        learners, found = await asyncio.to_thread(self._found)
        for finding in found:
            learner_id = learners[finding.learner]
            if learner_id in among:
                await self._raise(learner_id, finding)
                flagged.add(learner_id)
        return flagged

    def _found(self) -> tuple[list[str], list[Finding]]:
        attempts, learners = self._book.attempts()
        return learners, findings(attempts)

    async def _raise(self, learner_id: str, finding: Finding) -> None:
        """Raise a flag, unless one of the kind holds; or finish one that was cut off after its case was written."""
        flag_id, case = await self._case(learner_id, finding)
        raised = FlagRaised(flag_id=flag_id, kind_of_work=case.kind, evidence=case.evidence, until=case.until)

        def decide(state: GameState) -> Iterable[Fact]:
            return [] if _is_flagged(state.flags, case.kind, case.at) else [raised]

        try:
            recorded = await self._settle(learner_id, flag_id, REASON, decide, case.at)
        except LearnerClosedError:  # they left meanwhile
            await self._cases.drop(flag_id)
            return
        except CorruptStoreError as error:  # what was read can be, what lies before it cannot
            logger.error("learner %s is not flagged: %s", learner_id, error)
            await self._cases.drop(flag_id)
            return
        if raised not in recorded.happening.facts:
            await self._cases.drop(flag_id)

    async def _case(self, learner_id: str, finding: Finding) -> tuple[str, Case]:
        """A case on work that is not marked as flagged yet, since something was cut off; else a new one."""
        now, since = self._clock(), (await self._cases.seen(learner_id)).since
        for flag_id, known in await self._cases.of(learner_id):
            if known.kind == finding.kind and known.at > since and now < known.until:
                return flag_id, known
        until = now + FLAG_DAYS * DAY_MS
        case = Case(learner_id=learner_id, kind=finding.kind, evidence=finding.words, at=now, until=until)
        flag_id = new_id()
        await self._cases.open(flag_id, case)
        return flag_id, case


def _is_flagged(flags: dict[str, Flag], kind: str, now: int) -> bool:
    """Whether a flag of the kind holds at a time (ms)."""
    return any(flag.kind == kind and flag.at <= now < flag.until for flag in flags.values())
