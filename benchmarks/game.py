"""What the game's rules cost an answer: the same lessons with all of them and with none but XP, in the same process.

Run as ``python -m benchmarks.game [--lessons 60] [--length 10] [--json FILE]``. Two learners take turns, a lesson
a day each, over ASGI without a network, on an SQLite file: for one of them the rules are on, for the other only XP is.
Timed is the processor time of `POST /v1/sessions/{id}/answers`, from the request to the whole response.

`median_ms` is the mean over lessons of the median answer, `mean_ms` that of all answers, in which the first
of a day weighs with its draw of quests; `p99_ms` the slowest hundredth, `wall_ms` elapsed time like `median_ms`. `cost`
is how much more processor time an answer takes with the rules, by the larger of both ratios; the bar is 15 %. The last
line printed is JSON; `--json` also writes it to a file.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import click
import msgspec
import uuid_utils
from litestar import Litestar

from api.accounts.account import Account
from api.app import create_app
from api.game.deeds import Deed
from api.game.rewards import Rewards, Seen
from api.learners.drafts import Draft
from api.learners.facts import AnswerGraded, SessionClosed
from api.learners.learner import Lesson
from api.sessions.routes import SESSIONS
from api.settings import Settings
from api.tracks.registry import Published
from api.wire import instant
from content.grading import as_presented, distractors, model_answer
from content.items import Item

BAR = 0.15
START = 1_772_357_400_000
DAY_SECONDS = 86_400
TRACK = "python-from-zero"
ONE_IN = 4
"""Every fourth answer is wrong."""


class Plain(Rewards):
    """XP and nothing else."""

    def take_profile(self, draft: Draft, account: Account) -> None:
        """Nothing."""

    def begin_day(self, draft: Draft, day_starts_at: int) -> None:
        """Nothing."""

    def look(self, draft: Draft, published: Published, graded: AnswerGraded, item: Item) -> Seen:  # noqa: ARG002
        """Nothing is looked at."""
        return Seen(graded, due=False, new=False, hard=False)

    def answered(self, draft: Draft, seen: Seen, lesson: Lesson, xp: int, *, over: bool) -> Deed:  # noqa: ARG002
        """Nothing is told."""
        return Deed(at=0, day=0, hour=0)

    def ended(self, draft: Draft, closed: SessionClosed) -> None:
        """Nothing."""


class Clock:
    """Milliseconds since the epoch that stand still until moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


async def call(app: Litestar, method: str, path: str, body: Any = None, token: str = "") -> Any:
    """The response of a route, as JSON. Raises RuntimeError if it is a problem."""
    sent = msgspec.json.encode(body) if body is not None else b""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(sent)).encode())]
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "state": {},
    }
    status, parts = 0, list[bytes]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)  # type: ignore[arg-type]
    answer = msgspec.json.decode(b"".join(parts))
    if status not in (200, 201):
        raise RuntimeError(f"{method} {path} gave {status}: {answer}")
    return answer


class Learner:
    """A learner who takes a lesson a day, and the times of their answers by lesson, in milliseconds."""

    def __init__(self, app: Litestar, clock: Clock, rewards: Rewards) -> None:
        self.app, self.clock, self.rewards = app, clock, rewards
        self.sequence, self.n_answers = 0, 0
        self.cpu: list[list[float]] = []
        self.wall: list[list[float]] = []

    async def begin(self) -> None:
        """Start as a guest and enrol."""
        self.tokens = await call(self.app, "POST", "/v1/auth/guest", {"zone": "Europe/Madrid"})
        path = f"/v1/tracks/{TRACK}/enrolments"
        self.enrolment = (await call(self.app, "POST", path, self.event(), self.tokens["accessToken"]))["id"]

    def event(self, **fields: Any) -> dict[str, Any]:
        """A new event of the learner's device."""
        self.sequence += 1
        common = {"eventId": str(uuid_utils.uuid7()), "zone": "Europe/Madrid", "deviceId": "phone"}
        return {**common, "clientTime": instant(self.clock.now), "sequence": self.sequence, **fields}

    async def lesson(self, length: int) -> None:
        """A lesson, timed."""
        SESSIONS.fetch(self.app).rewards = self.rewards
        known = {name: self.tokens[name] for name in ("learnerId", "deviceSecret")}
        token = (await call(self.app, "POST", "/v1/auth/guest", {"zone": "Europe/Madrid", **known}))["accessToken"]
        body = self.event(enrolmentId=self.enrolment, length=length)
        session = await call(self.app, "POST", "/v1/sessions", body, token)
        exercise, cpu, wall = session["exercise"], list[float](), list[float]()
        while exercise is not None:
            self.clock.now += 15_000
            body = self.event(decisionId=exercise["decisionId"], answer=self.answer(exercise), secondsTaken=12.0)
            at, used = perf_counter(), process_time()
            result = await call(self.app, "POST", f"/v1/sessions/{session['id']}/answers", body, token)
            cpu.append(1000.0 * (process_time() - used))
            wall.append(1000.0 * (perf_counter() - at))
            exercise = result["next"]
        self.cpu.append(cpu)
        self.wall.append(wall)

    def answer(self, exercise: dict[str, Any]) -> Any:
        """The model answer, every fourth time a wrong one."""
        item = SESSIONS.fetch(self.app).registry.track(TRACK).item(exercise["itemId"])
        self.n_answers += 1
        chosen = model_answer(item) if self.n_answers % ONE_IN else distractors(item, self.n_answers)
        return msgspec.to_builtins(as_presented(item, chosen))

    def figures(self) -> dict[str, float]:
        """Means over lessons of the median answer, and the slowest hundredth of all."""
        every = sorted(time for lesson in self.cpu for time in lesson)
        return {
            "median_ms": round(statistics.mean(map(statistics.median, self.cpu)), 4),
            "mean_ms": round(statistics.mean(every), 4),
            "wall_ms": round(statistics.mean(map(statistics.median, self.wall)), 4),
            "p99_ms": round(every[int(0.99 * (len(every) - 1))], 4),
            "answers": len(every),
        }


async def measure(lessons: int, length: int, data: Path) -> dict[str, Any]:
    """Both learners' figures, and what the rules cost."""
    clock = Clock()
    app = create_app(Settings(data=str(data)), clock=clock)
    async with app.lifespan():
        rewards = SESSIONS.fetch(app).rewards
        plain = Plain(SESSIONS.fetch(app).registry, rewards.rules, rewards.outages)
        pair = [Learner(app, clock, rewards), Learner(app, clock, plain)]
        for learner in pair:
            await learner.begin()
        for number in range(lessons):
            for learner in pair if number % 2 else reversed(pair):
                await learner.lesson(length)
            clock.now += DAY_SECONDS * 1000
    ruled, bare = (learner.figures() for learner in pair)
    cost = max(ruled[name] / bare[name] - 1.0 for name in ("median_ms", "mean_ms"))
    return {"with": ruled, "without": bare, "cost": round(cost, 4), "bar": BAR, "met": cost <= BAR}


@click.command()
@click.option("--lessons", default=60, show_default=True, help="of each learner")
@click.option("--length", default=10, show_default=True, help="exercises of a lesson")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(lessons: int, length: int, json_file: Path | None) -> None:
    """Measure what the game's rules cost an answer; a minute or two."""
    with tempfile.TemporaryDirectory() as directory:
        figures = asyncio.run(measure(lessons, length, Path(directory) / "data"))
    for name in ("with", "without"):
        click.echo(f"{name:8} the rules: {figures[name]['mean_ms']:.3f} ms of processor an answer, {figures[name]}")
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    main()
