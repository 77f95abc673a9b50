"""What is fetched from a provider: its configuration, its keys, and an ID token for a code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import jwt
import msgspec

from api.accounts.errors import IdTokenError, ProviderDownError
from api.accounts.oidc.providers import Provider, is_safe

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 5.0
MAX_BYTES = 262_144
KEYS_FRESH_SECONDS = 3600
"""Keys older than this are fetched again before they are used."""

FLOOR_SECONDS = 30
"""An unknown key id has keys fetched again, but not more often than this."""

Seconds = Callable[[], float]
T = TypeVar("T")


class Configuration(msgspec.Struct, frozen=True):
    """The part of a provider's discovery document that is used (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    jwks_uri: str
    token_endpoint: str = ""


class KeySet(msgspec.Struct, frozen=True):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]


class TokenResponse(msgspec.Struct, frozen=True):
    """The part of a token response that is used."""

    id_token: str


class Endpoints:
    """One provider's endpoints. `seconds` is a clock that never steps back."""

    def __init__(self, provider: Provider, client: httpx.AsyncClient, seconds: Seconds) -> None:
        self.provider = provider
        self._client = client
        self._seconds = seconds
        self._configuration: Configuration | None = None
        self._keys: list[jwt.PyJWK] = []
        self._fetched_at: float | None = None
        self._lock = asyncio.Lock()

    async def key(self, key_id: str | None, algorithm: str) -> jwt.PyJWK:
        """The key that signs under an id with an algorithm.

        Raises:
            IdTokenError: the provider has no such key.
            ProviderDownError: its keys cannot be fetched.
        """
        async with self._lock:
            if self._age() > KEYS_FRESH_SECONDS:
                await self._fetch_keys()
            found = self._known(key_id, algorithm)
            if found is None and self._age() >= FLOOR_SECONDS:
                await self._fetch_keys()
                found = self._known(key_id, algorithm)
        if found is None:
            raise IdTokenError("the ID token is signed with a key that its provider does not have")
        return found

    async def exchange(self, code: str, verifier: str, redirect: str) -> str:
        """The ID token for an authorization code with its PKCE verifier (RFC 7636).

        Raises:
            IdTokenError: the redirect URI is not allowed, or the provider refuses the code.
            ProviderDownError: it cannot be reached.
        """
        if redirect not in self.provider.redirects:
            raise IdTokenError("a code with this redirect URI is not exchanged; allowed are those of the settings")
        endpoint = (await self._configure()).token_endpoint
        if not is_safe(endpoint):
            raise ProviderDownError("the provider names no token endpoint with https")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect,
            "client_id": self.provider.clients[0],
        }
        if self.provider.secret:
            form["client_secret"] = self.provider.secret
        return _decoded(await self._ask("POST", endpoint, form), TokenResponse).id_token

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._seconds() - self._fetched_at

    def _known(self, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        fitting = [key for key in self._keys if key.algorithm_name == algorithm]
        if key_id is None:
            return fitting[0] if len(fitting) == 1 else None
        return next((key for key in fitting if key.key_id == key_id), None)

    async def _fetch_keys(self) -> None:
        uri = (await self._configure()).jwks_uri
        if not is_safe(uri):
            raise ProviderDownError("the provider's keys are not to be had by https")
        listed = _decoded(await self._ask("GET", uri), KeySet).keys
        self._keys = [key for entry in listed for key in _readings(entry, self.provider)]
        self._fetched_at = self._seconds()

    async def _configure(self) -> Configuration:
        if self._configuration is None:
            uri = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = _decoded(await self._ask("GET", uri), Configuration)
            if found.issuer != self.provider.issuer:
                raise ProviderDownError("the provider calls itself otherwise than the settings call it")
            self._configuration = found
        return self._configuration

    async def _ask(self, method: str, url: str, form: dict[str, str] | None = None) -> bytes:
        import httpx

        body = b""
        try:
            async with self._client.stream(method, url, data=form, timeout=TIMEOUT_SECONDS) as answer:
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > MAX_BYTES:
                        raise ProviderDownError("the provider's answer is too long")
        except httpx.HTTPError as error:
            raise ProviderDownError(f"the provider cannot be reached: {type(error).__name__}") from None
        if answer.status_code in (400, 401) and form is not None:
            raise IdTokenError("the provider does not take the code")
        if not answer.is_success:
            raise ProviderDownError(f"the provider answered {answer.status_code}")
        return body


def _readings(entry: dict[str, Any], provider: Provider) -> list[jwt.PyJWK]:
    """A key for each allowed algorithm it can be used with; none for an encryption key or a key of another kind."""
    if entry.get("use", "sig") != "sig" or entry.get("kty") not in ("RSA", "EC", "OKP"):
        return []
    named = entry.get("alg")
    readings = []
    for algorithm in provider.algorithms:
        if named in (None, algorithm):
            try:
                readings.append(jwt.PyJWK(entry, algorithm=algorithm))
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
    return readings


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise ProviderDownError(f"the provider's answer cannot be read: {error}") from error
