"""Use cases of merging: look at what it would bring, and do it.

The plan, each step of which can be repeated, so that whatever interrupts it, it is finished later:

1. A job is filed that goes through all of this again a minute later.
2. The guest's account is marked as merged, by compare and set: only one merge can begin, and nobody signs in any more.
3. The guest's journal is closed: no server adds to it.
4. Its events are added to the account's journal, with their facts as they are; those that are there are passed over.
5. The guest's memberships and what other rooms keep are passed on, its sign-ins end, and its journal is erased up to
   the closing.

XP is a sum of facts, so it adds up; what every new learner is given (freezes) is no fact, and is given once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from api.accounts.account import Account, standing
from api.accounts.errors import AccountGoneError, NotAGuestError
from api.accounts.oidc.identities import Identities
from api.accounts.organisations.organisation import Organisations
from api.accounts.service import AccountService
from api.game.streak import Calendar, streak_of_days
from api.jobs.ports import Jobs, Run
from api.learners.closing import clashes, close_journal, own_events, take_over
from api.learners.entries import Happening
from api.learners.fold import fold
from api.learners.learner import Learner, LearnerState
from api.learners.states import States
from api.wire import Clock

MERGE = "accounts.merge"
AGAIN_SECONDS = 60


PassOn = Callable[[str, str], Awaitable[None]]
"""Gives what another room keeps of a guest to an account; repeating it is harmless."""


class MergeToFinish(msgspec.Struct, frozen=True, kw_only=True):
    """A merge that was begun."""

    guest_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a learner brings: events, enrolments, XP, and the days of the streak."""

    events: int
    enrolments: int
    xp: int
    streak_days: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A guest, an account, and both as one; `conflicts` are events that only the account's version survives of."""

    guest: Part
    account: Part
    together: Part
    conflicts: int


class MergeService:
    """Merges guests into accounts. Rooms that keep something of learners append to `passing_on`."""

    def __init__(
        self,
        service: AccountService,
        identities: Identities,
        organisations: Organisations,
        states: States,
        jobs: Jobs,
        clock: Clock,
    ) -> None:
        self._service = service
        self._accounts = service.accounts
        self._families = service.families
        self._identities = identities
        self._organisations = organisations
        self._states = states
        self._jobs = jobs
        self._clock = clock
        self.passing_on: list[PassOn] = []
        jobs.register(MERGE, MergeToFinish, self._again)

    async def preview(self, account_id: str, guest_id: str) -> Preview:
        """What merging would bring. Changes nothing. Raises NotAGuestError, AccountGoneError."""
        account, guest = await self._both(account_id, guest_id)
        standing(guest)
        theirs, own = await own_events(self._states, guest_id), await own_events(self._states, account_id)
        conflicts = set(clashes(own, theirs))
        ids = {happening.id for happening in own}
        together = sorted([*own, *(each for each in theirs if each.id not in ids)], key=lambda each: each.key)
        for learner_id in (guest_id, account_id):  # so that the tracks of both are at hand
            async with self._states.reading(learner_id):
                pass
        return Preview(
            guest=self._part(theirs, account),
            account=self._part(own, account),
            together=self._part(together, account),
            conflicts=len(conflicts),
        )

    async def merge(self, account_id: str, guest_id: str) -> int:
        """Make a guest part of an account; how many events it brought. Repeating it is harmless.

        Raises:
            NotAGuestError: the one is registered, or the other is not.
            AccountGoneError: the guest was merged into yet another account.
        """
        await self._both(account_id, guest_id)
        todo = MergeToFinish(guest_id=guest_id, account_id=account_id)
        again = self._clock() + AGAIN_SECONDS * 1000
        await self._jobs.enqueue(MERGE, todo, not_before=again)
        await self._accounts.change(guest_id, lambda stored: _merged(stored, account_id))
        return await self._carry_out(guest_id, account_id)

    async def _again(self, todo: MergeToFinish, _: Run) -> None:
        """Finish a merge that was begun; one that was not, or went elsewhere, is left alone."""
        guest = await self._accounts.find(todo.guest_id)
        if guest is not None and guest.merged_into == todo.account_id:
            await self._carry_out(todo.guest_id, todo.account_id)

    async def _carry_out(self, guest_id: str, account_id: str) -> int:
        await self._pass_on_age(guest_id, account_id)
        closed_at = await close_journal(self._states, guest_id, account_id)
        n_taken = await take_over(self._states, account_id, await own_events(self._states, guest_id))
        for membership in await self._organisations.of(guest_id):
            await self._organisations.admit(membership.organisation_id, account_id, membership.roles)
        await self._organisations.forget(guest_id)
        for pass_on in self.passing_on:
            await pass_on(guest_id, account_id)
        await self._states.journal.erase(guest_id, closed_at)
        return n_taken

    async def _pass_on_age(self, guest_id: str, account_id: str) -> None:
        guest = await self._accounts.find(guest_id)
        if guest is not None and guest.age_group:
            await self._service.join_age(account_id, guest.age_group)

    async def _both(self, account_id: str, guest_id: str) -> tuple[Account, Account]:
        account, guest = await self._accounts.get(account_id), await self._accounts.find(guest_id)
        if guest is None or guest_id == account_id or await self._is_registered(guest):
            raise NotAGuestError("only another account, and one without password and provider, can be merged into this")
        if not await self._is_registered(account):
            raise NotAGuestError("a guest is merged into an account with a password or a provider; register first")
        if guest.merged_into not in ("", account_id):
            raise AccountGoneError("this guest was merged into another account")
        return account, guest

    async def _is_registered(self, account: Account) -> bool:
        return bool(account.password or account.email or await self._identities.of(account.id))

    def _part(self, happenings: Sequence[Happening], account: Account) -> Part:
        learner = Learner(LearnerState(learner_id=account.id))
        fold(learner, happenings, self._states.courses)
        calendar = Calendar.of(learner.state.game, (), self._clock(), account.zone, account.day_starts_at)
        return Part(
            events=len(happenings),
            enrolments=len(learner.state.enrolments),
            xp=learner.state.xp,
            streak_days=streak_of_days(learner.state.days, calendar).days,
        )


def _merged(guest: Account, account_id: str) -> Account:
    """What is kept of a guest: who may ask where it went, where that is, and the age group that is passed on.

    Raises AccountGoneError if another merge came first, NotAGuestError if the guest has registered.
    """
    if guest.merged_into not in ("", account_id):
        raise AccountGoneError("this guest was merged into another account")
    if guest.password or guest.email:
        raise NotAGuestError("this guest has just registered")
    return Account(
        id=guest.id,
        zone=guest.zone,
        locale=guest.locale,
        created_at=guest.created_at,
        device_secret=guest.device_secret,
        merged_into=account_id,
        age_group=guest.age_group,
    )
