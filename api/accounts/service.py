"""Use cases of accounts: start as a guest, come back, rotate tokens, read and change one's settings."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import msgspec

from api.accounts.errors import CredentialsError, RefreshReusedError, RefreshTokenError, UnknownAccountError
from api.accounts.tokens import (
    GRACE_SECONDS,
    REFRESH_DAYS,
    AccessTokens,
    RefreshToken,
    RefreshTokens,
    TokenFamily,
    digest,
    same,
)
from api.store.ports import Documents, VersionClashError
from api.wire import Clock, new_id

ACCOUNT = "account"
FAMILY = "tokenFamily"
DAY_MS = 86_400_000
ATTEMPTS = 20
DEVICE_SECRET_BYTES = 32


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's account as stored. `created_at` is milliseconds since the epoch."""

    id: str
    device_secret: str
    zone: str
    locale: str
    created_at: int
    display_name: str = ""
    day_starts_at: int = 0
    personalised: bool = True


class AccountChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields to replace; the unset ones stay."""

    display_name: str | msgspec.UnsetType = msgspec.UNSET
    locale: str | msgspec.UnsetType = msgspec.UNSET
    zone: str | msgspec.UnsetType = msgspec.UNSET
    day_starts_at: int | msgspec.UnsetType = msgspec.UNSET
    personalised: bool | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens for a learner. `device_secret` is None unless the account is new."""

    learner_id: str
    access_token: str
    access_expires_at: int
    refresh_token: str
    device_secret: str | None = None


class AccountService:
    """Accounts and their tokens, on the Documents port."""

    def __init__(self, documents: Documents, access: AccessTokens, secret: str, clock: Clock) -> None:
        self._documents = documents
        self._access = access
        self._refresh = RefreshTokens(secret)
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(ACCOUNT)
        await self._documents.declare(FAMILY, indexes=("learner_id",))

    async def start_guest(self, zone: str, locale: str) -> Grant:
        """A new account with a device secret, and tokens for it."""
        device_secret = secrets.token_urlsafe(DEVICE_SECRET_BYTES)
        account = Account(
            id=new_id(), device_secret=digest(device_secret), zone=zone, locale=locale, created_at=self._clock()
        )
        await self._documents.put(ACCOUNT, account.id, msgspec.json.encode(account), expected_version=0)
        grant = await self._open_family(account.id)
        return Grant(grant.learner_id, grant.access_token, grant.access_expires_at, grant.refresh_token, device_secret)

    async def return_guest(self, learner_id: str, device_secret: str) -> Grant:
        """Tokens for a known account. Raises CredentialsError."""
        document = await self._documents.get(ACCOUNT, learner_id)
        stored = msgspec.json.decode(document.body, type=Account).device_secret if document else digest("")
        if not same(stored, digest(device_secret)):
            raise CredentialsError("the learner id and the device secret do not belong together")
        return await self._open_family(learner_id)

    async def refresh(self, text: str) -> Grant:
        """Replace a refresh token by its successor.

        The previous token, sent again within GRACE_SECONDS, gets the same successor.

        Raises:
            RefreshTokenError: foreign, expired or revoked.
            RefreshReusedError: replaced longer ago; the family is revoked.
        """
        token = self._refresh.read(text)
        for _ in range(ATTEMPTS):
            try:
                return await self._rotate(token)
            except VersionClashError:
                continue
        raise VersionClashError(f"the token family {token.family_id} is being changed by too many requests; try again")

    async def account(self, learner_id: str) -> Account:
        """A learner's account. Raises UnknownAccountError."""
        return (await self._load(learner_id))[0]

    async def change(self, learner_id: str, change: AccountChange) -> Account:
        """Replace some fields. Raises UnknownAccountError."""
        fields = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}
        for _ in range(ATTEMPTS):
            account, version = await self._load(learner_id)
            changed = msgspec.structs.replace(account, **fields)
            try:
                await self._documents.put(ACCOUNT, learner_id, msgspec.json.encode(changed), expected_version=version)
            except VersionClashError:
                continue
            return changed
        raise VersionClashError(f"the account {learner_id} is being changed by too many requests; try again")

    async def _load(self, learner_id: str) -> tuple[Account, int]:
        document = await self._documents.get(ACCOUNT, learner_id)
        if document is None:
            raise UnknownAccountError(f"the account {learner_id} does not exist any more")
        return msgspec.json.decode(document.body, type=Account), document.version

    async def _open_family(self, learner_id: str) -> Grant:
        token, now = self._refresh.first(), self._clock()
        family = TokenFamily(
            id=token.family_id,
            learner_id=learner_id,
            generation=token.generation,
            current=digest(token.text),
            previous="",
            rotated_at=now,
            expires_at=now + REFRESH_DAYS * DAY_MS,
        )
        await self._documents.put(FAMILY, family.id, msgspec.json.encode(family), expected_version=0)
        return self._grant(learner_id, token, now)

    async def _rotate(self, token: RefreshToken) -> Grant:
        document = await self._documents.get(FAMILY, token.family_id)
        if document is None:
            raise RefreshTokenError("the refresh token belongs to no account any more; start again as a guest")
        family, now = msgspec.json.decode(document.body, type=TokenFamily), self._clock()
        if family.revoked or now >= family.expires_at:
            raise RefreshTokenError("the refresh token has expired or was revoked; sign in again")
        successor, shown = self._refresh.successor(token), digest(token.text)
        if same(shown, family.current):
            replaced = msgspec.structs.replace(
                family,
                generation=successor.generation,
                current=digest(successor.text),
                previous=shown,
                rotated_at=now,
                expires_at=now + REFRESH_DAYS * DAY_MS,
            )
            await self._documents.put(FAMILY, family.id, msgspec.json.encode(replaced), document.version)
        elif not (same(shown, family.previous) and now - family.rotated_at <= GRACE_SECONDS * 1000):
            await self._revoke(family, document.version)
        return self._grant(family.learner_id, successor, now)

    async def _revoke(self, family: TokenFamily, version: int) -> None:
        revoked = msgspec.structs.replace(family, revoked=True)
        await self._documents.put(FAMILY, family.id, msgspec.json.encode(revoked), expected_version=version)
        raise RefreshReusedError("this refresh token was replaced before; all tokens of its sign-in are now revoked")

    def _grant(self, learner_id: str, token: RefreshToken, now: int) -> Grant:
        access, expires = self._access.issue(learner_id, now)
        return Grant(learner_id, access, expires, token.text)
