"""Looks at learners whose agenda is due, decides what they are sent, and learns what came of it.

A look can be repeated at any point: the message is kept first, under an id that names its day, then the job that sends
it, then the agenda. After a crash the look begins again, finds the message, and goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from api.accounts.account import Account, Accounts
from api.notifications.agenda import Agenda, moved
from api.notifications.bandit import Believed
from api.notifications.books import Books, standing_of
from api.notifications.choosing import decide
from api.notifications.message import Decision, Message, message_id
from api.notifications.planning import Plan, Sent, Standing, plan, plan_at
from api.notifications.practice import WINDOW_MS, has_returned, look
from api.notifications.preferences import Kind, Preferences
from api.notifications.quiet import local_date
from api.notifications.sender import Sender
from api.notifications.weekly import summary_due
from api.store.ports import CorruptStoreError, Journal, StoreError
from api.wire import Clock

SHARE = 1000
"""Learners looked at in one run of the job."""

TURN_SECONDS = 300
DAY_MS = 86_400_000
DORMANT_MS = 30 * DAY_MS
"""Who has not practised for so long is looked at once a week instead of once a day."""

MIN_DUE = 5
"""So many skills due for review make a reminder one to review."""

NUDGE_EXPIRES_MS = 6 * 3_600_000
SUMMARY_EXPIRES_MS = 24 * 3_600_000
TRIES = 5
CountDue = Callable[[str], Awaitable[int]]
"""How many skills of a learner are due for review."""

logger = logging.getLogger("pacer.notifications")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a look reads from."""

    books: Books
    accounts: Accounts
    journal: Journal
    count_due: CountDue
    clock: Clock


class Planner:
    """The job that plans."""

    def __init__(self, sources: Sources, sender: Sender) -> None:
        self._books = sources.books
        self._accounts = sources.accounts
        self._journal = sources.journal
        self._count_due = sources.count_due
        self._clock = sources.clock
        self._sender = sender

    async def work(self) -> bool:
        """Look at up to SHARE learners who are due; whether there may be more. Raises StoreError."""
        now, believed, n_looks = self._clock(), await self._books.model.believed(), 0
        seen: list[tuple[tuple[float, ...], float]] = []
        try:
            async for learner_id in self._books.agendas.due(now):
                try:
                    await self.look_at(learner_id, believed, seen)
                except Exception as error:  # what is wrong with one learner keeps nobody else from being looked at
                    if isinstance(error, StoreError) and not isinstance(error, CorruptStoreError):
                        raise
                    logger.exception("the agenda of learner %s is put off for a day", learner_id)
                    await self._books.agendas.change(learner_id, lambda found: moved(found, now + DAY_MS, now))
                n_looks += 1
                if n_looks == SHARE:
                    return True
            await self._books.agendas.done(now)
        finally:
            if seen:
                await self._books.model.learn(seen)
        return False

    async def look_at(self, learner_id: str, believed: Believed, seen: list[tuple[tuple[float, ...], float]]) -> None:
        """Look at one learner; rewards that became known are added to `seen`. Raises StoreError."""
        for _ in range(TRIES):
            found = await self._books.agendas.find(learner_id)
            account = await self._accounts.find(learner_id)
            preferences = await self._books.preferences.of(learner_id)
            if found is None:
                return
            if account is None or account.merged_into or preferences.silent:
                await self._books.agendas.forget(learner_id)
                return
            agenda = await self._settled(await look(self._journal, found[0]), seen)
            if await self._books.agendas.put(await self._planned(agenda, account, preferences, believed), found[1]):
                return

    async def _settled(self, agenda: Agenda, seen: list[tuple[tuple[float, ...], float]]) -> Agenda:
        """The agenda with the open decision's outcome, if it is known by now."""
        if agenda.open_id and (has_returned(agenda) or self._clock() >= agenda.open_at + WINDOW_MS):
            outcome = int(has_returned(agenda))
            message = await self._books.messages.find(agenda.open_id)
            if message is not None and message.outcome < 0:
                await self._books.messages.change(
                    message.id, lambda kept: msgspec.structs.replace(kept, outcome=outcome)
                )
                if message.decision is not None and message.decision.features:
                    seen.append((message.decision.features, float(outcome)))
            was_sent = message is not None and message.sent_at > 0
            unanswered = 0 if outcome else agenda.unanswered + was_sent
            agenda = msgspec.structs.replace(agenda, open_id="", answers=0, finished=0, unanswered=unanswered)
        practised = agenda.last_practice_at
        nudged = max((sent.at for sent in agenda.sent if sent.kind in ("reminder", "reviewDue")), default=0)
        return msgspec.structs.replace(agenda, unanswered=0) if practised > max(nudged, agenda.open_at) else agenda

    async def _planned(self, agenda: Agenda, account: Account, preferences: Preferences, believed: Believed) -> Agenda:
        """The agenda after what is due now was asked for, due again when there is something to look at."""
        now = self._clock()
        agenda, next_summary = await self._summed_up(agenda, account, preferences, now)
        agenda, next_nudge = await self._nudged(agenda, account, preferences, believed)
        times = [at for at in (next_summary, next_nudge) if at]
        return moved(agenda, min(times, default=now + DAY_MS), now)

    async def _summed_up(
        self, agenda: Agenda, account: Account, preferences: Preferences, now: int
    ) -> tuple[Agenda, int]:
        if not preferences.channels("weeklySummary"):
            return agenda, 0
        standing = standing_of(now, account, preferences, agenda)
        due = summary_due(agenda, standing)
        if due.figures:
            found = plan_at(standing, due.at, "weekIsOver")
            if found.action == "wait" and found.at - now < SUMMARY_EXPIRES_MS:
                return agenda, found.at
            if found.action == "send":
                message = self._message(agenda, "weeklySummary", str(due.monday), now, SUMMARY_EXPIRES_MS, found.why)
                agenda = await self._ask(agenda, msgspec.structs.replace(message, figures=due.figures))
        return msgspec.structs.replace(agenda, told_week=due.monday), due.next_at

    async def _nudged(
        self, agenda: Agenda, account: Account, preferences: Preferences, believed: Believed
    ) -> tuple[Agenda, int]:
        wanted = [kind for kind in ("reminder", "reviewDue") if preferences.channels(kind)]
        if not wanted:
            return agenda, 0
        if agenda.open_id:
            return agenda, agenda.open_at + WINDOW_MS
        standing = standing_of(self._clock(), account, preferences, agenda)
        found = plan(standing)
        if found.action != "send":
            return agenda, found.at or self._idle(standing)
        kind = await self._kind(agenda.learner_id, preferences)
        if kind is None:
            return agenda, standing.now + DAY_MS
        decision = decide(kind, account, standing, agenda, believed)
        return await self._ask_nudge(agenda, standing, kind, decision, found), standing.now + WINDOW_MS

    async def _kind(self, learner_id: str, preferences: Preferences) -> Kind | None:
        if preferences.channels("reviewDue") and await self._count_due(learner_id) >= MIN_DUE:
            return "reviewDue"
        return "reminder" if preferences.channels("reminder") else None

    async def _ask_nudge(
        self, agenda: Agenda, standing: Standing, kind: Kind, decision: Decision, found: Plan
    ) -> Agenda:
        """A reminder has the day's id whatever kind it is of, so that there is one a day."""
        at = decision.arm.at
        key = local_date(standing.now, standing.zones[0]).isoformat()
        message = self._message(agenda, "reminder", key, at, NUDGE_EXPIRES_MS, found.why)
        message = msgspec.structs.replace(
            message, kind=kind, code=f"{kind}.{decision.arm.variant}", decided_at=standing.now, decision=decision
        )
        agenda = await self._ask(agenda, message)
        return msgspec.structs.replace(agenda, open_id=message.id, open_at=standing.now, answers=0, finished=0)

    def _message(self, agenda: Agenda, kind: Kind, key: str, at: int, expires_ms: int, why: str) -> Message:
        return Message(
            id=message_id(agenda.learner_id, kind, key),
            learner_id=agenda.learner_id,
            kind=kind,
            code=f"{kind}.plain",
            why=why,
            decided_at=self._clock(),
            send_at=at,
            expires_at=at + expires_ms,
        )

    async def _ask(self, agenda: Agenda, message: Message) -> Agenda:
        """Keep a message, or find the one that was kept before a crash, and ask for it to be sent."""
        kept = await self._sender.ask(message)
        return msgspec.structs.replace(agenda, sent=(*agenda.sent, Sent(kept.send_at, kept.kind)))

    def _idle(self, standing: Standing) -> int:
        """When to look again where there is nothing to send."""
        dormant = standing.now - standing.last_practice_at > DORMANT_MS
        return standing.now + (7 if dormant else 1) * DAY_MS
