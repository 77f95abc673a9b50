"""What goes around every exchange, errors included: headers that protect, cross-origin access, and HEAD.

The outermost layer of the app. A response that brings a header of its own, as the page does, keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]
Headers = tuple[Header, ...]

PROTECTION: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""What a response gets that holds data and no page (OWASP REST Security Cheat Sheet, security headers)."""
UNKEPT: Header = (b"cache-control", b"no-store")
REVALIDATED: Header = (b"cache-control", b"private, no-cache")
"""For what has an entity tag: the caller's own device may keep it, if it asks each time."""
USUAL: Headers = (*PROTECTION, UNKEPT)
OWN = frozenset({b"etag"} | {name for name, _ in USUAL})

METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
READ = (
    b"accept, authorization, content-encoding, content-type, idempotency-key, if-match, if-none-match, last-event-id, "
    b"pacer-client, traceparent"
)
"""Headers that a page elsewhere may send: those that the service reads."""
TOLD = b"deprecation, etag, idempotency-replayed, ratelimit, ratelimit-policy, retry-after, sunset, upgrade"
"""Headers that a page elsewhere may read."""
PREFLIGHT_SECONDS = b"7200"
"""How long a browser may keep the answer to a preflight; none keeps it for longer (Chromium, net::kMaxAge)."""
VARY: Header = (b"vary", b"origin")


def allow_header(methods: Iterable[str]) -> str:
    """The header Allow of an address. Whoever takes GET takes HEAD."""
    taken = set(methods)
    return ", ".join(sorted(taken | {"HEAD"} if "GET" in taken else taken))


class Shield:
    """Wraps an ASGI app. Neither origins nor a time for HSTS are given unless the operator sets them.

    Attributes:
        origins: of pages elsewhere that may use the service; never by cookies, of which there are none.
    """

    def __init__(self, origins: Iterable[str] = (), hsts_seconds: int = 0) -> None:
        """`hsts_seconds`: how long browsers shall come by TLS only; 0 leaves it to them."""
        self.origins = frozenset(origin.encode() for origin in origins)
        hsts = ((b"strict-transport-security", b"max-age=%d" % hsts_seconds),) if hsts_seconds else ()
        self._always: Headers = (*hsts, VARY) if self.origins else hsts
        self._usual: Headers = (*USUAL, *self._always)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """The app behind the shield."""

        async def shielded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            granted = self._granted(scope) if self.origins else ()

            async def protected(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], *self._missing(message["headers"]), *granted]
                await send(message)

            if granted and _is_preflight(scope):
                await _permit(protected)
            elif scope["method"] == "HEAD":
                await _head(app, scope, receive, protected)
            else:
                await app(scope, receive, protected)

        return shielded

    def _missing(self, headers: Iterable[Header]) -> Headers:
        """What a response lacks."""
        own = OWN.intersection([name for name, _ in headers])
        if not own:
            return self._usual
        kept = REVALIDATED if b"etag" in own else UNKEPT
        return (*(header for header in (*PROTECTION, kept) if header[0] not in own), *self._always)

    def _granted(self, scope: HTTPScope) -> Headers:
        """What lets the page that asks read the response; nothing for an origin that was not set."""
        for name, value in scope["headers"]:
            if name == b"origin":
                if value not in self.origins:
                    break
                return ((b"access-control-allow-origin", value), (b"access-control-expose-headers", TOLD))
        return ()


def _is_preflight(scope: HTTPScope) -> bool:
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )


async def _permit(send: Send) -> None:
    """The answer to a preflight of an origin that was set: what it may send, wherever it sends it."""
    headers: list[Header] = [
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", READ),
        (b"access-control-max-age", PREFLIGHT_SECONDS),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _head(app: ASGIApp, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Answer HEAD as GET, without the body (RFC 9110, section 9.3.2); a stream learns that the caller has left."""
    started = False

    async def head(message: Message) -> None:
        nonlocal started
        if message["type"] == "http.response.start" and not started:
            started = True
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    await app({**scope, "method": "GET"}, receive, head)
