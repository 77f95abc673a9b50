"""`pacer serve`: binds the address, then serves in this process or keeps several workers serving."""

from __future__ import annotations

import errno
import os
import socket

import click

from api.settings import Settings, load_settings
from api.telemetry.logs import write_logs
from api.workers.agreement import Parts, WorkerError
from api.workers.worker import first

BACKLOG = 2048


class ServeError(Exception):
    """The server cannot start; the text says what to do."""


@click.command()
@click.option("--host", help="Address to listen on [PACER_HOST, 127.0.0.1]")
@click.option("--port", type=int, help="TCP port; 0 takes a free one [PACER_PORT, 8000]")
@click.option("--data", help="Directory for everything durable [PACER_DATA, ./data]")
@click.option("--store", help="URL of a MongoDB database for everything durable [PACER_STORE, a file in --data]")
@click.option("--policy", help="File of the trained policy [PACER_POLICY, the one that is shipped]")
@click.option("--workers", type=int, help="Processes that serve [PACER_WORKERS, 1]")
def serve(**options: str | int | None) -> None:
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
    With four processes, which share MongoDB and the Redis of PACER_REDIS:
        pacer serve --store mongodb://localhost/pacer --workers 4
    """
    try:
        run(load_settings(os.environ, **options))
    except* start_faults() as group:
        raise click.ClickException(f"{first(group)}\nRun 'pacer doctor' to see what is wrong.") from group


def start_faults() -> tuple[type[Exception], ...]:
    """What is told in one line; imported when there is something to tell."""
    from api.workers.faults import START_FAULTS

    return (*START_FAULTS, ServeError, WorkerError)


def run(settings: Settings) -> None:
    """Serve until a stop signal.

    Raises:
        ServeError: the port cannot be had.
        WorkerError: a worker cannot start, or did not stop in time.
        SettingsError, StoreError, LiveError, ContentError: alone or in a group, when the app cannot start.
    """
    write_logs(settings)
    listener = listen(settings)
    try:
        address = listener.getsockname()[:2]

        def opened(parts: Parts) -> None:
            announce(address, parts, settings.workers)

        if settings.workers > 1:  # the parent of workers is small and starts at once: it has nothing of the service
            from api.workers.supervisor import Supervisor

            Supervisor(settings, listener, opened).run()
        else:
            from api.workers.process import serve_process

            serve_process(settings, listener, opened)
    finally:
        listener.close()


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


def announce(address: tuple[str, int], parts: Parts, n_workers: int = 1) -> None:
    """Say where it serves, and what chooses the exercises."""
    from rich.console import Console

    host, port = address
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]Pacer serves at http://{shown}:{port}/[/bold]   (reference: /docs, stop: Ctrl-C)")
    if n_workers > 1:
        console.print(f"  workers: {n_workers}")
    for part in parts:
        mark = "[green]ok[/green]" if part.ok else "[red]not ok[/red]"
        console.print(f"  {part.name}: {mark}, {part.state}{f' ({part.detail})' if part.detail else ''}")
