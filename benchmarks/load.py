"""The load generator, a process of its own: ``python -m benchmarks.load PACER_PORT BARE_PORT CONNECTIONS``.

Reads one JSON command a line from standard input and answers each with one line of JSON:

- ``{"do": "closed", "target": T, "seconds": s}``: every connection sends its next request when it has its response.
  Gives requests per second.
- ``{"do": "open", "target": T, "seconds": s, "rate": r}``: requests are due every 1/r seconds, whatever became of those
  before. Gives latencies in milliseconds from due time to response; waiting for a free connection counts.
- ``{"do": "history", "events": n, "pairs": m}``: time of an answer by a learner with n events and by one with 10.

T is "answers", "bare" or "echo".
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import click
import uvloop

from benchmarks.callers import Caller, Learner, Repeater
from benchmarks.connection import Connection, http

ECHO = (
    b'{"eventId":"0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d","clientTime":"2026-03-01T09:30:00.000Z",'
    b'"zone":"Europe/Madrid","deviceId":"phone","sequence":12,"decisionId":"0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d",'
    b'"answer":{"kind":"multipleChoice","choice":"5f1c2a90"},"secondsTaken":9.5}'
)
SHORT_EVENTS, SHORT_USES = 10, 5
Figures = dict[str, float]


async def closed_loop(callers: Sequence[Caller], seconds: float) -> Figures:
    """Requests per second that are answered when everybody waits for the answer only."""
    n_answered, n_under_way, over = 0, len(callers), asyncio.Event()
    started = time.perf_counter()
    ends = started + seconds

    def begin(caller: Caller) -> None:
        def done() -> None:
            nonlocal n_answered, n_under_way
            n_answered += 1
            if time.perf_counter() < ends:
                caller.settle(again)
            else:
                caller.settle(rest)

        def again() -> None:
            caller.call(done)

        def rest() -> None:
            nonlocal n_under_way
            n_under_way -= 1
            if n_under_way == 0:
                over.set()

        again()

    for caller in callers:
        begin(caller)
    await over.wait()
    return {"per_second": n_answered / (time.perf_counter() - started)}


async def open_loop(callers: Sequence[Caller], seconds: float, rate: float) -> Figures:
    """Latencies at a fixed arrival rate. Waits for due times without sleeping, as timers are coarse."""
    idle, waiting, latencies = deque(callers), deque[float](), list[float]()
    n_requests = int(seconds * rate)
    over = asyncio.Event()

    def begin(caller: Caller, due: float) -> None:
        def done() -> None:
            latencies.append(time.perf_counter() - due)
            if len(latencies) == n_requests:
                over.set()
            caller.settle(ready)

        def ready() -> None:
            if waiting:
                begin(caller, waiting.popleft())
            else:
                idle.append(caller)

        caller.call(done)

    started = time.perf_counter() + 0.01
    for n in range(n_requests):
        due = started + n / rate
        while time.perf_counter() < due:
            await asyncio.sleep(0)
        if idle:
            begin(idle.popleft(), due)
        else:
            waiting.append(due)
    await over.wait()
    while len(idle) < len(callers):
        await asyncio.sleep(0.001)
    latencies.sort()
    return {f"p{p}": latencies[int(n_requests * p / 100)] * 1000 for p in (50, 90, 99)}


async def answer_seconds(learner: Learner) -> float:
    """The time of one answer."""
    loop = asyncio.get_running_loop()
    done, ready = loop.create_future(), loop.create_future()
    started = time.perf_counter()
    learner.call(lambda: done.set_result(time.perf_counter()))
    ended = await done
    learner.settle(lambda: ready.set_result(None))
    await ready
    return float(ended) - started


async def history(port: int, n_events: int, n_pairs: int) -> dict[str, Any]:
    """Answers in turn by a learner with `n_events` events and by learners with about ten, in microseconds."""
    old = await Learner.start(port)
    while old.n_events < n_events:
        await answer_seconds(old)
    long, short = [], []
    for n in range(n_pairs):
        if n % SHORT_USES == 0:
            young = await Learner.start(port)
            while young.n_events < SHORT_EVENTS:
                await answer_seconds(young)
        short.append(await answer_seconds(young) * 1e6)
        long.append(await answer_seconds(old) * 1e6)
    return {"long_us": long, "short_us": short}


async def main(pacer_port: int, bare_port: int, n_connections: int) -> None:
    """Connect, then do what is asked."""
    learners = [await Learner.start(pacer_port) for _ in range(n_connections)]
    connections = [await Connection.to(bare_port) for _ in range(n_connections)]
    targets: dict[str, Sequence[Caller]] = {
        "answers": learners,
        "bare": [Repeater(connection, http("GET", "/bare")) for connection in connections],
        "echo": [Repeater(connection, http("POST", "/echo", ECHO)) for connection in connections],
    }
    click.echo(json.dumps({"learners": len(learners)}))
    gc.freeze()
    for line in sys.stdin:
        command = json.loads(line)
        for caller in targets.get(command.get("target"), ()):
            await caller.connection.renew()
        match command["do"]:
            case "closed":
                result: dict[str, Any] = await closed_loop(targets[command["target"]], command["seconds"])
            case "open":
                result = await open_loop(targets[command["target"]], command["seconds"], command["rate"])
            case _:
                result = await history(pacer_port, command["events"], command["pairs"])
        click.echo(json.dumps(result))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.Loop) as runner:
        runner.run(main(*map(int, sys.argv[1:4])))
