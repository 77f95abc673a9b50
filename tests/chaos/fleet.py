"""Learners under load: each plays lesson after lesson, sends what was not answered again, and notes what it heard.

A request that fails is the very same when it is sent again. So whatever becomes of the servers meanwhile, each answer
is either acknowledged, or still being sent when the storm is over.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from api.play.answering import answer_to
from api.wire import instant, new_id
from content.catalogue import CourseIndex, index_course
from content.formats.yaml_track import load_track
from content.starter import starter_tracks

TRACK = "python-from-zero"
LESSON_LENGTH = 10
RETRY_SECONDS = 0.05
TIMEOUT_SECONDS = 15.0
FINISH_SECONDS = 90.0


class FleetError(Exception):
    """The service refused what it must not refuse, or did not come back."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An acknowledged answer: when it was first sent and when it was acknowledged (monotonic seconds)."""

    learner: str
    sent: float
    acknowledged: float
    path: str
    body: dict[str, Any]
    result: dict[str, Any]


@dataclass
class Fleet:
    """What all learners share, and what they have noted."""

    url: str
    pause_seconds: float = 0.05
    ending: bool = False
    tokens: dict[str, str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    failed: list[tuple[float, str]] = field(default_factory=list)

    @property
    def failures(self) -> Counter[str]:
        """Failed requests by kind."""
        return Counter(kind for _, kind in self.failed)


@cache
def course() -> CourseIndex:
    """The track that is played."""
    return index_course(load_track(next(path for path in starter_tracks() if path.name == TRACK)))


class Client:
    """One learner with one device."""

    def __init__(self, fleet: Fleet, http: httpx.AsyncClient) -> None:
        self.fleet = fleet
        self.http = http
        self.tokens: dict[str, str] = {}
        self.sequence = 0

    async def live(self) -> None:
        """Sign in, enrol, and play until the fleet is ending."""
        await self.sign_in()
        enrolment = await self.send(f"/v1/tracks/{TRACK}/enrolments", self.event())
        while not self.fleet.ending:
            body = self.event(enrolmentId=enrolment["id"], length=LESSON_LENGTH)
            session = await self.send("/v1/sessions", body)
            exercise = session["exercise"]
            while exercise is not None and not self.fleet.ending:
                exercise = (await self.answer(session["id"], exercise))["next"]
                await asyncio.sleep(self.fleet.pause_seconds)

    async def sign_in(self) -> None:
        """As a guest; the same one as before, if there is one."""
        known = {name: self.tokens[name] for name in ("learnerId", "deviceSecret") if name in self.tokens}
        self.tokens |= await self.send("/v1/auth/guest", {"zone": "Europe/Madrid", **known})
        self.fleet.tokens[self.tokens["learnerId"]] = self.tokens["accessToken"]

    async def answer(self, session: str, exercise: dict[str, Any]) -> dict[str, Any]:
        """Answer an exercise and note what was heard."""
        answer = answer_to(course().item(exercise["itemId"]), right=self.sequence % 4 > 0, seed=self.sequence)
        body = self.event(decisionId=exercise["decisionId"], answer=answer, secondsTaken=9.5)
        path, sent = f"/v1/sessions/{session}/answers", time.monotonic()
        result: dict[str, Any] = await self.send(path, body)
        self.fleet.heard.append(Heard(self.tokens["learnerId"], sent, time.monotonic(), path, body, result))
        return result

    def event(self, **fields: Any) -> dict[str, Any]:
        """A new event."""
        self.sequence += 1
        now = instant(time.time_ns() // 1_000_000)
        envelope = {"eventId": new_id(), "clientTime": now, "zone": "Europe/Madrid", "deviceId": "phone"}
        return {**envelope, "sequence": self.sequence, **fields}

    async def send(self, path: str, body: dict[str, Any]) -> Any:
        """The very same request until it is answered. Raises FleetError if it is refused."""
        while True:
            given = self.tokens.get("accessToken") if not path.startswith("/v1/auth/") else None
            headers = {"authorization": f"Bearer {given}"} if given else {}
            try:
                response = await self.http.post(self.fleet.url + path, json=body, headers=headers)
            except httpx.TransportError as error:
                await self._failed(type(error).__name__)
                continue
            if response.is_success:
                return response.json()
            if response.status_code == 401 and given:
                await self._failed("401")
                await self.sign_in()
            elif response.status_code >= 500:
                await self._failed(str(response.status_code))
            else:
                raise FleetError(f"{path}: {response.status_code} {response.text}")

    async def _failed(self, kind: str) -> None:
        self.fleet.failed.append((time.monotonic(), kind))
        await asyncio.sleep(RETRY_SECONDS)


@asynccontextmanager
async def sailing(fleet: Fleet, n_learners: int) -> AsyncIterator[None]:
    """Learners play inside the context; at its end each finishes what it has begun. Raises FleetError."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False) as http:
        lives = [asyncio.create_task(Client(fleet, http).live()) for _ in range(n_learners)]
        try:
            yield
            fleet.ending = True
            _, late = await asyncio.wait(lives, timeout=FINISH_SECONDS)
            if late:
                raise FleetError(f"{len(late)} learners were still without an answer after {FINISH_SECONDS:g} s")
            for life in lives:
                life.result()
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
