"""How the wire stands in the OpenAPI document: formats, conditions, keys, and the headers that go with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from api.errors import (
    CLIENT_TOO_OLD,
    KEY_IN_USE,
    KEY_REUSED,
    NOT_ACCEPTABLE,
    PRECONDITION,
    TOO_LARGE,
    UNSUPPORTED,
    Kind,
)
from api.http.idempotency import MAX_KEY, MIN_PUBLIC_KEY
from api.http.negotiation import JSON, MESSAGE_PACK
from api.http.rules import Rules
from api.wire import END

Json = dict[str, Any]
ABOUT = f"""Messages are JSON, or MessagePack (`{MESSAGE_PACK}`) where `Accept` or `Content-Type` says so; a problem is
always JSON. Bodies may be compressed either way, by gzip or zstd (`Content-Encoding`, `Accept-Encoding`). HEAD is
answered wherever GET is, and OPTIONS everywhere.

What has an `ETag` is not sent again to who names it in `If-None-Match` (304). A change that takes `If-Match` is refused
if the state it names is gone (412); none demands it. Other writes than events take an `Idempotency-Key`: sent again
with the same body within a day, they get the response of the first time. A client says who it is by
`Pacer-Client: name/1.2.3`; one that is too old to be served gets 426. Lists come in pages: `nextCursor` leads to the
next one.

Besides the headers named below, a response has `Content-Type`, `Content-Length`, `Content-Encoding`, `Cache-Control`
and `Vary` as they apply, and headers that protect (`X-Content-Type-Options`, `Content-Security-Policy`,
`Referrer-Policy`, `Cross-Origin-Resource-Policy`, and what the operator sets for HSTS and for other origins)."""

COMMON = frozenset(
    {
        "content-type",
        "content-length",
        "content-encoding",
        "cache-control",
        "vary",
        "x-content-type-options",
        "content-security-policy",
        "referrer-policy",
        "cross-origin-resource-policy",
        "strict-transport-security",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "date",
        "transfer-encoding",
    }
)
"""Headers that ABOUT names for every response, or that a server sends by itself."""


def _header(description: str, **schema: Any) -> Json:
    return {"description": description, "schema": {"type": "string", **schema}}


HEADER_TEXTS: dict[str, Json] = {
    "ETag": _header("Names this state, for If-None-Match and If-Match.", examples=['"x3Jk0u6mT2mQ0aWc5b1dZA"']),
    "Idempotency-Replayed": _header("The write was done before; this is its response.", enum=["true"]),
    "Deprecation": _header("When the operation was deprecated (RFC 9745).", examples=["@1788220800"]),
    "Sunset": _header("When it will be gone (RFC 8594).", examples=["Mon, 01 Mar 2027 00:00:00 GMT"]),
    "Retry-After": {
        "description": "Seconds after which it is worth trying again.",
        "schema": {"type": "integer", "minimum": 1, "examples": [1]},
    },
    "WWW-Authenticate": _header("Which token is needed.", enum=["Bearer"]),
    "Accept": _header("Media types that a body may have.", examples=[f"{JSON}, {MESSAGE_PACK}"]),
    "Accept-Encoding": _header("Content codings that a body may have.", examples=["zstd, gzip"]),
    "Upgrade": _header("The oldest version that is served.", examples=["android/2.4.0"]),
    "Connection": _header("Goes with Upgrade.", enum=["upgrade"]),
}
OF_STATUS = {415: ("Accept", "Accept-Encoding"), 426: ("Upgrade", "Connection")}
RETRIED = frozenset({KEY_IN_USE.name})
"""Problem types whose Retry-After the error itself brings."""


def _parameter(name: str, description: str, **schema: Any) -> Json:
    shown = {"type": "string", **schema}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": shown}


KEY = (
    "Made up for the request, best a UUID. Sent again under the same key, the request is not done again, but gets the "
    "response it got."
)
PARAMETER_TEXTS: dict[str, Json] = {
    "IdempotencyKey": _parameter("Idempotency-Key", KEY, minLength=1, maxLength=MAX_KEY),
    "PublicIdempotencyKey": _parameter("Idempotency-Key", KEY, minLength=MIN_PUBLIC_KEY, maxLength=MAX_KEY),
    "IfNoneMatch": _parameter("If-None-Match", "The ETag of what is known already."),
    "IfMatch": _parameter("If-Match", "The ETag of the state that the change is meant for."),
}


CODE = re.compile(r"\\u00([0-9A-Fa-f]{2})")
"""A character by its code, as Python and ECMAScript write it; RE2 knows it by two digits only, as they do too."""


def portable(part: Any) -> Any:
    """Part of a document, with patterns as ECMAScript and RE2 read them. There `$` is the end and nothing else is.

    The wire keeps its own, which say the same to Python: there `$` is also the place before a last line break.
    """
    if isinstance(part, list):
        return [portable(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    found = {name: portable(inner) for name, inner in part.items()}
    if isinstance(pattern := found.get("pattern"), str):
        found["pattern"] = CODE.sub(r"\\x\1", pattern.replace(END, "$"))
    return found


def content_of(schema: Json, example: Any) -> Json:
    """A body in every format."""
    return {JSON: {"schema": schema, "example": example}, MESSAGE_PACK: {"schema": schema}}


def parameters(rules: Rules, *, public: bool) -> list[Json]:
    """The headers that an operation reads."""
    key = "PublicIdempotencyKey" if public else "IdempotencyKey"
    names = ((rules.keyed, key), (rules.tagged and not rules.matched, "IfNoneMatch"), (rules.matched, "IfMatch"))
    return [PARAMETER_TEXTS[name] for there, name in names if there]


def kinds(rules: Rules, *, body: bool) -> Iterator[Kind]:
    """The problems that come of how a request is sent."""
    yield CLIENT_TOO_OLD
    if rules.negotiated:
        yield NOT_ACCEPTABLE
    if body:
        yield TOO_LARGE
        yield UNSUPPORTED
    if rules.matched:
        yield PRECONDITION
    if rules.keyed:
        yield KEY_IN_USE
        yield KEY_REUSED
        yield TOO_LARGE


def with_success(rules: Rules, success: Json) -> Json:
    """A success with its headers."""
    names = ["ETag"] if rules.tagged else []
    names += ["Idempotency-Replayed"] if rules.keyed else []
    names += [name.decode().title() for name, _ in rules.headers if name in (b"deprecation", b"sunset")]
    return {**success, **_headers(names)}


def unchanged(rules: Rules) -> Json:
    """304, where there is one, by status."""
    if not rules.tagged or rules.matched:
        return {}
    return {"304": {"description": "What If-None-Match names is still so", **_headers(["ETag"])}}


def headers_of(status: int, listed: Iterable[Kind]) -> Json:
    """The headers of a problem response."""
    found = tuple(listed)
    own = {name.title() for kind in found for name, _ in kind.headers}
    names = {"Www-Authenticate": "WWW-Authenticate"}
    shown = [names.get(name, name) for name in sorted(own)] + list(OF_STATUS.get(status, ()))
    if any(kind.name in RETRIED for kind in found):
        shown.append("Retry-After")
    return _headers(shown)


def _headers(names: Iterable[str]) -> Json:
    shown = {name: HEADER_TEXTS[name] for name in names}
    return {"headers": shown} if shown else {}
