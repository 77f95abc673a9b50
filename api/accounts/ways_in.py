"""What signs in to an account, so that none is left without: a password, a recovery code, a provider, a device secret.

Whoever takes one away marks it first, asks what is left, and then takes it away: of two that are taken at once neither
relies on the other. A mark that a process left behind is lifted after a minute; one that was only slow finds it gone.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from api.accounts.account import Account, Accounts
from api.accounts.errors import LastSignInError
from api.accounts.oidc.identities import Identities, Identity
from api.store.ports import VersionClashError
from api.wire import Clock

STALE_MS = 60_000


class WaysIn:
    """The ways in to accounts. `providers` are the names of those that sign in."""

    def __init__(self, accounts: Accounts, identities: Identities, clock: Clock) -> None:
        self._accounts = accounts
        self._identities = identities
        self._clock = clock
        self.providers: Collection[str] = ()

    async def check_left(self, learner_id: str, *, with_secret: bool) -> None:
        """See that something signs in to an account that is not marked; the device secret too, if it is to count.

        Raises LastSignInError, VersionClashError.
        """
        account = await self._accounts.get(learner_id)
        if (account.email and account.password) or account.recovery:
            return
        if with_secret and account.device_secret and self._stands(account.secret_ending_at):
            await self._lift(account)
            return
        for identity in await self._identities.of(learner_id):
            if identity.provider in self.providers and self._stands(identity.ending_at):
                await self._lift_from(identity)
                return
        raise LastSignInError("nothing else signs in to this account; set a password or link another provider first")

    async def end_secret(self, learner_id: str, *, own: bool) -> None:
        """Let the device secret open nothing more; an account that is more than a guest keeps a way in.

        A guest gives the account up by that, which only a device may that knows the secret: it is its `own`.

        Raises LastSignInError, VersionClashError.
        """
        known = await self._accounts.get(learner_id)
        if not known.device_secret:
            return
        is_guest = not (known.email or known.password or await self._identities.of(learner_id))
        now = self._clock()
        account = await self._accounts.change(
            learner_id, lambda stored: msgspec.structs.replace(stored, secret_ending_at=now)
        )
        try:
            if not (own and is_guest):
                await self.check_left(learner_id, with_secret=False)
        except LastSignInError:
            await self._accounts.change(learner_id, lambda stored: _ended(stored, account, stored.device_secret))
            raise
        await self._accounts.change(learner_id, lambda stored: _ended(stored, account, ""))

    def _stands(self, ending_at: int) -> bool:
        return self._clock() - ending_at >= STALE_MS

    async def _lift(self, account: Account) -> None:
        if account.secret_ending_at:
            await self._accounts.change(account.id, lambda stored: _ended(stored, account, stored.device_secret))

    async def _lift_from(self, identity: Identity) -> None:
        if identity.ending_at:
            found, version = await self._identities.load(identity.learner_id, identity.id)
            await self._identities.replace(msgspec.structs.replace(found, ending_at=0), version)


def _ended(stored: Account, marked: Account, secret: str) -> Account:
    """The account with this secret and no mark. Raises VersionClashError if it has another secret or mark by now."""
    if (stored.device_secret, stored.secret_ending_at) != (marked.device_secret, marked.secret_ending_at):
        raise VersionClashError(f"the account {stored.id} was changed by another request; try again")
    return msgspec.structs.replace(stored, device_secret=secret, secret_ending_at=0)
