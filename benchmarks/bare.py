"""The measure of all: a Litestar app with nothing but JSON routes, on the same server in the same settings.

Run as ``python -m benchmarks.bare``; prints its port. `GET /bare` gives a small object. `POST /echo` decodes a body of
the size of an answer into a struct first.
"""

from __future__ import annotations

import asyncio
import socket

import click
import msgspec
import uvicorn
import uvloop
from litestar import Litestar, get, post
from litestar.params import JSONBody


class Small(msgspec.Struct):
    """What both routes give."""

    status: str
    n: int


class Body(msgspec.Struct, rename="camel"):
    """The event of an answer, loosely."""

    event_id: str
    client_time: str
    zone: str
    device_id: str
    sequence: int
    decision_id: str
    answer: dict[str, object]
    seconds_taken: float


@get("/bare")
async def bare() -> Small:
    """Nothing but a route and its JSON."""
    return Small("ok", 1)


@post("/echo", status_code=200)
async def echo(data: JSONBody[Body]) -> Small:
    """A route that reads JSON."""
    return Small("ok", data.sequence)


async def serve() -> None:
    """Serve on a free port until killed."""
    app = Litestar([bare, echo], openapi_config=None, logging_config=None)
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        app, http="httptools", lifespan="off", access_log=False, log_config=None, server_header=False
    )
    click.echo(listener.getsockname()[1])
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.Loop) as runner:
        runner.run(serve())
