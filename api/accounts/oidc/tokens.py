"""Whether an ID token is genuine, meant for this service, fresh, and the answer to this request.

Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725, sections 3.1 to 3.11.
"""

from __future__ import annotations

import hmac
from typing import Any

import jwt
import msgspec

from api.accounts.errors import IdTokenError
from api.accounts.oidc.endpoints import Endpoints
from api.accounts.oidc.providers import Provider

LEEWAY_SECONDS = 60
MAX_AGE_SECONDS = 600
"""How long after it was issued a token is taken, whatever its own expiry."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a token vouches for. `email` is None unless the provider has verified it."""

    issuer: str
    subject: str
    email: str | None = None


async def read_id_token(token: str, nonce: str, endpoints: Endpoints, now: int) -> Person:
    """The person of a genuine token. `now` is milliseconds since the epoch.

    Raises:
        IdTokenError: it is not genuine, not for this service, not fresh, or not the answer to `nonce`.
        ProviderDownError: the provider's keys cannot be fetched.
    """
    provider = endpoints.provider
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise IdTokenError("this is not an ID token") from error
    algorithm = header.get("alg")
    if algorithm not in provider.algorithms:
        raise IdTokenError(f"the ID token must be signed with one of {', '.join(provider.algorithms)}")
    key = await endpoints.key(header.get("kid"), algorithm)
    claims = _verified(token, key, algorithm, provider)
    _check_times(claims, now // 1000)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise IdTokenError("the nonce of the ID token is not that of the request")
    verified = claims.get("email_verified") in (True, "true")
    email = claims.get("email")
    return Person(
        issuer=provider.issuer, subject=claims["sub"], email=email if verified and isinstance(email, str) else None
    )


def _verified(token: str, key: jwt.PyJWK, algorithm: str, provider: Provider) -> dict[str, Any]:
    options: jwt.types.Options = {
        "require": ["iss", "sub", "aud", "exp", "iat"],
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }
    try:
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[algorithm],
            audience=list(provider.clients),
            issuer=provider.issuer,
            options=options,
        )
    except jwt.InvalidTokenError as error:
        raise IdTokenError(f"the ID token is not valid: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") not in provider.clients:
        raise IdTokenError("the ID token was issued to another party")
    if not claims["sub"]:
        raise IdTokenError("the ID token names nobody")
    return claims


def _check_times(claims: dict[str, Any], now: int) -> None:
    times = [claims["exp"], claims["iat"], claims.get("nbf", claims["iat"])]
    if not all(isinstance(time, int | float) and not isinstance(time, bool) for time in times):
        raise IdTokenError("the times of the ID token are not numbers")
    expires, issued, begins = times
    if now >= expires + LEEWAY_SECONDS or now - issued > MAX_AGE_SECONDS:
        raise IdTokenError("the ID token is too old; get a new one from the provider")
    if issued > now + LEEWAY_SECONDS or begins > now + LEEWAY_SECONDS:
        raise IdTokenError("the ID token is from the future")
