"""Leagues over a real store and live state, with learners who earn XP by commits, in one worker or several."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from api.accounts.account import Account, Accounts
from api.accounts.service import AccountService
from api.accounts.tokens import AccessTokens
from api.game.facts import AgeGroup
from api.game.leagues.opening import Ground, Leagues
from api.game.leagues.schemas import League
from api.game.leagues.scoring import Inbox
from api.live.ports import Live
from api.store import Store
from api.store.followed import FollowedJournal
from api.store.ports import Commit, JournalEntry

HOUR_MS = 3_600_000
MONDAY = 1_772_409_600_000  # 2026-03-02T00:00:00Z, a Monday
NOON = MONDAY + 36 * HOUR_MS  # Tuesday: the week before has closed
SECRET = "a secret of these tests, long enough"


@dataclass
class Hands:
    """The clocks of a world: of the wall (ms), and one in seconds that never steps back."""

    now: int = NOON
    seconds: float = 1000.0

    def clock(self) -> int:
        return self.now

    def tick(self) -> float:
        return self.seconds

    def to(self, now: int) -> None:
        self.now = now


@dataclass
class Worker:
    """The leagues of one process."""

    leagues: Leagues
    inbox: Inbox
    journal: FollowedJournal
    accounts: AccountService
    moved: list[str]

    async def current(self, learner_id: str) -> League:
        return await self.leagues.service(self.accounts).current(learner_id)

    async def flush(self) -> None:
        await self.leagues.scoring.flush()


@dataclass
class World:
    """A store, a live state, and the learners in them."""

    store: Store
    live: Live
    hands: Hands = field(default_factory=Hands)
    seqs: dict[str, int] = field(default_factory=dict)

    async def worker(self, live: Live | None = None) -> Worker:
        """A process that has just started."""
        inbox, moved = Inbox(), list[str]()
        journal = FollowedJournal(self.store.journal, inbox.put)
        live = live or self.live
        ground = Ground(
            self.store.documents, journal, live, self.hands.clock, seconds=self.hands.tick, moved=moved.append
        )
        leagues = Leagues(ground, inbox)
        await leagues.declare()
        accounts = AccountService(self.store.documents, AccessTokens(SECRET), SECRET, self.hands.clock)
        await accounts.declare()
        return Worker(leagues, inbox, journal, accounts, moved)

    async def learner(self, id: str, name: str = "", zone: str = "Europe/Madrid") -> str:
        """A learner with an account."""
        account = Account(id=id, zone=zone, locale="en", created_at=self.hands.now, display_name=name)
        await Accounts(self.store.documents).create(account)
        return id

    async def earn(
        self, worker: Worker | None, learner_id: str, xp: int, at: int | None = None, **kinds: dict[str, object]
    ) -> None:
        """A commit with XP earned `at` (now), accepted now, and with other facts by kind; told to the worker.

        What it tells of the learner's age group is what their account says.
        """
        if "profileTaken" in kinds:
            group: AgeGroup = msgspec.convert(kinds["profileTaken"]["ageGroup"], AgeGroup)
            accounts = Accounts(self.store.documents)
            await accounts.change(learner_id, lambda account: msgspec.structs.replace(account, age_group=group))
        self.hands.now += 1  # no two commits of a learner are accepted at once
        at = self.hands.now if at is None else at
        seq = self.seqs[learner_id] = self.seqs.get(learner_id, 0) + 1
        granted = {
            "kind": "xpGranted",
            "amount": xp,
            "reasons": ["correct"],
            "rulesVersion": 1,
            "decisionId": "d",
            "sessionId": "s",
        }
        bodies = ([("xpGranted", granted)] if xp else []) + [
            (kind, {"kind": kind, **body}) for kind, body in kinds.items()
        ]
        event = f"{learner_id}-{seq}"
        facts = tuple(
            JournalEntry(id=f"{event}.{n}", kind=kind, effective_at=at, body=msgspec.json.encode(body))
            for n, (kind, body) in enumerate(bodies)
        )
        events = (JournalEntry(id=event, kind="exerciseAnswered", effective_at=at, body=b"{}"),)
        commit = Commit(learner_id=learner_id, seq=seq, events=events, facts=facts, accepted_at=self.hands.now)
        await (self.store.journal if worker is None else worker.journal).append(commit)

    async def lot(self, worker: Worker, n: int, prefix: str = "l", first: int = 10) -> list[str]:
        """So many learners with rising XP, taken in."""
        ids = [await self.learner(f"{prefix}{i:03d}") for i in range(n)]
        for i, id in enumerate(ids):
            await self.earn(worker, id, first + i)
        await worker.flush()
        return ids


SETTINGS = {"weekly": False, "monday": 0}


def league_mode(mode: str) -> dict[str, dict[str, object]]:
    """The fact of a choice about leagues."""
    return {"gameSettingsTaken": {**SETTINGS, "league": mode}}


def age(group: str) -> dict[str, dict[str, object]]:
    """The fact of an age group."""
    return {"profileTaken": {"ageGroup": group, "day": 739_000}}


def flag(until: int) -> dict[str, dict[str, object]]:
    """The fact of a flag that is open until an instant (ms)."""
    return {"flagRaised": {"flagId": "f1", "kindOfWork": "rate", "evidence": "too fast", "until": until}}


def cleared() -> dict[str, dict[str, object]]:
    """The fact that the flag was cleared."""
    return {"flagSettled": {"flagId": "f1", "outcome": "cleared"}}
