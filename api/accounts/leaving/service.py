"""Use case of leaving: everything about a learner is erased.

The plan, each step of which can be repeated:

1. Wherever the learner is an admin it is announced that they are one no more, they are marked as leaving, and it is
   announced wherever they became one meanwhile; the last admin of an organisation cannot, and stays as they were.
2. A job is filed that goes through the rest again when no access token can be left.
3. The learner, and each guest merged into them, is put on the list of the erased, as a document and in the file.
4. The documents go: identities, memberships, links, sign-ins, the account. Nobody signs in any more.
5. The journal is closed, so that no server that still holds the learner adds to it, and erased up to the closing.
6. The job, later: the same once more, and the closing too. Then nothing but the line on the list is left.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from api.accounts.account import Account
from api.accounts.errors import AccountError
from api.accounts.leaving.erased import add_erased
from api.accounts.leaving.traces import erase_documents
from api.accounts.oidc.identities import Identities
from api.accounts.organisations.admins import Announced, announce_leaving, withdraw
from api.accounts.organisations.organisation import Organisations
from api.accounts.service import AccountService
from api.accounts.tokens import ACCESS_SECONDS, Access
from api.jobs.ports import Jobs, Run
from api.learners.closing import close_journal
from api.learners.states import States
from api.store.ports import Documents, StoreError, VersionClashError
from api.wire import Clock

ERASURE = "erasure"
ERASE = "accounts.erase"
MARGIN_SECONDS = 300


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """That a learner left, as stored; `requested_at` is milliseconds since the epoch."""

    id: str
    requested_at: int


class LearnerToErase(msgspec.Struct, frozen=True, kw_only=True):
    """A learner who left."""

    learner_id: str


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds something of a learner."""

    service: AccountService
    identities: Identities
    organisations: Organisations
    documents: Documents
    states: States


class LeavingService:
    """Deletes accounts. `path` is of the list of the erased."""

    def __init__(self, holders: Holders, jobs: Jobs, path: Path, clock: Clock) -> None:
        self._service = holders.service
        self._identities = holders.identities
        self._organisations = holders.organisations
        self._documents = holders.documents
        self._states = holders.states
        self._jobs = jobs
        self._path = path
        self._clock = clock
        jobs.register(ERASE, LearnerToErase, self._finish)

    async def declare(self) -> None:
        """Tell the store of the list."""
        await self._documents.declare(ERASURE)

    async def leave(self, access: Access) -> None:
        """Erase the learner who asks.

        Raises:
            UnknownAccountError: it is gone already.
            SignInAgainError: the account has a password or a provider, and the sign-in is old.
            LastAdminError: an organisation has no other admin. Nothing was changed.
            StoreError: nothing was changed, or not all could be erased now and the rest is, later.
        """
        account = await self._service.accounts.get(access.learner_id)
        linked = bool(await self._identities.of(account.id))
        self._service.check_recent(account, access, linked=linked)
        announced = await self._resign(account.id)
        await self._erase_all(account.id)
        await withdraw(self._organisations, announced)

    async def _resign(self, learner_id: str) -> Announced:
        """See that the learner is nobody's last admin and is made none, and file the job; else nothing is changed."""
        announced = await announce_leaving(self._organisations, learner_id)
        now = self._clock()
        try:
            await self._mark(learner_id, 0, now)
            for id in [*await self._service.accounts.merged_into(learner_id), learner_id]:
                announced += await announce_leaving(self._organisations, id)
            later = now + (ACCESS_SECONDS + MARGIN_SECONDS) * 1000
            await self._jobs.enqueue(ERASE, LearnerToErase(learner_id=learner_id), key=learner_id, not_before=later)
        except (AccountError, StoreError):
            with suppress(AccountError, StoreError):  # the mark lapses if this fails
                await self._mark(learner_id, now, 0)
            await withdraw(self._organisations, announced)
            raise
        return announced

    async def _mark(self, learner_id: str, before: int, leaving_at: int) -> None:
        """Say that a learner is leaving since then (ms), or that one who was since `before` does not (0)."""

        def edit(stored: Account) -> Account:
            if not leaving_at and stored.leaving_at != before:
                return stored
            return msgspec.structs.replace(stored, leaving_at=leaving_at)

        await self._service.accounts.change(learner_id, edit)

    async def _finish(self, todo: LearnerToErase, _: Run) -> None:
        await self._erase_all(todo.learner_id)
        await self._states.journal.erase(todo.learner_id)
        self._states.forget(todo.learner_id)

    async def _erase_all(self, learner_id: str) -> None:
        """Erase a learner, and before them the guests that were merged into them."""
        for id in [*await self._service.accounts.merged_into(learner_id), learner_id]:
            await self._list(id, self._clock())
            await self._erase(id)
            if id != learner_id:
                await self._states.journal.erase(id)

    async def _list(self, learner_id: str, now: int) -> None:
        erasure = Erasure(id=learner_id, requested_at=now)
        try:
            await asyncio.to_thread(add_erased, self._path, learner_id, now)
            await self._documents.put(ERASURE, learner_id, msgspec.json.encode(erasure), expected_version=0)
        except VersionClashError:
            return
        except OSError as error:
            raise StoreError(f"the list of the erased cannot be written: {error.strerror}") from error

    async def _erase(self, learner_id: str) -> None:
        await erase_documents(self._documents, learner_id)
        closed_at = await close_journal(self._states, learner_id)
        await self._states.journal.erase(learner_id, closed_at)
