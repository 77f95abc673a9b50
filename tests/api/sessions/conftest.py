"""A phone that plays lessons, and a track that has an item of every kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import uuid_utils

from api.settings import Settings
from api.wire import instant
from content.grading import as_presented, distractors, grade, model_answer
from content.items import Item

EVERY_KIND = Path(__file__).parent / "every-kind.yaml"


class Phone:
    """A device of one learner. Its clock is the server's unless `behind` (ms) says otherwise."""

    def __init__(self, served: Any, tokens: dict[str, str], device: str = "phone") -> None:
        self.served, self.tokens, self.device = served, tokens, device
        self.headers = {"authorization": f"Bearer {tokens['accessToken']}"}
        self.sequence, self.behind, self.zone = 0, 0, "Europe/Madrid"

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and sign in again."""
        self.served.clock.forward(seconds)
        known = {name: self.tokens[name] for name in ("learnerId", "deviceSecret")}
        answer = await self.served.client.post("/v1/auth/guest", json={"zone": self.zone, **known})
        self.headers = {"authorization": f"Bearer {answer.json()['accessToken']}"}

    def envelope(self, **fields: Any) -> dict[str, Any]:
        """A new event."""
        self.sequence += 1
        return {
            "eventId": str(uuid_utils.uuid7()),
            "clientTime": instant(self.served.clock() - self.behind),
            "zone": self.zone,
            "deviceId": self.device,
            "sequence": self.sequence,
            **fields,
        }

    async def post(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        answer = await self.served.client.post(f"/v1{path}", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.served.client.get(f"/v1{path}", headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def enrol(self, track: str = "python-from-zero", **goal: Any) -> Any:
        return await self.post(f"/tracks/{track}/enrolments", self.envelope(goal=goal or None), 201)

    async def open(self, enrolment: str, length: int = 10) -> Any:
        return await self.post("/sessions", self.envelope(enrolmentId=enrolment, length=length), 201)

    async def start(self, track: str = "python-from-zero", length: int = 10) -> Any:
        """A new enrolment and its first lesson."""
        return await self.open((await self.enrol(track))["id"], length)

    def item(self, exercise: dict[str, Any]) -> Item:
        """The item behind an exercise, as only the server knows it."""
        found: Item = self.served.app.state["sessions"].registry.track(exercise["trackId"]).item(exercise["itemId"])
        return found

    def right(self, exercise: dict[str, Any]) -> Any:
        item = self.item(exercise)
        return msgspec.to_builtins(as_presented(item, model_answer(item)))

    def wrong(self, exercise: dict[str, Any]) -> Any:
        item = self.item(exercise)
        for seed in range(20):
            answer = distractors(item, seed)
            if not grade(item, answer).correct:
                return msgspec.to_builtins(as_presented(item, answer))
        raise AssertionError(f"{item.id} has no wrong answer")

    def answering(self, exercise: dict[str, Any], *, right: bool = True, seconds: float = 12.0) -> dict[str, Any]:
        """The event of an answer."""
        answer = self.right(exercise) if right else self.wrong(exercise)
        return self.envelope(decisionId=exercise["decisionId"], answer=answer, secondsTaken=seconds)

    async def answer(self, session: str, exercise: dict[str, Any], **how: Any) -> Any:
        self.served.clock.forward(15)
        return await self.post(f"/sessions/{session}/answers", self.answering(exercise, **how))

    async def play(self, session: dict[str, Any], n: int = 50, **how: Any) -> list[Any]:
        """Answer up to n exercises of a lesson; the results."""
        results, exercise = [], session["exercise"]
        while exercise is not None and len(results) < n:
            results.append(await self.answer(session["id"], exercise, **how))
            exercise = results[-1]["next"]
        return results


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "data"), tracks=str(EVERY_KIND))


@pytest.fixture
async def phone(served: Any) -> Phone:
    return Phone(served, await served.guest())


@pytest.fixture
async def stranger(served: Any) -> Phone:
    """Another learner's phone."""
    return Phone(served, await served.guest())
