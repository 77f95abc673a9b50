"""The one middleware: lets callers in by token and rate, and counts and times every request.

Every route needs a token unless it says `opt=PUBLIC`, but whoever asks which methods an address takes is told. The
learner's id is then `request.user`. A route that says `opt=needs(...)` needs a role as well.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import perf_counter

from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message, Receive, RouteHandlerType, Scope, Send

from api.accounts.errors import AccountError, TokenError
from api.accounts.organisations.roles import ORGANISATIONS, PLACE, check_roles
from api.accounts.tokens import AccessTokens
from api.errors import find_kind
from api.http.asked import ASKED, PLAIN, watched
from api.http.errors import HttpError
from api.http.front import Front
from api.http.headers import allow_header
from api.http.versions import Version
from api.limits.limiter import LIMITER, UNLIMITED, Headers
from api.metrics import UNROUTED, Metrics
from api.store.ports import StoreError
from api.telemetry.logs import REQUESTS as logger
from api.telemetry.logs import log_request
from api.telemetry.trace_ids import CURRENT
from api.wire import Clock

BEARER = b"bearer "


class Gate:
    """Callable factory of the middleware: `Gate(...)(app)` wraps an ASGI app."""

    def __init__(self, access: AccessTokens, metrics: Metrics, clock: Clock, minimums: Mapping[str, Version]) -> None:
        """`minimums` are the oldest versions of clients that are served."""
        self._access = access
        self._metrics = metrics
        self._clock = clock
        self._front = Front(minimums, self._learner)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Wrap the rest of the stack."""

        async def gate(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            started = perf_counter()
            CURRENT.set(scope)
            status, limited = 500, UNLIMITED

            async def counted(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message["headers"] = [*message["headers"], *limited]
                await send(message)

            try:
                if scope["method"] == "OPTIONS":
                    await _tell_methods(scope, counted)
                    return
                asked = scope["state"][ASKED] = watched(scope["headers"])
                limited = await self._admit(scope, asked.get(b"authorization", b""))
                if asked.keys() <= PLAIN:
                    await app(scope, receive, counted)
                else:
                    await self._front.serve(app, scope, receive, counted)
            except (AccountError, HttpError, StoreError) as error:
                status = find_kind(error).status
                raise
            finally:
                self._count(scope["route_handler"], status, perf_counter() - started)

        return gate

    async def _admit(self, scope: Scope, authorization: bytes) -> Headers:
        """Let a caller in by token, rate and role; the headers that tell what is left of the rate."""
        opt, litestar = scope["route_handler"].opt, scope["litestar_app"]
        learner_id = None
        if "public" not in opt:
            scope["user"] = learner_id = self._learner(authorization)
        limited = await LIMITER.fetch(litestar).admit(scope, learner_id)
        if "roles" in opt:
            place = scope["path_params"].get(PLACE)
            await check_roles(ORGANISATIONS.fetch(litestar), scope["user"], opt["roles"], place)
        return limited

    def _count(self, handler: RouteHandlerType, status: int, seconds: float) -> None:
        """Count and log a request that was answered."""
        operation = getattr(handler, "operation_id", None) or "other"
        self._metrics.request(operation, status, seconds)
        if logger.isEnabledFor(logging.INFO):
            log_request(operation, status, seconds)

    async def missed(self, error: Exception, scope: Scope) -> None:
        """Count a request that no route took; the gate stands before each route and never saw it."""
        if "route_handler" not in scope:
            self._metrics.request(UNROUTED, find_kind(error).status, 0.0)

    def _learner(self, authorization: bytes) -> str:
        """Whose access token a header holds. Raises TokenError."""
        if authorization[:7].lower() == BEARER:
            return self._access.verify(authorization[7:].decode("latin-1"), self._clock())
        raise TokenError(
            "this needs the header 'Authorization: Bearer <access token>'; get one from POST /v1/auth/guest"
        )


async def _tell_methods(scope: Scope, send: Send) -> None:
    """The answer to OPTIONS. Litestar's own forgets the methods of all but the first handler of an address."""
    routes = [route for route in scope["litestar_app"].routes if route.path_format == scope["path_template"]]
    allow = allow_header(
        method for route in routes if isinstance(route, HTTPRoute) for method in route.methods
    ).encode()
    await send({"type": "http.response.start", "status": 204, "headers": [(b"allow", allow)]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
