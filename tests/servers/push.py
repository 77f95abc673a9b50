"""Real push services on loopback: over HTTP/1.1 for Web Push and Google, over HTTP/2 for Apple; and a browser."""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
import struct
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded


def base64url(raw: bytes) -> str:
    """Without padding, as browsers write it."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    """Read what browsers write."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Taken:
    """A request that was taken; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """What was taken, and the answers to give first: status, headers, body. None breaks the connection off."""

    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    usual: tuple[int, dict[str, str], bytes] = (201, {}, b"")
    delay_seconds: float = 0.0

    def answer(self) -> tuple[int, dict[str, str], bytes] | None:
        """The next answer."""
        return self.answers.pop(0) if self.answers else self.usual


@contextmanager
def running_push() -> Iterator[PushService]:
    """A push service over HTTP/1.1 on a free port."""
    service = PushService()
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            service.taken.append(Taken(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            stop.wait(service.delay_seconds)
            answer = service.answer()
            if answer is None:
                self.close_connection = True
                return
            status, headers, content = answer
            self.send_response(status)
            for name, value in {"content-length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@asynccontextmanager
async def running_http2(tls: ssl.SSLContext) -> AsyncIterator[PushService]:
    """A push service over HTTP/2 alone, by TLS with ALPN, on a free port."""
    tls.set_alpn_protocols(["h2"])
    service = PushService(usual=(200, {}, b""))
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        asked: dict[int, tuple[dict[str, str], bytearray]] = {}
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived):
                    asked[event.stream_id] = ({str(k): str(v) for k, v in event.headers}, bytearray())
                elif isinstance(event, DataReceived):
                    asked[event.stream_id][1].extend(event.data)
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded):
                    headers, body = asked.pop(event.stream_id)
                    service.taken.append(Taken(headers[":path"], headers, bytes(body)))
                    status, more, content = service.answer() or (500, {}, b"")
                    named = [(":status", str(status)), *more.items()]
                    connection.send_headers(event.stream_id, named, end_stream=not content)
                    if content:
                        connection.send_data(event.stream_id, content, end_stream=True)
            writer.write(connection.data_to_send())
        writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(talk(reader, writer))
        tasks.add(task)

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    service.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield service
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)


class Browser:
    """A browser with a subscription: it has the keys that open what is sent to it (RFC 8291)."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = secrets.token_bytes(16)

    @property
    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON()` gives them."""
        return {"p256dh": base64url(self._point(self._key.public_key())), "auth": base64url(self._secret)}

    def subscription(self) -> dict[str, Any]:
        """As a client registers it."""
        return {"kind": "webPush", "endpoint": self.endpoint, "keys": self.keys}

    def open(self, body: bytes) -> dict[str, Any]:
        """Decrypt a body in aes128gcm (RFC 8188) of one record, step by step as RFC 8291, section 3.4, has it."""
        salt, size, length = body[:16], *struct.unpack("!IB", body[16:21])
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._key.exchange(ec.ECDH(), public)
        info = b"WebPush: info\x00" + self._point(self._key.public_key()) + sender
        keying = _hkdf(self._secret, shared, info, 32)
        key = _hkdf(salt, keying, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(salt, keying, b"Content-Encoding: nonce\x00", 12)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\x00")
        assert plain.endswith(b"\x02")
        found: dict[str, Any] = json.loads(plain[:-1])
        return found

    @staticmethod
    def _point(key: ec.EllipticCurvePublicKey) -> bytes:
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, keying: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(keying)


def vapid_claims(authorization: str, audience: str, now: int) -> dict[str, Any]:
    """The claims of a VAPID header (RFC 8292) whose token its own key signed, for this audience; `now` in seconds."""
    scheme, _, rest = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(parts["k"]))
    claims: dict[str, Any] = jwt.decode(
        parts["t"], key, algorithms=["ES256"], audience=audience, options={"verify_exp": False}
    )
    assert now < claims["exp"] <= now + 86_400
    return claims | {"k": parts["k"]}
