"""Sign-ins: families of refresh tokens, rotated by compare and set, listed as devices, and revoked."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from api.accounts.errors import DeviceNotFoundError, RefreshReusedError, RefreshTokenError
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
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError
from api.wire import Clock

FAMILY = "tokenFamily"
DAY_MS = 86_400_000
ATTEMPTS = 20
MAX_DEVICES = 50
"""Live sign-ins of one learner; the longest unused make room for new ones."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a learner signed in ("guest", "password", "recovery", or a provider), what the device calls itself, whether
    it knows the account's device secret, and the id of the identity if a provider vouched."""

    how: str = "guest"
    device: str = ""
    has_secret: bool = False
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens for a learner. `device_secret` is None unless it is new."""

    learner_id: str
    access_token: str
    access_expires_at: int
    refresh_token: str
    device_secret: str | None = None


class Families:
    """Families of refresh tokens on the Documents port."""

    def __init__(self, documents: Documents, access: AccessTokens, secret: str, clock: Clock) -> None:
        self._documents = documents
        self._access = access
        self._refresh = RefreshTokens(secret)
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(FAMILY, indexes=("learner_id",))

    async def open(self, learner_id: str, sign_in: SignIn) -> Grant:
        """A new family for a learner who has just shown who they are."""
        token, now = self._refresh.first(), self._clock()
        family = TokenFamily(
            id=token.family_id,
            learner_id=learner_id,
            generation=token.generation,
            current=digest(token.text),
            previous="",
            rotated_at=now,
            expires_at=now + REFRESH_DAYS * DAY_MS,
            signed_in_at=now,
            how=sign_in.how,
            device=sign_in.device,
            has_secret=sign_in.has_secret,
            identity=sign_in.identity,
        )
        await self._documents.put(FAMILY, family.id, msgspec.json.encode(family), expected_version=0)
        return self._grant(family, token, now)

    async def make_room(self, learner_id: str) -> None:
        """Forget sign-ins that ended, and the longest unused ones beyond MAX_DEVICES - 1."""
        now, live = self._clock(), []
        async for document in find_all(self._documents, FAMILY, "learner_id", learner_id):
            family = _family(document)
            if family.revoked or now >= family.expires_at:
                await self._documents.delete(FAMILY, family.id)
            else:
                live.append(family)
        live.sort(key=_last_used, reverse=True)
        for family in live[MAX_DEVICES - 1 :]:
            await self._documents.delete(FAMILY, family.id)

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

    async def live(self, learner_id: str) -> list[TokenFamily]:
        """A learner's sign-ins that still count, the last used first."""
        now, found = self._clock(), find_all(self._documents, FAMILY, "learner_id", learner_id)
        families = [_family(document) async for document in found]
        live = [family for family in families if not family.revoked and now < family.expires_at]
        return sorted(live, key=_last_used, reverse=True)

    async def find(self, learner_id: str, family_id: str) -> tuple[TokenFamily, int]:
        """A sign-in that was not revoked, and its version. Raises DeviceNotFoundError, also for another learner's."""
        document = await self._documents.get(FAMILY, family_id)
        family = None if document is None else _family(document)
        if document is None or family is None or family.learner_id != learner_id or family.revoked:
            raise DeviceNotFoundError(f"there is no device {family_id}")
        return family, document.version

    async def end(self, learner_id: str, family_id: str) -> None:
        """Revoke one sign-in. Raises DeviceNotFoundError, also for another learner's."""
        for _ in range(ATTEMPTS):
            family, version = await self.find(learner_id, family_id)
            try:
                await self._put(msgspec.structs.replace(family, revoked=True), version)
            except VersionClashError:
                continue
            return
        raise VersionClashError(f"the token family {family_id} is being changed by too many requests; try again")

    async def end_all(self, learner_id: str, but: str = "") -> None:
        """Forget every sign-in of a learner except the family `but`; their refresh tokens count no more."""
        async for document in find_all(self._documents, FAMILY, "learner_id", learner_id):
            if document.id != but:
                await self._documents.delete(FAMILY, document.id)

    async def _rotate(self, token: RefreshToken) -> Grant:
        document = await self._documents.get(FAMILY, token.family_id)
        if document is None:
            raise RefreshTokenError("the refresh token belongs to no sign-in any more; sign in again")
        family, now = _family(document), self._clock()
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
            await self._put(replaced, document.version)
        elif not (same(shown, family.previous) and now - family.rotated_at <= GRACE_SECONDS * 1000):
            await self._put(msgspec.structs.replace(family, revoked=True), document.version)
            raise RefreshReusedError(
                "this refresh token was replaced before; all tokens of its sign-in are now revoked"
            )
        return self._grant(family, successor, now)

    async def _put(self, family: TokenFamily, version: int) -> None:
        await self._documents.put(FAMILY, family.id, msgspec.json.encode(family), expected_version=version)

    def _grant(self, family: TokenFamily, token: RefreshToken, now: int) -> Grant:
        access, expires = self._access.issue(family.learner_id, now, family.id, family.signed_in_at)
        return Grant(family.learner_id, access, expires, token.text)


def _family(document: Document) -> TokenFamily:
    return msgspec.json.decode(document.body, type=TokenFamily)


def _last_used(family: TokenFamily) -> int:
    return family.rotated_at
