"""The watch: now and then a job looks at the work that is new, in bounded shares, and raises flags.

The way of an answer knows nothing of it. A flag lasts `FLAG_DAYS`, halves XP, seats the learner in the shadow of the
league, and locks nothing; work that a flag was raised on is not looked at again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from api.game.facts import FlagRaised
from api.game.fairplay.book import Answer, Book, number_of
from api.game.fairplay.cases import Case, Cases, Seen
from api.game.fairplay.detectors import Finding, findings
from api.game.fairplay.flags import Flag
from api.game.state import GameState
from api.jobs.ports import Jobs
from api.learners.entries import Happening, happenings_of
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded, Fact, JournalEnded, XpGranted
from api.store.ports import Journal
from api.wire import Clock, new_id

TURN_SECONDS = 600
SHARE = 200
"""Learners that are looked for news in one run of the job."""

MOST_COMMITS = 400
"""Of a learner, read in one run; the rest waits for the next turn."""

FLAG_DAYS = 7
DAY_MS = 86_400_000
REASON = "fairplay"

Settle = Callable[[str, str, str, Callable[[GameState], Iterable[Fact]]], Awaitable[object]]
Chance = Callable[[AnswerGraded], float]


class Watch:
    """Looks at new work. `settle` writes facts of the server, `chance` tells how likely a blind guess is right."""

    def __init__(self, journal: Journal, cases: Cases, settle: Settle, chance: Chance, clock: Clock) -> None:
        self._journal = journal
        self._cases = cases
        self._settle = settle
        self._chance = chance
        self._clock = clock
        self._book = Book()
        self._after = ""

    def repeat(self, jobs: Jobs) -> None:
        """Have it done by one worker of all. Raises JobError."""
        jobs.repeat("game.fairplay", TURN_SECONDS, self.look)

    async def look(self, share: int = SHARE) -> bool:
        """Look at the next learners; whether there are more. Raises StoreError."""
        learners = await self._journal.learners(self._after, share)
        active = [learner_id for learner_id in learners if await self._read(learner_id)]
        if active:
            await self._judge(set(active))
        more = len(learners) == share
        self._after = learners[-1] if more else ""
        return more

    async def _read(self, learner_id: str) -> bool:
        """Take what is new of a learner into the book; whether there was an answer."""
        seen = await self._cases.seen(learner_id)
        commits = await self._journal.read(learner_id, seen.seq, MOST_COMMITS)
        if not commits:
            return False
        await self._cases.mark(learner_id, Seen(seq=commits[-1].seq, since=seen.since))
        happenings = happenings_of(commits)
        if any(isinstance(fact, JournalEnded) for happening in happenings for fact in happening.facts):
            self._book.forget(learner_id)
            return False
        answers = list(self._answers(happenings, seen.since))
        self._book.add(learner_id, answers)
        return bool(answers)

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

    async def _judge(self, active: set[str]) -> None:
        """Off the event loop, as it takes some tenths of a second where the book is full."""
        learners, found = await asyncio.to_thread(self._found)
        for finding in found:
            if learners[finding.learner] in active:
                await self._raise(learners[finding.learner], finding)

    def _found(self) -> tuple[list[str], list[Finding]]:
        attempts, learners = self._book.attempts()
        return learners, findings(attempts)

    async def _raise(self, learner_id: str, finding: Finding) -> None:
        now, flag_id = self._clock(), new_id()
        until = now + FLAG_DAYS * DAY_MS
        raised = FlagRaised(flag_id=flag_id, kind_of_work=finding.kind, evidence=finding.words, until=until)
        case = Case(learner_id=learner_id, kind=finding.kind, evidence=finding.words, at=now, until=until)
        new: list[FlagRaised] = []

        def decide(state: GameState) -> Iterable[Fact]:
            new[:] = [] if _is_flagged(state.flags, finding.kind, now) else [raised]
            return new

        await self._settle(learner_id, flag_id, REASON, decide)
        if new:
            await self._cases.open(flag_id, case)
        seen = await self._cases.seen(learner_id)
        await self._cases.mark(learner_id, Seen(seq=seen.seq, since=now))
        self._book.forget(learner_id)


def _is_flagged(flags: dict[str, Flag], kind: str, now: int) -> bool:
    """Whether a flag of the kind holds at a time (ms)."""
    return any(flag.kind == kind and flag.at <= now < flag.until for flag in flags.values())
