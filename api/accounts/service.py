"""Use cases of accounts: start as a guest, come back, rotate tokens, read and change one's settings, end a sign-in."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable

import msgspec

from api.accounts.account import Account, Accounts, Edit, standing
from api.accounts.ages import aged, check_own, joined
from api.accounts.errors import CredentialsError, SignInAgainError
from api.accounts.families import Families, Grant, SignIn
from api.accounts.oidc.identities import Identities
from api.accounts.tokens import Access, AccessTokens, TokenFamily, digest, same
from api.accounts.ways_in import WaysIn
from api.game.facts import AgeGroup
from api.store.ports import Documents, StoreError
from api.wire import Clock, new_id

DEVICE_SECRET_BYTES = 32
RECENT_SECONDS = 10 * 60
"""How old a sign-in may be for what cannot be undone, or opens another way in."""


logger = logging.getLogger("pacer.accounts")

Check = Callable[[Account], None]
Aged = Callable[[Account], Awaitable[None]]
"""Called with an account after its age group was set."""


class AccountChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields to replace; the unset ones stay."""

    display_name: str | msgspec.UnsetType = msgspec.UNSET
    locale: str | msgspec.UnsetType = msgspec.UNSET
    zone: str | msgspec.UnsetType = msgspec.UNSET
    day_starts_at: int | msgspec.UnsetType = msgspec.UNSET
    personalised: bool | msgspec.UnsetType = msgspec.UNSET
    age_group: AgeGroup | msgspec.UnsetType = msgspec.UNSET


class AccountService:
    """Accounts and their tokens, on the Documents port. What is public here serves the other ways to sign in."""

    def __init__(self, documents: Documents, access: AccessTokens, secret: str, clock: Clock) -> None:
        self.accounts = Accounts(documents)
        self.families = Families(documents, access, secret, clock)
        self.ways_in = WaysIn(self.accounts, Identities(documents, clock), clock)
        self.aged: list[Aged] = []
        self._access = access
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self.accounts.declare()
        await self.families.declare()

    async def start_guest(self, zone: str, locale: str, device: str = "") -> Grant:
        """A new account with a device secret, and tokens for it."""
        account, secret = self.draft(zone, locale)
        await self.accounts.create(account)
        return with_secret(await self.families.open(account.id, SignIn("guest", device, has_secret=True)), secret)

    def draft(self, zone: str, locale: str) -> tuple[Account, str]:
        """An account that is not stored yet, and its device secret."""
        secret = new_device_secret()
        created_at = self._clock()
        return Account(
            id=new_id(), device_secret=digest(secret), zone=zone, locale=locale, created_at=created_at
        ), secret

    async def return_guest(self, learner_id: str, device_secret: str, device: str = "") -> Grant:
        """Tokens for a known account. Raises CredentialsError, AccountGoneError."""
        account = await self.accounts.find(learner_id)
        if not same(account.device_secret if account else "", digest(device_secret)):
            raise CredentialsError("the learner id and the device secret do not belong together")
        if account is not None:
            standing(account)
        return await self.sign_in(learner_id, SignIn("guest", device, has_secret=True))

    async def sign_in(self, learner_id: str, sign_in: SignIn) -> Grant:
        """Tokens for a learner who has shown who they are."""
        await self.families.make_room(learner_id)
        return await self.families.open(learner_id, sign_in)

    async def refresh(self, text: str) -> Grant:
        """Replace a refresh token by its successor.

        Raises RefreshTokenError, RefreshReusedError, UnknownAccountError, AccountGoneError.
        """
        grant = await self.families.refresh(text)
        await self.accounts.get(grant.learner_id)
        return grant

    async def account(self, learner_id: str) -> Account:
        """A learner's account. Raises UnknownAccountError."""
        return await self.accounts.get(learner_id)

    async def change(self, learner_id: str, change: AccountChange, check: Check) -> Account:
        """Replace some fields of an account that passes the check, as it is at that moment. Raises UnknownAccountError,
        and what the check raises. Those who follow the age group are told before this returns; what fails then, they do
        when they next look at the account. Raises AgeGroupKeptError."""
        fields = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}

        def edit(account: Account) -> Account:
            check(account)
            if change.age_group is not msgspec.UNSET:
                check_own(account.age_group, change.age_group)
            return msgspec.structs.replace(account, **fields)

        account = await self.accounts.change(learner_id, edit)
        if change.age_group is not msgspec.UNSET:
            await self._tell_aged(account)
        return account

    async def set_age(self, learner_id: str, group: AgeGroup) -> Account:
        """Set an age group, whatever it was: for whoever may decide that for others. Raises UnknownAccountError."""
        return await self._age(learner_id, aged(group))

    async def join_age(self, learner_id: str, guest: AgeGroup) -> None:
        """Take over what a guest said of their age who becomes part of an account, unless that protects less."""
        await self._age(learner_id, joined(guest))

    async def _age(self, learner_id: str, edit: Edit) -> Account:
        account = await self.accounts.change(learner_id, edit)
        await self._tell_aged(account)
        return account

    async def _tell_aged(self, account: Account) -> None:
        for told in self.aged:
            try:
                await told(account)
            except StoreError as error:
                logger.warning("the age group of learner %s is taken later: %s", account.id, error)

    def access(self, token: str) -> Access:
        """What an access token says. Raises TokenError."""
        return self._access.read(token, self._clock())

    async def devices(self, learner_id: str) -> list[TokenFamily]:
        """The learner's sign-ins, the last used first."""
        return await self.families.live(learner_id)

    async def end_device(self, access: Access, family_id: str) -> None:
        """End a sign-in, and with a device that knows the device secret that too.

        Raises:
            DeviceNotFoundError: also for another learner's.
            LastSignInError: the secret alone signs in to an account that has an address or a provider, or the device
                that asks does not know it.
            VersionClashError: the account is being changed by another request.
        """
        learner_id = access.learner_id
        family, _ = await self.families.find(learner_id, family_id)
        if family.has_secret:
            asking = [known for known in await self.devices(learner_id) if known.id == access.family_id]
            await self.ways_in.end_secret(learner_id, own=any(known.has_secret for known in asking))
        await self.families.end(learner_id, family_id)

    def check_recent(self, account: Account, access: Access, *, linked: bool = False) -> None:
        """Refuse an old sign-in, where the account has more to show than its device. Raises SignInAgainError.

        `linked` says that a provider signs in to it.
        """
        if (
            account.password or account.email or linked
        ) and self._clock() - access.signed_in_at > RECENT_SECONDS * 1000:
            raise SignInAgainError(
                f"this needs a sign-in of the last {RECENT_SECONDS // 60} minutes; sign in again and repeat it"
            )


def new_device_secret() -> str:
    """A fresh device secret."""
    return secrets.token_urlsafe(DEVICE_SECRET_BYTES)


def with_secret(grant: Grant, device_secret: str) -> Grant:
    """The grant with the secret of a device that is new to the account."""
    return Grant(grant.learner_id, grant.access_token, grant.access_expires_at, grant.refresh_token, device_secret)
