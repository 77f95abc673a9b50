"""What an event costs in a sync of 500, beside the same as 500 single answers, on one server in one run.

Run as ``python -m benchmarks.sync [--rounds 5] [--json FILE]``. The last line printed is JSON; `--json` also writes it
to a file. Server and client have a core each, where there are two; one learner, one connection, one request under way.

- `single`: microseconds per answer to `POST /v1/sessions/{id}/answers`: graded, made durable, the next exercise chosen.
- `sync`: microseconds per event of `POST /v1/sync` with 500 events: lessons of ten answers from a bundle, opened and
  ended; graded again, made durable, and answered with the state after all of them.
- `..._elapsed` is on the client's clock, `..._cpu` what the server's process took of a core, kernel included.
- `ratio_elapsed`, `ratio_cpu`: single by sync, of each round; `events_per_second` of the sync on the clock.
- `replay_elapsed`: the same 500 sent again, all of them duplicates.

Ways take turns in every round; a figure is the median of the rounds, with [lowest, highest].
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import uvloop

from api.play.answering import answer_to
from api.wire import instant, new_id
from benchmarks.callers import TRACK, Learner, course_index
from benchmarks.connection import Connection, http
from benchmarks.load import answer_seconds
from benchmarks.processes import cores, pacer
from benchmarks.serving import Figures, spread

N_EVENTS = 500
BUNDLE = 200
LESSON = 10
BAR = 5.0
MICRO = 1e6
TICK = os.sysconf("SC_CLK_TCK")


class Traveller:
    """A learner's phone that is mostly without a connection."""

    def __init__(self, connection: Connection, token: str) -> None:
        self._connection = connection
        self._token = token
        self._sequence = 0
        self._enrolment = ""
        self._exercises: list[tuple[str, str, str]] = []
        self._hashes: dict[str, str] = {}

    @classmethod
    async def start(cls, port: int) -> Traveller:
        """Sign in and enrol."""
        connection = await Connection.to(port)
        signed_in = await connection.ask(http("POST", "/v1/auth/guest", b'{"zone":"Europe/Madrid"}'))
        found = cls(connection, json.loads(signed_in)["accessToken"])
        enrolling = found.event("trackEnrolled", trackId=TRACK)
        found._enrolment = enrolling["eventId"]
        await found.send([enrolling])
        return found

    def event(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A new event."""
        self._sequence += 1
        now = instant(time.time_ns() // 1_000_000)
        made = {"kind": kind, "eventId": new_id(), "clientTime": now, "zone": "Europe/Madrid"}
        return {**made, "sequence": self._sequence, **fields}

    def request(self, events: list[dict[str, Any]]) -> bytes:
        """A sync, ready to be sent."""
        body = json.dumps({"deviceId": "phone", "events": events}, separators=(",", ":")).encode()
        return http("POST", "/v1/sync", body, self._token)

    async def send(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results of a sync, all of which must have been accepted."""
        answer = await self._connection.ask(self.request(events))
        results: list[dict[str, Any]] = json.loads(answer)["results"]
        if any(result["status"] != "accepted" for result in results):
            raise ValueError(next(result for result in results if result["status"] != "accepted"))
        return results

    async def ask(self, request: bytes) -> float:
        """Seconds from sending to the whole answer."""
        started = time.perf_counter()
        await self._connection.ask(request)
        return time.perf_counter() - started

    async def work(self) -> list[dict[str, Any]]:
        """The next 500 events: lessons from bundles that are fetched before."""
        await self._connection.renew()
        events: list[dict[str, Any]] = []
        while len(events) + LESSON + 2 <= N_EVENTS:
            if len(self._exercises) < LESSON:
                await self._stock_up()
            events += self._lesson()
        while len(events) < N_EVENTS:
            events.append(self.event("sessionFinished", sessionId=events[0]["eventId"]))
        return events

    async def _stock_up(self) -> None:
        asking = self.event("bundleRequested", enrolmentId=self._enrolment, size=BUNDLE)
        asking["eventId"] = f"{asking['eventId'][:-3]}000"
        (result,) = await self.send([asking])
        payload = result["outcome"]["bundle"]["manifest"]["payload"]
        self._hashes[asking["eventId"]] = sha256(payload.encode()).hexdigest()
        self._exercises = [
            (asking["eventId"], exercise["decisionId"], exercise["itemId"])
            for exercise in json.loads(payload)["exercises"]
        ]

    def _lesson(self) -> list[dict[str, Any]]:
        exercises, self._exercises = self._exercises[:LESSON], self._exercises[LESSON:]
        bundle = exercises[0][0]
        named = {"enrolmentId": self._enrolment, "bundleId": bundle, "manifestHash": self._hashes[bundle]}
        opening = self.event("offlineSessionOpened", **named, length=LESSON)
        answers = []
        for place, (_, decision, item) in enumerate(exercises):
            right = place % 4 < 3
            answer = answer_to(course_index().item(item), right=right, seed=0)
            graded = {"score": 1.0 if right else 0.0, "correct": right}
            fields = {"decisionId": decision, "answer": answer, "secondsTaken": 9.5, "graded": graded}
            answers.append(self.event("exerciseAnswered", sessionId=opening["eventId"], **fields))
        return [opening, *answers, self.event("sessionFinished", sessionId=opening["eventId"])]


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, NaN where that cannot be read."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return float("nan")
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def single(learner: Learner, pid: int) -> tuple[float, float]:
    """Microseconds of an answer: on the clock, and of the server's processor."""
    before, elapsed = cpu_seconds(pid), 0.0
    for _ in range(N_EVENTS):
        elapsed += await answer_seconds(learner)
    return elapsed / N_EVENTS * MICRO, (cpu_seconds(pid) - before) / N_EVENTS * MICRO


async def rounds_of(port: int, pid: int, n_rounds: int) -> AsyncIterator[dict[str, float]]:
    """The figures of each round; the first warms up and is not counted."""
    learner, traveller = await Learner.start(port), await Traveller.start(port)
    for n in range(n_rounds + 1):
        await learner.connection.renew()
        elapsed, cpu = await single(learner, pid)
        request = traveller.request(await traveller.work())
        before = cpu_seconds(pid)
        sync_elapsed = await traveller.ask(request) / N_EVENTS * MICRO
        sync_cpu = (cpu_seconds(pid) - before) / N_EVENTS * MICRO
        replay = await traveller.ask(request) / N_EVENTS * MICRO
        if n:
            yield {
                "single_elapsed": elapsed,
                "single_cpu": cpu,
                "sync_elapsed": sync_elapsed,
                "sync_cpu": sync_cpu,
                "replay_elapsed": replay,
                "ratio_elapsed": elapsed / sync_elapsed,
                "ratio_cpu": cpu / sync_cpu if sync_cpu else float("inf"),
                "events_per_second": MICRO / sync_elapsed,
            }


async def measure(port: int, pid: int, n_rounds: int) -> Figures:
    """Every figure over all rounds."""
    found: dict[str, list[float]] = defaultdict(list)
    async for figures in rounds_of(port, pid, n_rounds):
        for name, value in figures.items():
            found[name].append(value)
        click.echo(", ".join(f"{name} {value:,.1f}" for name, value in figures.items()), err=True)
    return {name: spread(values) for name, values in found.items()}


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(rounds: int, json_file: Path | None) -> None:
    """Measure and report."""
    wanted = cores(load=True)
    if wanted:
        os.sched_setaffinity(0, wanted)
    with (
        tempfile.TemporaryDirectory(prefix="pacer-bench-") as directory,
        pacer(Path(directory)) as (port, pid, _),
        asyncio.Runner(loop_factory=uvloop.Loop) as runner,
    ):
        figures = runner.run(measure(port, pid, rounds))
    met = {name: figures[name]["median"] >= BAR for name in ("ratio_elapsed", "ratio_cpu")}
    line = json.dumps({"benchmark": "sync", "rounds": rounds, "events": N_EVENTS, **figures, "met": met})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    main()
