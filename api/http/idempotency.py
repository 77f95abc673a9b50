"""Idempotency-Key: a write that is sent again gets the response it got the first time.

The key belongs to its sender: the learner, or whoever knows it where a route needs no token. Its record is claimed by
compare and set before the write begins, and filled when it has succeeded. A write that failed changed nothing, so its
record goes, and the same key may try again; so it does when the write is cancelled. A process that dies in between
leaves a claim that lapses after a minute; whoever comes with the key then runs the write anew.

Responses can hold tokens: they are stored encrypted under the key that only the sender has.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar.types import HTTPRequestEvent, Message, Receive, Send

from api.http.errors import BadHeaderError, BodyTooLargeError, KeyInUseError, KeyReusedError
from api.jobs.expiry import DAY, DAY_MS, day_of
from api.store.ports import Document, Documents, StoreError, VersionClashError

KIND = "idempotency"
LEASE_MS = 60_000
KEEP_MS = DAY_MS
NONCE_BYTES = 12
MAX_KEY, MIN_PUBLIC_KEY = 255, 22
"""Where no token is needed, the key alone opens a stored response: it must not be guessed. 22 letters hold 128 bits."""
MAX_TRIES = 5
REPLAYED = (b"idempotency-replayed", b"true")
FIRST_ERROR = 400
logger = logging.getLogger("pacer.http")

Run = Callable[[Receive, Send], Awaitable[None]]
"""The write itself, given where its body comes from and where its response goes."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a key. `until` (ms) is when the claim lapses or the response is forgotten; `day` is its day."""

    fingerprint: str
    state: Literal["running", "done"]
    until: int
    day: str
    sealed: bytes = b""


class Kept(msgspec.Struct, frozen=True):
    """A response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Capture:
    """Takes a response in place of the connection."""

    def __init__(self) -> None:
        self.status, self._headers, self._body = 500, list[tuple[bytes, bytes]](), bytearray()

    async def __call__(self, message: Message) -> None:
        """An ASGI `send`."""
        if message["type"] == "http.response.start":
            self.status, self._headers = message["status"], [(name, value) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self._body += message["body"]

    @property
    def response(self) -> Kept:
        """What was sent."""
        return Kept(self.status, self._headers, bytes(self._body))


class Sender(msgspec.Struct, frozen=True):
    """Whose key it is: a learner, or "" where nobody is known; and the operation it is for."""

    learner_id: str
    operation: str


class Idempotency:
    """Responses by key, on the Documents port."""

    def __init__(self, documents: Documents, secret: str, clock: Callable[[], int], max_body: int) -> None:
        self._documents = documents
        self._key = hmac.digest(secret.encode(), b"pacer idempotency", "sha256")
        self._clock = clock
        self._max_body = max_body

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(KIND, indexes=(DAY,))

    async def answer(self, header: str, sender: Sender, run: Run, receive: Receive, send: Send) -> None:
        """Run the write unless it ran before; send its response.

        Raises:
            BadHeaderError, BodyTooLargeError: the request cannot be read.
            KeyReusedError: the key was used for another request.
            KeyInUseError: the same request is under way.
            StoreError: nothing was done.
        """
        key = read_key(header, public=not sender.learner_id)
        name, seal = self._derived(sender, key, b"name").hex(), AESGCM(self._derived(sender, key, b"seal"))
        body = await _body(receive, self._max_body)
        fingerprint = hashlib.sha256(sender.operation.encode() + b"\n" + body).hexdigest()
        claim = await self._claim(name, fingerprint)
        if isinstance(claim, Record):
            kept = _opened(seal, claim)
            await _send(Kept(kept.status, [*kept.headers, REPLAYED], kept.body), send)
            return
        await _send(await self._run(claim, fingerprint, seal, run, _replaying(body, receive)), send)

    async def _run(self, claim: Document, fingerprint: str, seal: AESGCM, run: Run, receive: Receive) -> Kept:
        capture = Capture()
        try:
            await run(receive, capture)
        except (Exception, asyncio.CancelledError):
            await _to_its_end(self._release(claim))
            raise
        response = capture.response
        if response.status >= FIRST_ERROR:
            await _to_its_end(self._release(claim))
        else:
            await _to_its_end(self._keep(claim, fingerprint, seal, response))
        return response

    async def _claim(self, name: str, fingerprint: str) -> Document | Record:
        """The claim to run the write, or what is stored of it."""
        for _ in range(MAX_TRIES):
            found, now = await self._documents.get(KIND, name), self._clock()
            if found is not None:
                record = msgspec.json.decode(found.body, type=Record)
                if now < record.until:
                    return _known(record, fingerprint)
            claim = Record(fingerprint=fingerprint, state="running", until=now + LEASE_MS, day=day_of(now + LEASE_MS))
            try:
                return await self._documents.put(
                    KIND, name, msgspec.json.encode(claim), expected_version=found.version if found else 0
                )
            except VersionClashError:
                continue
        raise KeyInUseError("many requests with this idempotency key come at once; try again")

    async def _keep(self, claim: Document, fingerprint: str, seal: AESGCM, response: Kept) -> None:
        """Store a response. The write is done, so that a failure here must not be told as one of the write."""
        until, nonce = self._clock() + KEEP_MS, secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + seal.encrypt(nonce, msgspec.msgpack.encode(response), fingerprint.encode())
        record = Record(fingerprint=fingerprint, state="done", until=until, day=day_of(until), sealed=sealed)
        try:
            await self._documents.put(KIND, claim.id, msgspec.json.encode(record), expected_version=claim.version)
        except StoreError as error:
            logger.warning("the response to a write with an idempotency key was not stored: %s", error)

    async def _release(self, claim: Document) -> None:
        try:
            await self._documents.delete(KIND, claim.id, expected_version=claim.version)
        except StoreError as error:
            logger.warning("an idempotency key is held until its claim lapses: %s", error)

    def _derived(self, sender: Sender, key: str, purpose: bytes) -> bytes:
        return hmac.digest(self._key, msgspec.json.encode((purpose, sender.learner_id, key)), "sha256")


def read_key(header: str, *, public: bool) -> str:
    """The key in a header; quotes around it are left out, as the draft standard has them. Raises BadHeaderError."""
    key = header.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    least = MIN_PUBLIC_KEY if public else 1
    if not (least <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise BadHeaderError("Idempotency-Key", f"a key has {least} to {MAX_KEY} ASCII characters; take a new UUID")
    return key


def _known(record: Record, fingerprint: str) -> Record:
    if record.fingerprint != fingerprint:
        raise KeyReusedError("this idempotency key was used for another request; take a new key for a new request")
    if record.state == "running":
        raise KeyInUseError("the request with this idempotency key is still under way; repeat it in a second")
    return record


def _opened(seal: AESGCM, record: Record) -> Kept:
    nonce, sealed = record.sealed[:NONCE_BYTES], record.sealed[NONCE_BYTES:]
    try:
        raw = seal.decrypt(nonce, sealed, record.fingerprint.encode())
    except InvalidTag as error:
        raise StoreError("the stored response to this idempotency key cannot be read; take a new key") from error
    return msgspec.msgpack.decode(raw, type=Kept)


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for work that goes on although whoever waits for it is cancelled."""
    await asyncio.shield(asyncio.create_task(work))


async def _body(receive: Receive, limit: int) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise BadHeaderError("Content-Length", "the connection was closed before the body was complete")
        body += message["body"]
        more = message.get("more_body", False)
        if len(body) > limit:
            raise BodyTooLargeError(f"the body may have at most {limit} bytes")
    return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body again, then what comes after it."""
    left = [body]

    async def replay() -> Any:
        if left:
            return HTTPRequestEvent(type="http.request", body=left.pop(), more_body=False)
        return await receive()

    return replay


async def _send(response: Kept, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": False})
