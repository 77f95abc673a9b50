"""What a learner asked for and has to prove by mail: a new address, a new password. Single use, and soon over.

A link's token is the id of a stored claim and a MAC of it, so that nothing from which a token could be made is stored,
and the same letter sent again holds the same token. A claim names the generation of the account's credentials it was
made for; using it replaces that generation in the same write, so that no link works twice and none outlives another.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Literal
from uuid import UUID

import msgspec

from api.accounts.account import Account
from api.accounts.errors import LinkError
from api.jobs.expiry import DAY, day_of
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError
from api.wire import Clock

CLAIM = "mailClaim"
ID_BYTES, TAG_BYTES = 16, 16
Purpose = Literal["confirm", "reset"]
VALID_SECONDS: dict[Purpose, int] = {"confirm": 48 * 3600, "reset": 30 * 60}
SPENT = "this link or code has expired or was used; ask for a new one"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a link stands for, as stored.

    Attributes:
        credentials: the generation it replaces.
        expires_at: milliseconds since the epoch; `day` is its day, by which it is removed then. An older server, beside
            newer ones, writes none.
        password: the hash of the password that confirming sets, "" if it sets none.
    """

    id: str
    purpose: Purpose
    learner_id: str
    email: str
    credentials: int
    expires_at: int
    day: str = ""
    password: str = ""


class LinkTokens:
    """Makes and reads the tokens in links."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"pacer mail links", "sha256")

    def seal(self, claim_id: str) -> str:
        """The token of a claim (a UUID)."""
        raw = UUID(claim_id).bytes
        return urlsafe_b64encode(raw + self._tag(raw)).rstrip(b"=").decode()

    def read(self, token: str) -> str:
        """The claim's id. Raises LinkError for a token this server never made."""
        try:
            raw = urlsafe_b64decode(token.strip().encode("ascii") + b"==")
        except (Base64Error, ValueError) as error:
            raise LinkError(SPENT) from error
        identity, tag = raw[:ID_BYTES], raw[ID_BYTES:]
        if not hmac.compare_digest(tag, self._tag(identity)):
            raise LinkError(SPENT)
        return str(UUID(bytes=identity))

    def _tag(self, identity: bytes) -> bytes:
        return hmac.digest(self._key, identity, "sha256")[:TAG_BYTES]


class Claims:
    """Claims on the Documents port."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(CLAIM, indexes=("learner_id", DAY))

    async def keep(self, claim_id: str, purpose: Purpose, account: Account, email: str, password: str = "") -> None:
        """Keep a claim, once, and forget those it replaces."""
        expires_at = self._clock() + VALID_SECONDS[purpose] * 1000
        claim = Claim(
            id=claim_id,
            purpose=purpose,
            learner_id=account.id,
            email=email,
            credentials=account.credentials,
            expires_at=expires_at,
            day=day_of(expires_at),
            password=password,
        )
        try:
            await self._documents.put(CLAIM, claim.id, msgspec.json.encode(claim), expected_version=0)
        except VersionClashError:
            return
        await self.forget(account.id, purpose, but=claim_id)

    async def find(self, claim_id: str) -> Claim | None:
        """A claim that still holds, or None."""
        document = await self._documents.get(CLAIM, claim_id)
        claim = None if document is None else _claim(document)
        return claim if claim is not None and self._clock() < claim.expires_at else None

    async def forget(self, learner_id: str, purpose: Purpose | None = None, but: str = "") -> None:
        """Forget a learner's claims, of one purpose or all."""
        async for document in find_all(self._documents, CLAIM, "learner_id", learner_id):
            if document.id != but and purpose in (None, _claim(document).purpose):
                await self._documents.delete(CLAIM, document.id)


def _claim(document: Document) -> Claim:
    return msgspec.json.decode(document.body, type=Claim)


def spend(account: Account, claim: Claim) -> Account:
    """The account with the claim's generation of credentials replaced. Raises LinkError if it was replaced before."""
    if account.credentials != claim.credentials:
        raise LinkError(SPENT)
    return msgspec.structs.replace(account, credentials=account.credentials + 1)
