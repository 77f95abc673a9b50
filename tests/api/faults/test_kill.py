"""kill -9 of a real server under load, over HTTP: nothing acknowledged is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.cli import main
from api.composition import DATABASE_FILE
from api.learners.entries import happenings_of
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded, XpGranted
from api.play.answering import answer_to
from api.store import check_store, open_store
from api.wire import instant, new_id
from content.catalogue import CourseIndex, index_course
from content.formats.yaml_track import load_track
from content.starter import starter_tracks

KILLS = 4
N_CLIENTS = 8
RETRY_SECONDS = 0.02
LESSON_LENGTH = 8


@dataclass
class Fleet:
    """Where the server is now, and whether the clients are to end after their lesson."""

    index: CourseIndex
    url: str = "http://127.0.0.1:9"
    ending: bool = False
    n_failed: int = 0


@dataclass
class Client:
    """One learner. `acknowledged` holds (path, body, response) of every answer the server said it has."""

    fleet: Fleet
    http: httpx.AsyncClient
    token: str = ""
    sequence: int = 0
    acknowledged: list[tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)

    async def live(self) -> None:
        """Sign in, enrol, and play one lesson after another."""
        tokens = await self.send("POST", "/v1/auth/guest", {"zone": "Europe/Madrid"})
        self.token = tokens["accessToken"]
        track = self.fleet.index.track.id
        enrolment = await self.send("POST", f"/v1/tracks/{track}/enrolments", self.event())
        while not self.fleet.ending:
            body = self.event(enrolmentId=enrolment["id"], length=LESSON_LENGTH)
            session = await self.send("POST", "/v1/sessions", body)
            exercise = session["exercise"]
            while exercise is not None:
                exercise = (await self.answer(session["id"], exercise))["next"]

    async def answer(self, session: str, exercise: dict[str, Any]) -> dict[str, Any]:
        item = self.fleet.index.item(exercise["itemId"])
        answer = answer_to(item, right=self.sequence % 3 > 0, seed=self.sequence)
        body = self.event(decisionId=exercise["decisionId"], answer=answer, secondsTaken=9.5)
        path = f"/v1/sessions/{session}/answers"
        result: dict[str, Any] = await self.send("POST", path, body)
        self.acknowledged.append((path, body, result))
        return result

    def event(self, **fields: Any) -> dict[str, Any]:
        self.sequence += 1
        now = instant(time.time_ns() // 1_000_000)
        envelope = {"eventId": new_id(), "clientTime": now, "zone": "Europe/Madrid", "deviceId": "phone"}
        return {**envelope, "sequence": self.sequence, **fields}

    async def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The very same request again and again until it is answered, at whatever address the server has by then."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        while True:
            try:
                response = await self.http.request(method, self.fleet.url + path, json=body, headers=headers)
            except httpx.TransportError:
                self.fleet.n_failed += 1
                await asyncio.sleep(RETRY_SECONDS)
                continue
            assert response.is_success, f"{path}: {response.status_code} {response.text}"
            return response.json()


@asynccontextmanager
async def server_of(serving: Any) -> AsyncIterator[Any]:
    """A real server, started and ended without holding up the clients."""
    context = serving()
    server = await asyncio.to_thread(context.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


async def storm(serving: Any, fleet: Fleet, clients: list[Client], rng: random.Random) -> None:
    """Let the clients play while the server is killed KILLS times; then let them finish, and hear it all again."""
    async with asyncio.TaskGroup() as group:
        lives = [group.create_task(client.live()) for client in clients]
        for _ in range(KILLS):
            async with server_of(serving) as server:
                fleet.url = server.url
                await asyncio.sleep(0.4 + rng.random())
                server.process.kill()
        async with server_of(serving) as server:
            fleet.url = server.url
            fleet.ending = True
            await asyncio.wait(lives)
            await asyncio.gather(*map(heard_again, clients))


async def heard_again(client: Client) -> None:
    """Every acknowledged answer, sent again, is known and gets the very response it got; nothing is added up anew."""
    before = await client.send("GET", "/v1/me/game")
    assert before["xp"]["total"] == sum(result["reward"]["xp"] for _, _, result in client.acknowledged)
    for path, body, result in client.acknowledged:
        again = await client.send("POST", path, body)
        assert again == {**result, "status": "duplicate"}
    after = await client.send("GET", "/v1/me/game")
    assert after["xp"] == before["xp"]


async def answers_kept(path: Path) -> tuple[Counter[str], Counter[str], int]:
    """In the journal: how often each answer's event id stands, how often each decision is graded, all XP."""
    events: Counter[str] = Counter()
    graded: Counter[str] = Counter()
    xp = 0
    store = await open_store(path)
    for learner in await store.journal.learners():
        for happening in happenings_of(await store.journal.read(learner)):
            if isinstance(happening.event, ExerciseAnswered):
                events[happening.id] += 1
            for fact in happening.facts:
                if isinstance(fact, AnswerGraded):
                    graded[fact.decision_id] += 1
                elif isinstance(fact, XpGranted):
                    xp += fact.amount
    await store.close()
    return events, graded, xp


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
async def test_no_kill_loses_an_acknowledged_answer_or_counts_one_twice(serving: Any, tmp_path: Path) -> None:
    track = next(path for path in starter_tracks() if path.name == "python-from-zero")
    fleet, rng = Fleet(index_course(load_track(track))), random.Random(23)
    async with httpx.AsyncClient(timeout=30.0, trust_env=False) as http:
        clients = [Client(fleet, http) for _ in range(N_CLIENTS)]
        await storm(serving, fleet, clients, rng)
    acknowledged = {body["eventId"]: result for client in clients for _, body, result in client.acknowledged}
    assert fleet.n_failed > KILLS
    assert len(acknowledged) > 20 * KILLS
    assert any(result["status"] == "accepted" for result in acknowledged.values())
    events, graded, xp = await answers_kept(tmp_path / "data" / DATABASE_FILE)
    assert events == Counter(acknowledged.keys())
    assert set(graded.values()) == {1}
    assert xp == sum(result["reward"]["xp"] for result in acknowledged.values())
    assert "all readable" in await check_store(tmp_path / "data" / DATABASE_FILE)
    rebuilt = await asyncio.to_thread(CliRunner().invoke, main, ["rebuild", "--data", str(tmp_path / "data")])
    assert rebuilt.exit_code == 0, rebuilt.output
    assert ", 0 mismatches" in rebuilt.output
