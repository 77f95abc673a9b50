"""Use cases of signing in: register, sign in, change or reset a password, confirm an address, recover by code."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from api.accounts.account import Account
from api.accounts.errors import (
    AlreadyRegisteredError,
    CredentialsError,
    EmailTakenError,
    LinkError,
    UnknownAccountError,
)
from api.accounts.families import Grant, SignIn
from api.accounts.oidc.identities import Identities
from api.accounts.service import AccountService, new_device_secret, with_secret
from api.accounts.signin.links import SPENT, Claim, Claims, LinkTokens, spend
from api.accounts.signin.passwords import Passwords
from api.accounts.signin.post import Post
from api.accounts.signin.recovery import code_digest, new_code
from api.accounts.signin.throttle import Throttle
from api.accounts.tokens import Access, digest
from api.wire import new_id


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who wants to register, and with what. `learner_id` is the guest's who does, None for a new learner."""

    email: str
    password: str
    zone: str
    locale: str
    device: str = ""
    learner_id: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """An account with a password, or one that waits for its address to be confirmed. A new learner gets tokens."""

    learner_id: str
    confirmed: bool
    grant: Grant | None


class SignInService:
    """Passwords, links and recovery codes of accounts."""

    def __init__(
        self,
        service: AccountService,
        passwords: Passwords,
        throttle: Throttle,
        claims: Claims,
        tokens: LinkTokens,
        post: Post,
        identities: Identities,
    ) -> None:
        self._identities = identities
        self._service = service
        self._accounts = service.accounts
        self._families = service.families
        self._passwords = passwords
        self._throttle = throttle
        self._claims = claims
        self._tokens = tokens
        self._post = post

    async def register(self, newcomer: Newcomer, origin: str) -> Registered:
        """Give a new learner or a guest an address and a password.

        With mail, the address counts once it is confirmed, and the answer is the same for one that is taken. Without,
        it counts at once, unverified.

        Raises:
            WireError: the password is one that others would try.
            AlreadyRegisteredError: the caller has a password.
            EmailTakenError: without mail only.
            TooManyAttemptsError, OverloadedError: try again later.
        """
        await self._throttle.attempt(origin, newcomer.email)
        await self._passwords.check_new(newcomer.password, newcomer.email)
        guest = None if newcomer.learner_id is None else await self._accounts.get(newcomer.learner_id)
        if guest is not None and guest.password:
            raise AlreadyRegisteredError("this account has a password already; change it, or sign in to another")
        hashed = await self._passwords.hash(newcomer.password)
        if guest is None:
            return await self._register_new(newcomer, hashed)
        if self._post.on:
            await self._claim(guest, newcomer.email, hashed)
        else:
            await self._accounts.change(guest.id, lambda account: _registered(account, newcomer.email, hashed))
        return Registered(guest.id, not self._post.on, None)

    async def sign_in(self, email: str, password: str, device: str, origin: str) -> Grant:
        """Tokens for an address and its password; the same refusal, after the same work, for every reason.

        Raises:
            CredentialsError: they do not belong together.
            TooManyAttemptsError, OverloadedError: try again later.
        """
        await self._throttle.attempt(origin, email)
        account = await self._accounts.by_email(email)
        stored = account.password if account else ""
        if not await self._passwords.match(stored, password) or account is None:
            raise CredentialsError("the address and the password do not belong together")
        if self._passwords.outdated(stored):
            await self._rehash(account, password)
        return await self._service.sign_in(account.id, SignIn("password", device))

    async def change_password(self, access: Access, current: str, new: str, origin: str) -> None:
        """Replace a password; all other sign-ins end, and the device secret and the recovery code open nothing more.

        Raises CredentialsError, WireError.
        """
        account = await self._accounts.get(access.learner_id)
        await self._throttle.attempt(origin, account.id)
        if not await self._passwords.match(account.password, current):
            raise CredentialsError("that is not the current password")
        await self._passwords.check_new(new, account.email or "", "/newPassword")
        hashed = await self._passwords.hash(new)

        def edit(stored: Account) -> Account:
            if stored.credentials != account.credentials:
                raise CredentialsError("the password was changed by another request")
            return msgspec.structs.replace(
                stored, password=hashed, credentials=stored.credentials + 1, device_secret="", recovery=None
            )

        await self._accounts.change(account.id, edit)
        await self._families.end_all(account.id, but=access.family_id)
        await self._post.changed(account)

    async def change_email(self, access: Access, email: str, origin: str) -> bool:
        """Ask for another address, or for the same to be confirmed; whether it counts already.

        Raises:
            SignInAgainError: the sign-in is too old.
            EmailTakenError: without mail only.
        """
        account = await self._accounts.get(access.learner_id)
        self._service.check_recent(account, access)
        await self._throttle.letter(origin, email)
        if self._post.on:
            await self._claim(account, email, "")
            return False
        await self._accounts.change(account.id, lambda stored: _registered(stored, email, stored.password))
        return True

    async def confirm(self, token: str, origin: str) -> Account:
        """Let a confirmed address count. Raises LinkError."""
        claim = await self._open(token, "confirm", origin)
        before = await self._accounts.find(claim.learner_id)

        def edit(stored: Account) -> Account:
            return msgspec.structs.replace(
                spend(stored, claim),
                email=claim.email,
                email_verified=True,
                password=claim.password or stored.password,
            )

        try:
            account = await self._accounts.change(claim.learner_id, edit)
        except (EmailTakenError, UnknownAccountError) as error:
            raise LinkError(SPENT) from error
        await self._claims.forget(account.id)
        if before is not None and before.email not in (None, account.email):
            await self._post.changed(before)
        return account

    async def forget_password(self, email: str, origin: str) -> None:
        """Have a link for a new password sent, if the address has an account. Raises MailOffError."""
        await self._throttle.letter(origin, email)
        await self._post.reset(email)

    async def reset_password(self, token: str, password: str, origin: str) -> None:
        """Replace a forgotten password, and with it every other way in. Raises LinkError, WireError.

        Where nobody had shown that the address is theirs, whoever registered it may be another: their providers go too.
        """
        claim = await self._open(token, "reset", origin)
        await self._passwords.check_new(password, claim.email)
        hashed = await self._passwords.hash(password)
        before = await self._accounts.find(claim.learner_id)
        if before is not None and not before.email_verified and spend(before, claim):
            await self._identities.forget(before.id)

        def edit(stored: Account) -> Account:
            if stored.email != claim.email:
                raise LinkError(SPENT)
            return msgspec.structs.replace(
                spend(stored, claim), password=hashed, email_verified=True, device_secret="", recovery=None
            )

        try:
            account = await self._accounts.change(claim.learner_id, edit)
        except UnknownAccountError as error:
            raise LinkError(SPENT) from error
        await self._families.end_all(account.id)
        await self._claims.forget(account.id)
        await self._post.changed(account)

    async def new_recovery_code(self, access: Access) -> str:
        """A code that opens the account once; the one before no longer does. Raises SignInAgainError."""
        self._service.check_recent(await self._accounts.get(access.learner_id), access)
        code = new_code()
        await self._accounts.change(
            access.learner_id, lambda stored: msgspec.structs.replace(stored, recovery=code_digest(code))
        )
        return code

    async def recover(self, code: str, device: str, origin: str) -> Grant:
        """A new device secret and tokens for whoever has the code; the lost device is signed out.

        Raises CredentialsError, TooManyAttemptsError.
        """
        await self._throttle.arrival(origin)
        shown, secret = code_digest(code), new_device_secret()
        account = await self._accounts.by_recovery(shown)
        if account is None:
            raise CredentialsError("this recovery code opens no account; each works once")

        def edit(stored: Account) -> Account:
            if stored.recovery != shown:
                raise CredentialsError("this recovery code opens no account; each works once")
            return msgspec.structs.replace(stored, recovery=None, device_secret=digest(secret))

        await self._accounts.change(account.id, edit)
        await self._families.end_all(account.id)
        return with_secret(await self._families.open(account.id, SignIn("recovery", device, has_secret=True)), secret)

    async def _register_new(self, newcomer: Newcomer, hashed: str) -> Registered:
        account, secret = self._service.draft(newcomer.zone, newcomer.locale)
        if self._post.on:
            await self._accounts.create(account)
            await self._claim(account, newcomer.email, hashed)
        else:
            await self._accounts.create(_registered(account, newcomer.email, hashed))
        grant = await self._families.open(account.id, SignIn("password", newcomer.device, has_secret=True))
        return Registered(account.id, not self._post.on, with_secret(grant, secret))

    async def _claim(self, account: Account, email: str, hashed: str) -> None:
        claim_id = new_id()
        await self._claims.keep(claim_id, "confirm", account, email, hashed)
        await self._post.confirm(claim_id, account.id)

    async def _open(self, token: str, purpose: str, origin: str) -> Claim:
        await self._throttle.arrival(origin)
        claim = await self._claims.find(self._tokens.read(token))
        if claim is None or claim.purpose != purpose:
            raise LinkError(SPENT)
        return claim

    async def _rehash(self, account: Account, password: str) -> None:
        hashed = await self._passwords.hash(password)

        def edit(stored: Account) -> Account:
            same = stored.password == account.password
            return msgspec.structs.replace(stored, password=hashed) if same else stored

        await self._accounts.change(account.id, edit)


def _registered(account: Account, email: str, hashed: str) -> Account:
    """The account with an address that nobody has confirmed, and a password.

    Raises AlreadyRegisteredError if another request gave it a password meanwhile.
    """
    if account.password and account.password != hashed:
        raise AlreadyRegisteredError("this account has a password already; change it, or sign in to another")
    verified = account.email_verified and account.email == email
    return msgspec.structs.replace(account, email=email, email_verified=verified, password=hashed)
