"""Web Push (RFC 8030), encrypted for the browser (RFC 8291) by pywebpush, signed as this server's (VAPID, RFC 8292)."""

from __future__ import annotations

import ssl
from importlib import import_module
from typing import Any
from urllib.parse import SplitResult

import httpx
import jwt
import msgspec

from api.notifications.channels.exchanges import RETRY_SECONDS, TIMEOUT, Answer, exchange, result_of
from api.notifications.channels.ports import CarrierError, Note, Result
from api.notifications.channels.vapid import VapidKey
from api.notifications.devices import Device, WebPushTarget
from api.notifications.endpoints import EndpointError, check_endpoint, resolve
from api.wire import Clock

TOKEN_SECONDS = 12 * 3600
"""RFC 8292 allows 24 hours."""

PACKAGE = "pywebpush"


class WebPush:
    """See api.notifications.channels.ports.Carrier. `contact` is a mailto: or https: URL that push services may use."""

    def __init__(
        self, key: VapidKey, contact: str, clock: Clock, *, loopback: bool = False, trust: ssl.SSLContext | None = None
    ) -> None:
        try:
            self._package: Any = import_module(PACKAGE)
        except ModuleNotFoundError as error:
            raise CarrierError(
                f"PACER_PUSH_CONTACT needs the package {error.name!r}; run: pip install 'pacer[push]'"
            ) from error
        self.key = key
        self._contact = contact
        self._clock = clock
        self._loopback = loopback
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=0)
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT, follow_redirects=False, trust_env=False, limits=limits, verify=trust or True
        )

    async def send(self, device: Device, note: Note) -> Result:
        """Hand a push to the browser's push service."""
        target = device.target
        if not isinstance(target, WebPushTarget):
            return Result("refused", 0.0, "not a subscription of Web Push")
        try:
            parts = check_endpoint(target.endpoint, loopback=self._loopback)
            address = await resolve(parts, loopback=self._loopback)
        except EndpointError as error:
            return Result("gone", 0.0, str(error))
        except OSError:
            return Result("later", RETRY_SECONDS, "the host of the endpoint is not found")
        answer = await exchange(self._client, self._request(parts, address, target, note), self._clock)
        return result_of(answer) if isinstance(answer, Answer) else answer

    def _request(self, parts: SplitResult, address: str, target: WebPushTarget, note: Note) -> httpx.Request:
        payload = {"id": note.tag, "code": note.code, "title": note.title, "body": note.body}
        keys = {"p256dh": target.p256dh, "auth": target.auth}
        pusher = self._package.WebPusher({"endpoint": target.endpoint, "keys": keys})
        body = pusher.encode(msgspec.json.encode(payload), content_encoding="aes128gcm")["body"]
        host = f"[{address}]" if ":" in address else address
        at = host if parts.port is None else f"{host}:{parts.port}"
        headers = {
            "Host": parts.netloc,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(note.seconds),
            "Topic": note.tag,
            "Urgency": "normal",
            "Authorization": f"vapid t={self._token(parts)}, k={self.key.public}",
        }
        url = parts._replace(netloc=at).geturl()
        return self._client.build_request(
            "POST", url, content=body, headers=headers, extensions={"sni_hostname": parts.hostname}
        )

    def _token(self, parts: SplitResult) -> str:
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": self._clock() // 1000 + TOKEN_SECONDS,
            "sub": self._contact,
        }
        return jwt.encode(claims, self.key.private, algorithm="ES256")

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
