"""Access tokens (JWT, HS256) and refresh tokens (opaque, in families), as pure functions of a secret and a time.

A refresh token is family (16 bytes), generation (4), secret (32) and a tag (16), in base64url. The tag is a MAC: an
invented token is refused without a look at the store. The secret of a successor is a MAC of the token it replaces: it
can be made again for a client that never received it, and nothing but hashes is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import jwt
import msgspec

from api.accounts.errors import RefreshTokenError, TokenError

ACCESS_SECONDS = 15 * 60
REFRESH_DAYS = 90
GRACE_SECONDS = 60
CACHED_TOKENS = 16_384
ISSUER = "pacer"
ALGORITHM = "HS256"
FAMILY_BYTES, GENERATION_BYTES, SECRET_BYTES, TAG_BYTES = 16, 4, 32, 16
PAYLOAD_BYTES = FAMILY_BYTES + GENERATION_BYTES + SECRET_BYTES


def digest(text: str) -> str:
    """What is stored in place of a secret: SHA-256, enough for secrets of 256 random bits."""
    return hashlib.sha256(text.encode()).hexdigest()


def same(first: str, second: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(first.encode(), second.encode())


class Access(NamedTuple):
    """What an access token says. Times are milliseconds since the epoch; `family_id` names the sign-in."""

    learner_id: str
    expires_at: int
    family_id: str = ""
    signed_in_at: int = 0


class AccessTokens:
    """Makes and verifies access tokens; a verified one is remembered until it expires, in a bounded LRU."""

    def __init__(self, secret: str, capacity: int = CACHED_TOKENS) -> None:
        self._secret = secret
        self._capacity = capacity
        self._verified: OrderedDict[str, Access] = OrderedDict()

    def issue(self, learner_id: str, now: int, family_id: str = "", signed_in_at: int = 0) -> tuple[str, int]:
        """A token and when it expires. `now`, `signed_in_at` and the expiry are milliseconds since the epoch."""
        issued = now // 1000
        expires = issued + ACCESS_SECONDS
        claims = {
            "iss": ISSUER,
            "sub": learner_id,
            "iat": issued,
            "exp": expires,
            "sid": family_id,
            "auth_time": signed_in_at // 1000,
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM), expires * 1000

    def verify(self, token: str, now: int) -> str:
        """The learner's id. Raises TokenError."""
        return self.read(token, now).learner_id

    def read(self, token: str, now: int) -> Access:
        """All that the token says. Raises TokenError."""
        known = self._verified.get(token)
        if known is None:
            known = self._decode(token)
        if now >= known.expires_at:
            self._verified.pop(token, None)
            raise TokenError("the access token has expired; get a new one from POST /v1/auth/refresh")
        self._remember(token, known)
        return known

    def _remember(self, token: str, known: Access) -> None:
        self._verified[token] = known
        self._verified.move_to_end(token)
        if len(self._verified) > self._capacity:
            self._verified.popitem(last=False)

    def _decode(self, token: str) -> Access:
        options: jwt.types.Options = {"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False}
        try:
            claims = jwt.decode(token, self._secret, algorithms=[ALGORITHM], issuer=ISSUER, options=options)
        except jwt.InvalidTokenError as error:
            raise TokenError(f"the access token is not valid: {error}") from error
        family_id, signed_in_at = str(claims.get("sid", "")), int(claims.get("auth_time", 0)) * 1000
        return Access(str(claims["sub"]), int(claims["exp"]) * 1000, family_id, signed_in_at)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token taken apart. `text` is what the client holds."""

    family_id: str
    generation: int
    text: str


class RefreshTokens:
    """Makes and reads refresh tokens under the server's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"pacer refresh tokens", "sha256")

    def first(self) -> RefreshToken:
        """The first token of a new family."""
        return self._seal(secrets.token_bytes(FAMILY_BYTES), 0, secrets.token_bytes(SECRET_BYTES))

    def successor(self, token: RefreshToken) -> RefreshToken:
        """The token that replaces `token`; the same every time."""
        secret = hmac.digest(self._key, b"successor" + token.text.encode(), "sha256")
        return self._seal(bytes.fromhex(token.family_id), token.generation + 1, secret)

    def read(self, text: str) -> RefreshToken:
        """Take a token apart. Raises RefreshTokenError for one that this server never made."""
        try:
            raw = urlsafe_b64decode(text.encode("ascii"))
        except (Base64Error, ValueError) as error:
            raise RefreshTokenError("the refresh token is not one of this server's") from error
        payload, tag = raw[:PAYLOAD_BYTES], raw[PAYLOAD_BYTES:]
        if len(tag) != TAG_BYTES or not hmac.compare_digest(tag, self._tag(payload)):
            raise RefreshTokenError("the refresh token is not one of this server's")
        generation = int.from_bytes(payload[FAMILY_BYTES : FAMILY_BYTES + GENERATION_BYTES], "big")
        return RefreshToken(payload[:FAMILY_BYTES].hex(), generation, urlsafe_b64encode(raw).decode())

    def _seal(self, family: bytes, generation: int, secret: bytes) -> RefreshToken:
        payload = family + generation.to_bytes(GENERATION_BYTES, "big") + secret
        text = urlsafe_b64encode(payload + self._tag(payload)).decode()
        return RefreshToken(family.hex(), generation, text)

    def _tag(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, b"tag" + payload, "sha256")[:TAG_BYTES]


class TokenFamily(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in on one device, as stored. Times are milliseconds since the epoch.

    Attributes:
        generation: of the current token.
        current: digest of the current token.
        previous: digest of the one it replaced, "" for the first.
        rotated_at: when that happened.
        expires_at: after which the current token no longer counts.
        signed_in_at: when the learner showed who they are.
        how: by what: "guest", "password", "recovery", or the name of a provider.
        device: what the device calls itself.
        has_secret: whether the device was given the account's device secret, or has shown it.
        identity: id of the identity that a provider vouched for, "" for other ways and where it was not written down.
    """

    id: str
    learner_id: str
    generation: int
    current: str
    previous: str
    rotated_at: int
    expires_at: int
    revoked: bool = False
    signed_in_at: int = 0
    how: str = "guest"
    device: str = ""
    has_secret: bool = False
    identity: str = ""
