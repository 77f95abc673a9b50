"""Two processes serve one learner at the same moment: nothing is lost, counted twice, or seen out of turn."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from api.play.answering import answer_to
from api.wire import instant, new_id
from content.catalogue import CourseIndex, index_course
from content.formats.yaml_track import load_track
from content.starter import starter_tracks

TRACK = "python-from-zero"
LENGTH = 12


@pytest.fixture
def course() -> CourseIndex:
    return index_course(load_track(next(path for path in starter_tracks() if path.name == TRACK)))


class Two:
    """One learner whose requests go to two servers. `first` and `second` hold a connection each."""

    def __init__(self, first: httpx.AsyncClient, second: httpx.AsyncClient) -> None:
        self.servers = (first, second)
        self.sequence = 0

    def event(self, **fields: Any) -> dict[str, Any]:
        self.sequence += 1
        now = instant(time.time_ns() // 1_000_000)
        envelope = {"eventId": new_id(), "clientTime": now, "zone": "Europe/Madrid", "deviceId": "phone"}
        return {**envelope, "sequence": self.sequence, **fields}

    async def post(self, server: int, path: str, body: dict[str, Any]) -> Any:
        answer = await self.servers[server].post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def get(self, server: int, path: str) -> Any:
        answer = await self.servers[server].get(path)
        assert answer.is_success, answer.text
        return answer.json()

    async def start(self) -> Any:
        """Sign in and enrol at one, open a lesson at the other."""
        tokens = await self.post(0, "/v1/auth/guest", {"zone": "Europe/Madrid"})
        for server in self.servers:
            server.headers["authorization"] = f"Bearer {tokens['accessToken']}"
        enrolment = await self.post(0, f"/v1/tracks/{TRACK}/enrolments", self.event())
        return await self.post(1, "/v1/sessions", self.event(enrolmentId=enrolment["id"], length=LENGTH))


@pytest.mark.slow
async def test_answers_repeats_and_reads_at_two_servers_at_once_agree(crowd: Any, course: CourseIndex) -> None:
    with ExitStack() as stack:
        urls = [stack.enter_context(crowd()).url for _ in range(2)]
        async with httpx.AsyncClient(base_url=urls[0]) as first, httpx.AsyncClient(base_url=urls[1]) as second:
            two = Two(first, second)
            session = await two.start()
            path, exercise, total = f"/v1/sessions/{session['id']}", session["exercise"], 0
            for number in range(LENGTH):
                answers = [
                    two.event(
                        decisionId=exercise["decisionId"],
                        answer=answer_to(course.item(exercise["itemId"]), right=right, seed=number),
                        secondsTaken=9.5,
                    )
                    for right in (True, False)
                ]
                heard = await asyncio.gather(
                    *(two.post(server, f"{path}/answers", body) for body in answers for server in (0, 1)),
                    *(two.get(server, "/v1/me/game") for server in (0, 1, 0, 1)),
                )
                results, seen = heard[:4], heard[4:]
                for twins in (results[:2], results[2:]):
                    assert sorted(twin.pop("status") for twin in twins) == ["accepted", "duplicate"]
                    assert (twins[0]["grade"], twins[0]["reward"]) == (twins[1]["grade"], twins[1]["reward"])
                earned = [result["reward"]["xp"] for result in results[::2]]
                total += sum(earned)
                assert min(earned) == 0, "the second answer to one exercise earns nothing"
                assert all(total - sum(earned) <= game["xp"]["total"] <= total for game in seen)
                state = await two.get(number % 2, path)  # the other server learns of it only by the next answer
                assert state["answered"] == number + 1
                exercise = state["exercise"]
            assert exercise is None
            states = await asyncio.gather(*(two.get(server, path) for server in (0, 1)))
            assert states[0] == states[1]
            games = await asyncio.gather(*(two.get(server, "/v1/me/game") for server in (0, 1)))
            assert games[0]["xp"] == games[1]["xp"]
            assert games[0]["xp"]["total"] == total
