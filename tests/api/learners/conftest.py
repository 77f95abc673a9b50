"""What happened to one learner in a few lessons on two devices, as the service recorded it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uuid_utils

from api.sessions.opening import track_paths
from api.settings import Settings
from api.store.opening import open_store
from api.tracks.registry import Registry, compile_track
from api.wire import instant
from content.formats.yaml_track import load_track
from content.grading import as_presented, distractors, model_answer
from rl.runtime import Tutor


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Any]:
    opened = await open_store(tmp_path / "journal.db")
    yield opened
    await opened.close()


@pytest.fixture
async def registry(store: Any) -> Registry:
    """Python from zero, published."""
    found = Registry(store.documents, Tutor.rule())
    paths = [path for path in track_paths(Settings()) if path.name == "python-from-zero"]
    await found.publish([compile_track(load_track(path)) for path in paths])
    return found


class Student:
    """Plays over HTTP from two devices, sleeps between lessons, and answers one in three wrong."""

    def __init__(self, served: Any, tokens: dict[str, str]) -> None:
        self.served, self.tokens = served, tokens
        self.headers = {"authorization": f"Bearer {tokens['accessToken']}"}
        self.sequences = {"phone": 0, "tablet": 0}

    async def post(self, path: str, device: str, behind: int = 0, **fields: Any) -> Any:
        self.sequences[device] += 1
        self.served.clock.forward(7)
        body = {
            "eventId": str(uuid_utils.uuid7()),
            "clientTime": instant(self.served.clock() - behind),
            "zone": "Europe/Madrid" if device == "phone" else "America/New_York",
            "deviceId": device,
            "sequence": self.sequences[device],
            **fields,
        }
        answer = await self.served.client.post(f"/v1{path}", json=body, headers=self.headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def sleep(self, seconds: float) -> None:
        self.served.clock.forward(seconds)
        known = {name: self.tokens[name] for name in ("learnerId", "deviceSecret")}
        answer = await self.served.client.post("/v1/auth/guest", json={"zone": "Europe/Madrid", **known})
        self.headers = {"authorization": f"Bearer {answer.json()['accessToken']}"}

    async def lesson(self, enrolment: str, device: str, length: int, behind: int = 0) -> None:
        """A lesson with a hint, a skip, wrong answers and one answer given twice."""
        session = await self.post("/sessions", device, behind, enrolmentId=enrolment, length=length)
        path, exercise, number = f"/sessions/{session['id']}", session["exercise"], 0
        published = self.served.app.state["sessions"].registry.track("python-from-zero")
        while exercise is not None:
            decision = {"decisionId": exercise["decisionId"]}
            if number == 1:
                await self.post(f"{path}/hints", device, behind, **decision)
            if number == 2:
                exercise = (await self.post(f"{path}/skips", device, behind, **decision))["next"]
                decision = {"decisionId": exercise["decisionId"]}
            item = published.item(exercise["itemId"])
            answer = as_presented(item, distractors(item, 1) if number % 3 == 2 else model_answer(item))
            fields = {**decision, "answer": msgspec.to_builtins(answer), "secondsTaken": 8.0}
            exercise = (await self.post(f"{path}/answers", device, behind, **fields))["next"]
            if number == 0:
                await self.post(f"{path}/answers", device, behind, **fields)
            number += 1
        await self.post(f"{path}/finish", device, behind)


@pytest.fixture
async def student(served: Any) -> Student:
    """A learner after four days of lessons, one of which arrived from a tablet two days late."""
    found = Student(served, await served.guest())
    enrolment = (await found.post("/tracks/python-from-zero/enrolments", "phone"))["id"]
    for day in range(4):
        await found.lesson(enrolment, "phone", 4)
        if day == 2:
            await found.lesson(enrolment, "tablet", 3, behind=2 * 86_400_000 - 3_600_000)
        await found.sleep(86_400)
    return found
