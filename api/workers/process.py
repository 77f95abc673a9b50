"""One process that serves: an event loop, the app on it, and how both are stopped gracefully."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from litestar import Litestar
from litestar.types import ASGIApp

from api.app import create_app
from api.composition import open_default_store
from api.feed.routes import FEED
from api.health import METRICS, READINESS
from api.http.protocol import BoundedProtocol
from api.settings import Settings
from api.store import Store
from api.telemetry.tracing import Tracing, open_tracing
from api.workers.agreement import GRACE_SECONDS, STOP_SIGNALS, Opened, Part

YOUNG_OBJECTS = 5000
"""New objects after which Python looks for cycles among them: more than the requests under way hold between them, which
at Python's own 700 were walked every dozen answers, at 6 % of the time; few enough that nobody waits long for it."""


class Server(uvicorn.Server):
    """uvicorn, stopped by our own signal handlers: they stay in force until the store is closed.

    `end_streams` is called first when it stops, as it waits for responses that would not end by themselves.
    """

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way, and stop."""
        self._end_streams()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def serve_process(settings: Settings, listener: socket.socket, opened: Opened, parent: int | None = None) -> None:
    """Serve on a bound socket until a stop signal, or until `parent`, a file descriptor, is at its end.

    Raises:
        SettingsError, StoreError, LiveError, ContentError: alone or in a group, when the app cannot start.
    """
    tracing = open_tracing(os.environ)
    try:
        app = create_app(settings, open_store=partial(_open_traced, tracing) if tracing else open_default_store)
        served = behind_proxies(tracing.app(app) if tracing else app, settings)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve_app(app, served, listener, opened, parent))
    finally:
        if tracing:
            tracing.close()


def behind_proxies(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The app as it sees callers: those whom trusted proxies name, if there are any."""
    if not settings.proxies:
        return app
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    proxied: Any = ProxyHeadersMiddleware(app, trusted_hosts=settings.proxies)  # type: ignore[arg-type]
    return cast("ASGIApp", proxied)


async def _open_traced(tracing: Tracing, settings: Settings) -> Store:
    return tracing.store(await open_default_store(settings))


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    loop: type[asyncio.AbstractEventLoop] = uvloop.Loop
    return loop


async def serve_app(
    app: Litestar, served: ASGIApp, listener: socket.socket, opened: Opened, parent: int | None = None
) -> None:
    """Open the app, serve it as `served`, itself or wrapped, until told to stop, and close it."""
    server = Server(
        uvicorn.Config(
            served,
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        ),
        lambda: FEED.fetch(app).stop(),
    )
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, server.handle_exit, number, None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    if parent is not None:
        loop.add_reader(parent, _orphaned, server, parent)
    async with app.lifespan():
        gc.collect()
        gc.freeze()  # tracks and tutor live as long as the process: no collection has to walk them, nobody waits for it
        gc.set_threshold(YOUNG_OBJECTS)
        METRICS.fetch(app).serving()
        opened(tuple(Part(part.name, part.ok, part.state, part.detail) for part in READINESS.fetch(app).parts))
        await server.serve(sockets=[listener])


def _orphaned(server: Server, parent: int) -> None:
    asyncio.get_running_loop().remove_reader(parent)
    server.should_exit = True
