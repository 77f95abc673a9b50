"""The learner of a page, on another device: learns over HTTP while the page looks on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

import httpx
import msgspec
import uuid_utils

from content.catalogue import CourseIndex
from content.grading import as_presented, model_answer


class OtherDevice:
    """A device of the learner who has this access token. `courses` hold the keys."""

    def __init__(self, url: str, token: str, courses: Mapping[str, CourseIndex]) -> None:
        self.client = httpx.Client(base_url=f"{url}/v1", headers={"authorization": f"Bearer {token}"}, timeout=30.0)
        self.courses, self.sequence = courses, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str) -> Any:
        """What the service says."""
        return self.client.get(path).raise_for_status().json()

    def post(self, path: str, **fields: Any) -> Any:
        """Send an event."""
        self.sequence += 1
        envelope = {
            "eventId": str(uuid_utils.uuid7()),
            "clientTime": datetime.now(UTC).isoformat(),
            "zone": "Europe/Madrid",
            "deviceId": "other",
            "sequence": self.sequence,
        }
        return self.client.post(path, json={**envelope, **fields}).raise_for_status().json()

    def answer(self, session: str, exercise: dict[str, Any]) -> Any:
        """A right answer after a while of thought."""
        item = self.courses[exercise["trackId"]].item(exercise["itemId"])
        right = msgspec.to_builtins(as_presented(item, model_answer(item)))
        fields = {"decisionId": exercise["decisionId"], "answer": right, "secondsTaken": 12.0}
        return self.post(f"/sessions/{session}/answers", **fields)

    def learn(self, enrolment: str, n_answers: int) -> None:
        """So many right answers in a lesson of its own."""
        session = self.post("/sessions", enrolmentId=enrolment)
        exercise = session["exercise"]
        for _ in range(n_answers):
            exercise = self.answer(session["id"], exercise)["next"]

    def earn(self, track: str, gems: int) -> int:
        """Whole lessons of a track until there are so many gems; how many there are."""
        enrolment = self.post(f"/tracks/{track}/enrolments")["id"]
        while (found := self.get("/me/shop")["gems"]) < gems:
            self.learn(enrolment, 10)
        return int(found)
