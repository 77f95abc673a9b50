"""Records as documents, and those in use: one writer at a time here, compare and set against other processes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

import msgspec

from api.accounts.account import Account, Accounts
from api.game.leagues.record import Record, take
from api.game.leagues.rules import RulesOf
from api.store.pages import find_all
from api.store.ports import Commit, Document, Documents, Journal

LEAGUE = "leagueRecord"
"""Documents of learners, under their ids."""

CAPACITY = 5_000
PAGE = 200

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


@dataclass(slots=True)
class Held:
    """A record in use. `version` is of its document, 0 before there is one; `seated` says that the cohort is known to
    have the seat; `dirty_since` (s, of the books' clock) when something was added that the document lacks."""

    record: Record
    version: int
    seated: bool = False
    dirty_since: float | None = None

    @property
    def settled(self) -> bool:
        """Whether the learner is ranked, and nothing but XP is expected to change that this week."""
        record = self.record
        return self.seated and bool(record.cohort) and record.doubted is None and not record.flags


class Books:
    """The records of all learners; `dirty` are those in use that their documents lag behind. `seconds` is a clock that
    never steps back."""

    def __init__(self, documents: Documents, journal: Journal, seconds: Callable[[], float], rules: RulesOf) -> None:
        self.documents = documents
        self.rules = rules
        self.dirty: dict[str, Held] = {}
        self._journal = journal
        self._accounts = Accounts(documents)
        self._seconds = seconds
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def declare(self) -> None:
        """Say what is looked up. Raises StoreError."""
        await self.documents.declare(LEAGUE, indexes=("cohort", "waiting"))

    def lock(self, learner_id: str) -> asyncio.Lock:
        """Held by whoever changes the learner's record."""
        lock = self._locks.get(learner_id)
        if lock is None:
            lock = self._locks[learner_id] = asyncio.Lock()
        return lock

    def known(self, learner_id: str) -> Held | None:
        """A record that is in use already."""
        return self._held.get(learner_id)

    async def hold(self, learner_id: str) -> Held | None:
        """A learner's record, new if there is none; None if there is no such learner, or no more. Raises StoreError."""
        held = self._held.get(learner_id)
        if held is None:
            document = await self.documents.get(LEAGUE, learner_id)
            if document is None and await self.account(learner_id) is None:
                return None
            held = Held(Record(learner_id=learner_id), 0) if document is None else self.read(document)
            self._held[learner_id] = held
            self._make_room()
        else:
            self._held.move_to_end(learner_id)
        return held

    async def account(self, learner_id: str) -> Account | None:
        """The account of a learner who stands by themself, or None. Raises StoreError."""
        account = await self._accounts.find(learner_id)
        return None if account is None or account.merged_into else account

    async def profile(self, held: Held) -> None:
        """Take the age group of the account, which the journal may not have told of yet. Raises StoreError."""
        account = await self.account(held.record.learner_id)
        if account is not None:
            held.record.age = account.age_group

    async def catch_up(self, held: Held, before: int | None = None) -> bool:
        """Take in the journal up to now, or what was accepted before an instant (ms); whether anything but XP changed.

        Raises StoreError.
        """
        changed = False
        while commits := await self._journal.read(held.record.learner_id, held.record.seq, PAGE):
            for commit in commits:
                if before is not None and commit.accepted_at >= before:
                    return changed
                changed |= self.add(held, commit)
            if len(commits) < PAGE:
                break
        return changed

    def add(self, held: Held, commit: Commit) -> bool:
        """Take in the next commit; whether anything but XP changed."""
        changed = take(held.record, commit, self.rules)
        if held.dirty_since is None and self._held.get(held.record.learner_id) is held:
            held.dirty_since = self._seconds()
            self.dirty[held.record.learner_id] = held
        return changed

    async def save(self, held: Held) -> None:
        """Write the record. Raises VersionClashError if another process did meanwhile, StoreError."""
        record = held.record
        document = await self.documents.put(LEAGUE, record.learner_id, _encoder.encode(record), held.version)
        held.version = document.version
        held.dirty_since = None
        self.dirty.pop(record.learner_id, None)

    def forget(self, learner_id: str) -> None:
        """Let a record go; it is read again when it is next asked for."""
        self._held.pop(learner_id, None)
        self.dirty.pop(learner_id, None)

    async def of_cohort(self, cohort: str) -> list[Held]:
        """Fresh copies of the records of those ranked in a cohort. Raises StoreError."""
        found = await self.documents.find(LEAGUE, "cohort", cohort)
        return [self.read(document) for document in found]

    async def waiting_for(self, week: str) -> AsyncIterator[str]:
        """Learners who wait for a seat in a week. Raises StoreError."""
        async for document in find_all(self.documents, LEAGUE, "waiting", week):
            yield document.id

    @staticmethod
    def read(document: Document) -> Held:
        """The record of a document."""
        return Held(_decoder.decode(document.body), document.version)

    def _make_room(self) -> None:
        while len(self._held) > CAPACITY:
            learner_id = next(iter(self._held))
            self.forget(learner_id)
