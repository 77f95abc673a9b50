"""Apple's Push Notification service over HTTP/2 with a provider token (ES256).

Source: Apple, Sending notification requests to APNs; Establishing a token-based connection to APNs; Handling
notification responses from APNs.
"""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from typing import Annotated

import httpx
import jwt
import msgspec

from api.notifications.channels.exchanges import TIMEOUT, Answer, exchange, result_of
from api.notifications.channels.ports import CarrierError, Note, Result
from api.notifications.devices import ApnsTarget, Device
from api.wire import Clock

SERVICE = "https://api.push.apple.com"
SANDBOX = "https://api.sandbox.push.apple.com"
TOKEN_SECONDS = 45 * 60
"""Apple refuses tokens older than an hour, and servers that renew more often than every 20 minutes."""

GONE = frozenset({"BadDeviceToken", "Unregistered", "DeviceTokenNotForTopic", "ExpiredToken"})
EXPIRED = "ExpiredProviderToken"
Letters = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{10}\\Z")]


class AppleKey(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The file of the settings.

    Attributes:
        key: file of the key, ``AuthKey_*.p8``, beside this one if it is relative.
        key_id, team_id: ten letters each, as Apple shows them.
        topic: the app's bundle id.
    """

    key: str
    key_id: Letters
    team_id: Letters
    topic: str


class _Refusal(msgspec.Struct, frozen=True):
    reason: str = ""


def read_apple_key(path: Path) -> tuple[AppleKey, str]:
    """What a file of the settings says, and the key in PEM. Raises CarrierError, naming the file and what is wrong."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=AppleKey)
        pem = (path.parent / found.key).read_text(encoding="utf-8")
        jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).prepare_key(pem)
    except OSError as error:
        raise CarrierError(f"PACER_APNS: {error.filename} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError, TypeError, jwt.InvalidKeyError) as error:
        raise CarrierError(f"PACER_APNS names {path}, which does not name a key of Apple's: {error}") from None
    return found, pem


class Apns:
    """See api.notifications.channels.ports.Carrier."""

    def __init__(
        self,
        key: AppleKey,
        pem: str,
        clock: Clock,
        *,
        services: tuple[str, str] = (SERVICE, SANDBOX),
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`services` are those for apps of the store, and under development."""
        self._key, self._pem, self._clock = key, pem, clock
        self._services = services
        try:
            self._client = httpx.AsyncClient(
                http1=False, http2=True, timeout=TIMEOUT, follow_redirects=False, verify=trust or True
            )
        except ImportError as error:
            raise CarrierError("PACER_APNS needs HTTP/2; run: pip install 'pacer[push]'") from error
        self._token, self._made_at = "", 0

    async def send(self, device: Device, note: Note) -> Result:
        """Hand a push to Apple. A provider token that Apple calls too old is replaced once."""
        target = device.target
        if not isinstance(target, ApnsTarget):
            return Result("refused", 0.0, "not a token of APNs")
        for _ in range(2):
            answer = await exchange(self._client, self._request(target, note), self._clock)
            if isinstance(answer, Result):
                return answer
            reason = reason_of(answer)
            if reason != EXPIRED:
                return result_of(answer, gone=reason in GONE, detail=reason)
            self._made_at = 0
        return Result("refused", 0.0, f"403 {EXPIRED}")

    def _request(self, target: ApnsTarget, note: Note) -> httpx.Request:
        payload = {
            "aps": {"alert": {"title": note.title, "body": note.body}, "thread-id": "pacer"},
            "id": note.tag,
            "code": note.code,
        }
        headers = {
            "authorization": f"bearer {self._bearer()}",
            "apns-topic": self._key.topic,
            "apns-push-type": "alert",
            "apns-priority": "5",
            "apns-expiration": str(self._clock() // 1000 + note.seconds),
            "apns-collapse-id": note.tag,
            "apns-id": note.uuid,
            "content-type": "application/json",
        }
        url = f"{self._services[target.sandbox]}/3/device/{target.token}"
        return self._client.build_request("POST", url, content=msgspec.json.encode(payload), headers=headers)

    def _bearer(self) -> str:
        now = self._clock()
        if now - self._made_at >= TOKEN_SECONDS * 1000:
            claims = {"iss": self._key.team_id, "iat": now // 1000}
            self._token = jwt.encode(claims, self._pem, algorithm="ES256", headers={"kid": self._key.key_id})
            self._made_at = now
        return self._token

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


def reason_of(answer: Answer) -> str:
    """The reason that Apple gives, "" for none."""
    if not answer.body:
        return ""
    try:
        return re.sub(r"[^A-Za-z]", "", msgspec.json.decode(answer.body, type=_Refusal).reason)
    except msgspec.DecodeError:
        return ""
