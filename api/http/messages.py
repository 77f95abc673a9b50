"""The request and the response of every route: JSON unless something else is asked for."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.types import Receive, Scope, Send

from api.http.asked import PLAINLY, WANTED, Headers, Wanted, asked_of
from api.http.compression import MIN_BYTES, deflate, inflate
from api.http.conditional import core_of, entity_tag, is_known
from api.http.errors import BadBodyError, UnsupportedMediaError
from api.http.faults import UNREADABLE, fault_in
from api.http.negotiation import FORMATS, JSON, MESSAGE_PACK_NAMES, media_type
from api.http.rules import HeaderList, rules_of
from api.wire import MAX_BODY_BYTES, WireError

JSON_TYPE = (b"content-type", JSON.encode())
_encoder = msgspec.json.Encoder()
_packer = msgspec.msgpack.Encoder()


@cache
def _decoder(handler: HTTPRouteHandler) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_body_type(handler))


@cache
def _unpacker(handler: HTTPRouteHandler) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(_body_type(handler))


def _body_type(handler: HTTPRouteHandler) -> Any:
    return handler.parsed_fn_signature.parameters["data"].annotation


class PacerRequest(Request[Any, Any, State]):
    """Litestar's request, reading a body strictly and straight into the type of the handler's `data`."""

    @property
    def content_length(self) -> int | None:
        """The length announced; found without making a mapping of all headers, which no answer needs."""
        length = asked_of(self.scope).get(b"content-length")
        return None if length is None else int(length)

    async def body(self) -> bytes:
        """The body as it was sent. Raises BadBodyError if the caller leaves before it is complete."""
        try:
            return await super().body()
        except InternalServerException as error:
            raise BadBodyError("the connection was closed before the body was complete") from error

    async def json(self) -> Any:
        """The body as the handler's own type.

        Raises:
            WireError: with the pointer of the fault.
            UnsupportedMediaError, BodyTooLargeError, BadBodyError: it cannot be read at all.
        """
        asked = asked_of(self.scope)
        if b"content-type" in asked or b"content-encoding" in asked:
            return await self._unusual(asked)
        return self._decoded(await self.body(), _decoder(self.route_handler), "JSON")

    async def _unusual(self, asked: Headers) -> Any:
        kind = media_type(asked.get(b"content-type", JSON_TYPE[1]).decode("latin-1"))
        if kind not in FORMATS:
            raise UnsupportedMediaError(
                f"a body is sent as {' or '.join(FORMATS[:2])}, not as {kind[:50]!r}", "accept", ", ".join(FORMATS[:2])
            )
        if b"content-encoding" in asked:
            body = await inflate(self.stream(), asked[b"content-encoding"].decode("latin-1"), MAX_BODY_BYTES)
        else:
            body = await self.body()
        if kind in MESSAGE_PACK_NAMES:
            return self._decoded(body, _unpacker(self.route_handler), "MessagePack")
        return self._decoded(body, _decoder(self.route_handler), "JSON")

    @staticmethod
    def _decoded(body: bytes, decoder: msgspec.json.Decoder[Any] | msgspec.msgpack.Decoder[Any], expected: str) -> Any:
        try:
            return decoder.decode(body)
        except UNREADABLE as error:
            raise WireError(fault_in(error, decoder.type, expected)) from error


class WireResponse(Response[Any]):
    """The response to a handler that returns a struct, without cookies or headers of its own."""

    def __init__(self, content: Any, *, status_code: int | None = None, **_: Any) -> None:
        self.content = content
        self.status_code = status_code

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **_: Any) -> Any:  # noqa: ARG002
        """What sends it: encoded here, where a fault can still become a problem."""
        rules = rules_of(request.scope["route_handler"])
        wanted: Wanted | None = request.scope["state"].get(WANTED)
        body, status = _encoder.encode(self.content), self.status_code or HTTP_200_OK
        if wanted is None and not rules.tagged:
            return sending(status, [JSON_TYPE, (b"content-length", b"%d" % len(body)), *rules.headers], body)
        wanted = wanted or PLAINLY
        core = core_of(body) if rules.tagged else ""
        if wanted.packed:
            body = _packer.encode(self.content)
        return shaped(status, body, wanted, core, rules.headers)


class Blob(Response[bytes]):
    """The response of a route that has its bytes already: compressed if that is wanted, tagged, 304 if known."""

    def __init__(self, body: bytes, media_type: str, headers: HeaderList = ()) -> None:
        super().__init__(body, media_type=media_type)
        self._fixed = (*headers, (b"vary", b"accept-encoding"))
        self._core = core_of(body)

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **_: Any) -> Any:  # noqa: ARG002
        """What sends it."""
        wanted: Wanted = request.scope["state"].get(WANTED) or PLAINLY
        return shaped(HTTP_200_OK, self.content, wanted._replace(format=str(self.media_type)), self._core, self._fixed)


def shaped(status: int, body: bytes, wanted: Wanted, core: str, fixed: HeaderList) -> Any:
    """What sends a body as it is wanted; `core` is that of its tag, "" for none."""
    headers = list(fixed)
    coding = wanted.coding if len(body) >= MIN_BYTES else ""
    if core:
        tag = entity_tag(core, "msgpack" if wanted.packed else "", coding)
        headers.append((b"etag", tag.encode()))
        if wanted.known and is_known(wanted.known, tag):
            return sending(HTTP_304_NOT_MODIFIED, headers, b"")
    if coding:
        body = deflate(body, coding)
        headers.append((b"content-encoding", coding.encode()))
    headers += [(b"content-type", wanted.format.encode()), (b"content-length", b"%d" % len(body))]
    return sending(status, headers, body)


def sending(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> Any:
    """The two messages of a response."""

    async def answer(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return answer
