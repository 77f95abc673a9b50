"""`pacer serve`: one process, one event loop, stopped gracefully."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click
import uvicorn
from litestar import Litestar
from rich.console import Console

from api.app import create_app
from api.health import READINESS, Part
from api.live.ports import LiveError
from api.settings import Settings, SettingsError, load_settings
from api.store.ports import StoreError
from content.faults import ContentError

GRACE_SECONDS = 10
BACKLOG = 2048
YOUNG_OBJECTS = 5000
"""New objects after which Python looks for cycles among them: more than the requests under way hold between them, which
at Python's own 700 were walked every dozen answers, at 6 % of the time; few enough that nobody waits long for it."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class ServeError(Exception):
    """The server cannot start; the text says what to do."""


class Server(uvicorn.Server):
    """uvicorn, stopped by our own signal handlers: they stay in force until the store is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


@click.command()
@click.option("--host", help="Address to listen on [PACER_HOST, 127.0.0.1]")
@click.option("--port", type=int, help="TCP port; 0 takes a free one [PACER_PORT, 8000]")
@click.option("--data", help="Directory for everything durable [PACER_DATA, ./data]")
@click.option("--store", help="URL of a MongoDB database for everything durable [PACER_STORE, a file in --data]")
@click.option("--policy", help="File of the trained policy [PACER_POLICY, the one that is shipped]")
def serve(host: str | None, port: int | None, data: str | None, store: str | None, policy: str | None) -> None:
    """Serve learners on this machine, on an SQLite file with no other server, or on MongoDB.

    Stop it with Ctrl-C: answers under way are finished, then the store is closed.

    \b
    On this machine only:
        pacer serve
    For phones in the same network:
        pacer serve --host 0.0.0.0
    Another port, and a data directory of its own:
        pacer serve --port 8001 --data /var/lib/pacer
    On a MongoDB replica set; a URL with a password belongs into PACER_STORE, where other users do not see it:
        pacer serve --store mongodb://localhost/pacer
    """
    try:
        settings = load_settings(os.environ, host=host, port=port, data=data, store=store, policy=policy)
        run(settings)
    except* (SettingsError, StoreError, LiveError, ContentError, ServeError) as group:
        raise click.ClickException(f"{first(group)}\nRun 'pacer doctor' to see what is wrong.") from group


def first(error: BaseException) -> BaseException:
    """The first plain error in a group of groups."""
    return first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def run(settings: Settings) -> None:
    """Serve until a stop signal.

    Raises:
        ServeError: the port cannot be had.
        SettingsError, StoreError, LiveError, ContentError: alone or in a group, when the app cannot start.
    """
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    listener = listen(settings)
    try:
        app = create_app(settings)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve_app(app, listener))
    finally:
        listener.close()


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    loop: type[asyncio.AbstractEventLoop] = uvloop.Loop
    return loop


def listen(settings: Settings) -> socket.socket:
    """A bound socket, so that a busy port is known before anything is opened. Raises ServeError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ServeError(_why_not(settings, error)) from error
    return listener


def _why_not(settings: Settings, error: OSError) -> str:
    where = f"port {settings.port} on {settings.host}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"{where} is already in use, perhaps by another 'pacer serve'. Take another with "
            f"'pacer serve --port {settings.port + 1}', or any free one with '--port 0'."
        )
    if error.errno == errno.EACCES:
        return f"{where} needs more rights than this user has. Take a port above 1023, for example --port 8000."
    return f"cannot listen on {where}: {error.strerror}. --host must be an address of this machine, such as 127.0.0.1."


async def serve_app(app: Litestar, listener: socket.socket) -> None:
    """Open the app, serve on a bound socket until a stop signal, and close the app."""
    server = Server(
        uvicorn.Config(
            app,
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, server.handle_exit, number, None)
    async with app.lifespan():
        gc.collect()
        gc.freeze()  # tracks and tutor live as long as the process: no collection has to walk them, nobody waits for it
        gc.set_threshold(YOUNG_OBJECTS)
        announce(listener, READINESS.fetch(app).parts)
        await server.serve(sockets=[listener])


def announce(listener: socket.socket, parts: tuple[Part, ...]) -> None:
    """Say where it serves, and what chooses the exercises."""
    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]Pacer serves at http://{shown}:{port}/[/bold]   (reference: /docs, stop: Ctrl-C)")
    for part in parts:
        mark = "[green]ok[/green]" if part.ok else "[red]not ok[/red]"
        console.print(f"  {part.name}: {mark}, {part.state}{f' ({part.detail})' if part.detail else ''}")
