"""A phone that works from bundles and synchronises."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.play.answering import answer_to
from api.settings import Settings
from api.wire import instant, new_id
from tests.api.sessions.conftest import EVERY_KIND, Phone

Json = dict[str, Any]


class Device(Phone):
    """A device that makes events without a connection, and sends them together."""

    def event(self, kind: str, **fields: Any) -> Json:
        """A new event of a sync."""
        made = self.envelope(kind=kind, **fields)
        del made["deviceId"]
        return made

    async def sync(self, *events: Any, status: int = 200, **head: Any) -> Json:
        """One request with these events."""
        body = {"deviceId": self.device, "sentAt": instant(self.served.clock() - self.behind), "events": list(events)}
        answer: Json = await self.post("/sync", body | head, status)
        return answer

    async def send(self, *events: Json, **head: Any) -> list[Json]:
        """The results of one request."""
        results: list[Json] = (await self.sync(*events, **head))["results"]
        return results

    async def enrolled(self, track: str = "every-kind") -> str:
        """A new enrolment's id."""
        enrolling = self.event("trackEnrolled", trackId=track)
        (result,) = await self.send(enrolling)
        assert result["status"] == "accepted", result
        return str(enrolling["eventId"])

    async def bundle(self, enrolment: str, size: int = 20, **head: Any) -> Bundle:
        """A new bundle, all of it."""
        request = self.asking(enrolment, size)
        (result,) = await self.send(request, **head)
        assert result["status"] == "accepted", result
        return await self.whole(result["outcome"]["bundle"])

    def asking(self, enrolment: str, size: int = 20) -> Json:
        """The event that asks for a bundle."""
        return self.event("bundleRequested", enrolmentId=enrolment, size=size) | {"eventId": f"{new_id()[:-3]}000"}

    async def whole(self, part: Json) -> Bundle:
        """A bundle with all of its parts."""
        bundle = Bundle(part)
        while part["nextCursor"] is not None:
            part = await self.get(f"/bundles/{part['bundleId']}?cursor={part['nextCursor']}")
            bundle.packages |= {package["hash"]: package["content"] for package in part["packages"]}
        return bundle

    def opening(self, bundle: Bundle, length: int = 10) -> Json:
        """The event of a lesson from a bundle."""
        return self.event(
            "offlineSessionOpened",
            enrolmentId=bundle.manifest["enrolmentId"],
            bundleId=bundle.id,
            manifestHash=bundle.hash,
            length=length,
        )

    def answered(self, session: str, bundle: Bundle, place: int, *, right: bool = True, **fields: Any) -> Json:
        """The event of an answer to an exercise of a bundle, after a quarter of a minute."""
        self.served.clock.forward(15)
        exercise = bundle.exercises[place]
        item = self.item({"trackId": bundle.manifest["trackId"], "itemId": exercise["itemId"]})
        answer = answer_to(item, right=right, seed=place)
        made = {"sessionId": session, "decisionId": exercise["decisionId"], "answer": answer, "secondsTaken": 12.0}
        return self.event("exerciseAnswered", **made, **fields)

    def lesson(self, bundle: Bundle, places: range, **how: Any) -> list[Json]:
        """All events of a lesson from a bundle: opened, answered, finished."""
        opening = self.opening(bundle, len(places))
        answers = [self.answered(opening["eventId"], bundle, place, **how) for place in places]
        self.served.clock.forward(1)
        return [opening, *answers, self.event("sessionFinished", sessionId=opening["eventId"])]


class Bundle:
    """A bundle as a device holds it."""

    def __init__(self, part: Json) -> None:
        self.first = part
        self.signed = part["manifest"]
        self.manifest = json.loads(self.signed["payload"])
        self.hash = sha256(self.signed["payload"].encode()).hexdigest()
        self.id: str = part["bundleId"]
        self.packages = {package["hash"]: package["content"] for package in part["packages"]}

    @property
    def exercises(self) -> list[Json]:
        """The exercises of the manifest."""
        found: list[Json] = self.manifest["exercises"]
        return found

    def package(self, place: int) -> Json:
        """What the exercise at a place needs."""
        found: Json = json.loads(self.packages[self.exercises[place]["package"]])
        return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "data"), tracks=str(EVERY_KIND))


@pytest.fixture
async def device(served: Any) -> Device:
    return Device(served, await served.guest())


@pytest.fixture
async def tablet(served: Any, device: Device) -> Device:
    """Another device of the same learner."""
    return Device(served, device.tokens, "tablet")


@pytest.fixture
async def foreigner(served: Any) -> Device:
    """Another learner's device."""
    return Device(served, await served.guest())


def statuses(results: list[dict[str, Any]]) -> Counter[str]:
    return Counter(result["status"] for result in results)


def xp_of(results: list[dict[str, Any]]) -> int:
    outcomes = [result["outcome"] for result in results if result["outcome"] is not None]
    return sum(outcome["reward"]["xp"] for outcome in outcomes if outcome["kind"] == "exerciseAnswered")


async def commits(device: Any) -> list[Any]:
    states = device.served.app.state["sessions"]._states
    found: list[Any] = await states.journal.read(device.tokens["learnerId"])
    return found
