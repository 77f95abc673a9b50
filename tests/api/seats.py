"""Apps that are used again: finding out what each of hundreds of routes takes costs more than most tests of a service.

An app begins and ends as in a server. What differs from one server to the next (settings, secrets, store, clock) stands
in its gate, its shield and its life, which are set anew for each. An app that was given more routes is not used again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.types import ASGIApp, Receive, Scope, Send

from api.app import Lifespan, build
from api.gate import Gate
from api.http.headers import Shield

_free: list[Seat] = []


class Seat:
    """An app, with whose gate, shield and life it has for now."""

    def __init__(self, routers: tuple[Router, ...]) -> None:
        self.gate: Gate
        self.life: Lifespan
        self.routers = routers
        gate: Any = _Standing(self)
        bare: Any = lambda app: app  # noqa: E731 - no shield
        self.app = build(routers, gate, bare, self._live)
        self.unshielded = self.app.asgi_handler
        self.n_routes = len(self.app.routes)

    @asynccontextmanager
    async def _live(self, app: Litestar) -> AsyncIterator[None]:
        try:
            async with self.life(app):
                yield
        finally:
            app.state.clear()
            if len(app.routes) == self.n_routes:
                _free.append(self)


class _Standing:
    """A gate that is the seat's of the moment."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def gate(scope: Scope, receive: Receive, send: Send) -> None:
            await self._seat.gate(app)(scope, receive, send)

        return gate

    async def missed(self, error: Exception, scope: Scope) -> None:
        await self._seat.gate.missed(error, scope)


def seated(routers: tuple[Router, ...], gate: Gate, shield: Shield, lifespan: Lifespan) -> Litestar:
    """What `api.app.build` gives: an app that nobody lives in any more, or a new one."""
    seat = next((free for free in _free if free.routers is routers), None)
    if seat is None:
        seat = Seat(routers)
    else:
        _free.remove(seat)
    seat.gate, seat.life = gate, lifespan
    seat.app.asgi_handler = shield(seat.unshielded)
    return seat.app
