"""Firebase Cloud Messaging, HTTP v1: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send.

Requests bear an access token that a service account gets by OAuth 2.0 with a signed JWT (RFC 7523).
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import jwt
import msgspec

from api.notifications.channels.exchanges import RETRY_SECONDS, TIMEOUT, Answer, exchange, result_of
from api.notifications.channels.ports import CarrierError, Note, Result
from api.notifications.devices import Device, FcmTarget
from api.wire import Clock

SERVICE = "https://fcm.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 3600
EARLY_SECONDS = 300
"""A token is replaced so long before it ends."""

UNAUTHENTICATED = 401


class ServiceAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The file of a service account, as Google hands it out."""

    project_id: str
    private_key_id: str
    private_key: str
    client_email: str
    token_uri: str


class _Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = ASSERTION_SECONDS


class _Detail(msgspec.Struct, frozen=True, rename="camel"):
    error_code: str = ""


class _Error(msgspec.Struct, frozen=True):
    status: str = ""
    details: tuple[_Detail, ...] = ()


class _Refusal(msgspec.Struct, frozen=True):
    error: _Error = _Error()


def read_account(path: Path) -> ServiceAccount:
    """The service account of a file. Raises CarrierError, naming the file and what is wrong."""
    try:
        account = msgspec.json.decode(path.read_bytes(), type=ServiceAccount)
        jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).prepare_key(account.private_key)
    except OSError as error:
        raise CarrierError(f"PACER_FCM names {path}, which cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError, TypeError, jwt.InvalidKeyError) as error:
        raise CarrierError(f"PACER_FCM names {path}, which is not the file of a service account: {error}") from None
    return account


class Fcm:
    """See api.notifications.channels.ports.Carrier."""

    def __init__(self, account: ServiceAccount, clock: Clock, service: str = SERVICE) -> None:
        self._account = account
        self._clock = clock
        self._url = f"{service}/v1/projects/{account.project_id}/messages:send"
        self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        self._token, self._token_ends = "", 0
        self._renewing = asyncio.Lock()

    async def send(self, device: Device, note: Note) -> Result:
        """Hand a push to Google. A token that is refused is replaced once."""
        target = device.target
        if not isinstance(target, FcmTarget):
            return Result("refused", 0.0, "not a token of FCM")
        for _ in range(2):
            token = await self._access()
            if isinstance(token, Result):
                return token
            answer = await self._post(token, target, note)
            if isinstance(answer, Result):
                return answer
            if answer.status != UNAUTHENTICATED:
                return _result(answer)
            self._token_ends = 0
        return Result("refused", 0.0, "401: Google does not accept the service account")

    async def _post(self, token: str, target: FcmTarget, note: Note) -> Answer | Result:
        message = {
            "token": target.token,
            "notification": {"title": note.title, "body": note.body},
            "data": {"id": note.tag, "code": note.code},
            "android": {
                "priority": "NORMAL",
                "ttl": f"{note.seconds}s",
                "collapse_key": note.tag,
                "notification": {"tag": note.tag},
            },
        }
        body = msgspec.json.encode({"message": message})
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return await exchange(
            self._client, self._client.build_request("POST", self._url, content=body, headers=headers), self._clock
        )

    async def _access(self) -> str | Result:
        async with self._renewing:
            if self._clock() < self._token_ends:
                return self._token
            form = {"grant_type": GRANT, "assertion": self._assertion()}
            request = self._client.build_request("POST", self._account.token_uri, data=form)
            answer = await exchange(self._client, request, self._clock)
            if isinstance(answer, Result):
                return Result("later", RETRY_SECONDS, f"no access token: {answer.detail}")
            if answer.status != 200:
                return Result("later", answer.retry_seconds, f"no access token: {answer.status}")
            try:
                found = msgspec.json.decode(answer.body, type=_Token)
            except msgspec.DecodeError:
                return Result("later", RETRY_SECONDS, "no access token: the answer cannot be read")
            self._token = found.access_token
            self._token_ends = self._clock() + (found.expires_in - EARLY_SECONDS) * 1000
            return self._token

    def _assertion(self) -> str:
        now = self._clock() // 1000
        claims = {
            "iss": self._account.client_email,
            "scope": SCOPE,
            "aud": self._account.token_uri,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        return jwt.encode(
            claims, self._account.private_key, algorithm="RS256", headers={"kid": self._account.private_key_id}
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


def _result(answer: Answer) -> Result:
    """What Google says; a token that is no more is 404 with UNREGISTERED, one of another project SENDER_ID_MISMATCH."""
    try:
        error = msgspec.json.decode(answer.body, type=_Refusal).error
    except msgspec.DecodeError:
        return result_of(answer)
    codes = {detail.error_code for detail in error.details}
    gone = bool(codes & {"UNREGISTERED", "SENDER_ID_MISMATCH"})
    return result_of(answer, gone=gone, detail=" ".join(sorted({error.status, *codes} - {""})))
