"""What a route does on the wire beyond plain JSON: read off its handler, once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from api.wire import EventEnvelope

HeaderList = tuple[tuple[bytes, bytes], ...]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MATCHED: dict[str, Any] = {"matched": True}
"""`opt=MATCHED` on a change: it takes If-Match, and its handler checks it. No route demands it, which would be 428:
a change here replaces only the fields it names, so that not knowing the others loses nothing."""
EVENTS: dict[str, Any] = {"events": True}
"""`opt=EVENTS` on a write of many events: each has an id of its own, and needs no idempotency key."""

# `opt={"answers": (...)}` names the media types of a route that answers with a `Blob`.
VARIES: HeaderList = ((b"vary", b"accept, accept-encoding"),)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a route does.

    Attributes:
        negotiated: answers with a struct, as JSON or MessagePack.
        tagged: answers with an ETag.
        matched: takes If-Match.
        keyed: takes Idempotency-Key.
        headers: stand on every success.
    """

    negotiated: bool
    tagged: bool
    matched: bool
    keyed: bool
    headers: HeaderList


@cache
def rules_of(handler: HTTPRouteHandler) -> Rules:
    """The rules of a route."""
    reads = handler.http_methods <= SAFE
    negotiated = answers_struct(handler)
    matched = "matched" in handler.opt
    tagged = matched or "answers" in handler.opt or (negotiated and reads and "public" not in handler.opt)
    gone = tuple((name.encode(), value.encode()) for name, value in handler.opt.get("deprecated", ()))
    return Rules(
        negotiated=negotiated,
        tagged=tagged,
        matched=matched,
        keyed=not reads and not takes_events(handler),
        headers=(*(VARIES if negotiated and reads else ()), *gone),
    )


def answers_struct(handler: HTTPRouteHandler) -> bool:
    """Whether it answers with something to encode, rather than a response of its own or nothing."""
    answer = handler.parsed_fn_signature.return_type
    return not (answer.is_subclass_of(Response) or answer.is_subclass_of(type(None)))


def takes_events(handler: HTTPRouteHandler) -> bool:
    """Whether it takes a learner's events, whose own ids make it harmless to send them again."""
    body = handler.parsed_fn_signature.parameters.get("data")
    return "events" in handler.opt or (body is not None and body.is_subclass_of(EventEnvelope))
