"""Use cases of OpenID providers: sign in with one, and link one to an account."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from api.accounts.account import Account
from api.accounts.errors import (
    DeviceNotFoundError,
    EmailTakenError,
    IdTokenError,
    LastSignInError,
    LinkedElsewhereError,
    LinkNeededError,
    ProviderNotFoundError,
)
from api.accounts.families import Grant, SignIn
from api.accounts.oidc.endpoints import Endpoints
from api.accounts.oidc.identities import Identities, Identity
from api.accounts.oidc.tokens import Person, read_id_token
from api.accounts.service import AccountService
from api.accounts.signin.addresses import normalised
from api.accounts.signin.throttle import Throttle
from api.accounts.tokens import Access, TokenFamily
from api.wire import Clock


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code with its PKCE verifier and the redirect URI it came to."""

    code: str
    verifier: str
    redirect: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes with proof: what a new account needs, the device, and the account that asks, if one does."""

    zone: str
    locale: str
    device: str = ""
    access: Access | None = None


class OidcService:
    """Sign-in by OpenID providers."""

    def __init__(
        self,
        service: AccountService,
        identities: Identities,
        endpoints: Mapping[str, Endpoints],
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._service = service
        self._accounts = service.accounts
        self._identities = identities
        self._endpoints = endpoints
        self._throttle = throttle
        self._clock = clock

    async def sign_in(self, provider: str, proof: str | Code, nonce: str, visitor: Visitor, origin: str) -> Grant:
        """Tokens for whoever the proof (an ID token, or the code for one) vouches for.

        A person who is new gets an account; a guest who asks becomes theirs, keeping its id. A person who is known is
        signed in to the account they have. No account is opened because its address is the same.

        Raises:
            ProviderNotFoundError, IdTokenError, ProviderDownError: there is no proof.
            LinkNeededError: the person's address has an account; sign in to it, then link.
            LinkedElsewhereError: a registered account asks, and the person has another.
            SignInAgainError: a registered account asks with an old sign-in.
        """
        await self._throttle.arrival(origin)
        endpoints = self._endpoints.get(provider)
        if endpoints is None:
            raise ProviderNotFoundError(f"there is no provider {provider!r}")
        if isinstance(proof, Code):
            proof = await endpoints.exchange(proof.code, proof.verifier, proof.redirect)
        person = _with_address(await read_id_token(proof, nonce, endpoints, self._clock()))
        identity = await self._identities.find(person)
        if identity is None:
            identity = await self._settle(person, provider, visitor)
        elif visitor.access is not None:
            await self._check_known(identity, visitor.access)
        await self._adopt(identity, person, visitor)
        return await self._service.sign_in(identity.learner_id, SignIn(provider, visitor.device, identity=identity.id))

    async def identities(self, learner_id: str) -> list[Identity]:
        """The learner's identities, in order of id."""
        return await self._identities.of(learner_id)

    async def unlink(self, access: Access, identity_id: str) -> None:
        """Let an identity sign in no more, and end what it signed in, but for the device that asks.

        It is first marked, and then counts as no way in; see `api.accounts.ways_in`. The device secret counts as one if
        the device that asks knows it.

        Raises:
            IdentityNotFoundError: the learner has no such identity.
            SignInAgainError: the sign-in is old.
            LastSignInError: nothing else signs in to the account.
            VersionClashError: it is being unlinked by another request.
        """
        identity, version = await self._identities.load(access.learner_id, identity_id)
        account = await self._accounts.get(access.learner_id)
        self._service.check_recent(account, access, linked=True)
        marked = msgspec.structs.replace(identity, ending_at=self._clock())
        version = await self._identities.replace(marked, version)
        devices = await self._service.devices(account.id)
        knows_secret = any(family.has_secret for family in devices if family.id == access.family_id)
        try:
            await self._service.ways_in.check_left(account.id, with_secret=knows_secret)
        except LastSignInError:
            await self._identities.replace(msgspec.structs.replace(identity, ending_at=0), version)
            raise
        await self._identities.delete(identity.id, version)
        for family in devices:
            if _is_of(family, identity) and family.id != access.family_id:
                with suppress(DeviceNotFoundError):
                    await self._service.families.end(account.id, family.id)

    async def _settle(self, person: Person, provider: str, visitor: Visitor) -> Identity:
        """A person who is new gets the account that asks, or a new one."""
        if visitor.access is not None:
            account = await self._accounts.get(visitor.access.learner_id)
            self._service.check_recent(account, visitor.access)
            return await self._identities.link(person, provider, account.id)
        if person.email is not None and await self._accounts.by_email(person.email) is not None:
            raise LinkNeededError("your address has an account here; sign in to it, then link this provider to it")
        account, _ = self._service.draft(visitor.zone, visitor.locale)
        return await self._identities.link(person, provider, account.id)

    async def _check_known(self, identity: Identity, access: Access) -> None:
        """A registered account is not left for another without a word; a guest is, and can be merged into it."""
        account = await self._accounts.get(access.learner_id)
        if account.id != identity.learner_id and (account.email or await self._identities.of(account.id)):
            raise LinkedElsewhereError("this person of the provider has another account; sign out, then in with it")

    async def _adopt(self, identity: Identity, person: Person, visitor: Visitor) -> None:
        """See that the identity's account is there, and has the address if it is free.

        The identity comes first, so that two sign-ins at once make one account; if the process dies between the two,
        the next sign-in makes it.
        """
        account = await self._accounts.find(identity.learner_id)
        if account is None:
            account = Account(
                id=identity.learner_id, zone=visitor.zone, locale=visitor.locale, created_at=self._clock()
            )
            await self._accounts.ensure(account)
        if person.email is None or account.email is not None:
            return

        def edit(stored: Account) -> Account:
            if stored.email is not None:
                return stored
            return msgspec.structs.replace(stored, email=person.email, email_verified=True)

        try:
            await self._accounts.change(account.id, edit)
        except EmailTakenError:
            return


def _is_of(family: TokenFamily, identity: Identity) -> bool:
    """Whether an identity signed a device in; one that names none counts as each of its provider."""
    return family.how == identity.provider and family.identity in ("", identity.id)


def _with_address(person: Person) -> Person:
    if person.email is None:
        return person
    try:
        return msgspec.structs.replace(person, email=normalised(person.email))
    except ValueError as error:
        raise IdTokenError("the address in the ID token is not one") from error
