"""The live view, on the app in this process and on a real server."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, aclosing
from typing import Any

import httpx
import pytest

from api.feed.routes import FEED
from api.feed.service import MAX_REPLAY, read_position
from api.http.errors import BadHeaderError
from api.settings import Settings
from tests.api.sessions.conftest import EVERY_KIND, Phone

SOON = 20.0


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data=settings.data, tracks=str(EVERY_KIND))


@pytest.fixture
async def phone(served: Any) -> Phone:
    return Phone(served, await served.guest())


def told(chunks: bytes) -> list[tuple[str, str, Any]]:
    """Id, name and data of the events in some frames; comments and the retry left out."""
    events = []
    for block in chunks.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "data" in fields:
            events.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
    return events


class View:
    """A live view as a device reads it, which passes over what an event brought unless `rewards` are wanted."""

    def __init__(
        self, served: Any, phone: Phone, last: str | None = None, minutes: float = 15.0, rewards: bool = False
    ) -> None:
        self._passed_over = () if rewards else ("levelUp", "questDone", "badgeEarned")
        self._feed = FEED.fetch(served.app)
        self._learner, self._last = phone.tokens["learnerId"], last
        self._until = served.clock() + round(minutes * 60_000)
        self._events: list[tuple[str, str, Any]] = []

    async def __aenter__(self) -> "View":
        viewer = await self._feed.viewer(self._learner, self._last, self._until)
        self._frames = self._feed.frames(viewer)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._frames.aclose()

    async def next(self) -> tuple[str, str, Any]:
        async with asyncio.timeout(SOON):
            while not self._events:
                found = told(await anext(self._frames))
                self._events = [event for event in found if event[1] not in self._passed_over]
        return self._events.pop(0)

    async def end(self) -> None:
        """Read until it is over."""
        async with asyncio.timeout(SOON):
            async for _ in self._frames:
                pass


async def test_a_view_begins_with_where_the_learner_stands(served: Any, phone: Phone) -> None:
    async with View(served, phone) as view:
        position, name, data = await view.next()
        assert (position, name) == ("0", "game")
        assert data.items() <= (await phone.get("/me/game")).items()


async def test_an_answer_on_one_device_is_told_on_another(served: Any, phone: Phone) -> None:
    session = await phone.start(length=3)
    async with View(served, phone) as view:
        assert (await view.next())[:2] == ("2", "game")
        result = await phone.answer(session["id"], session["exercise"])
        position, name, data = await view.next()
        assert (position, name) == ("3", "happened")
        assert data == {
            "position": 3,
            "eventId": data["eventId"],
            "kind": "exerciseAnswered",
            "at": data["at"],
            "sessionId": session["id"],
            "correct": True,
            "xp": result["reward"]["xp"],
        }
        position, name, data = await view.next()
        assert (position, name) == ("3", "game")
        assert data.items() <= (await phone.get("/me/game")).items()
        assert data["xp"]["total"] == result["reward"]["xp"] > 0


async def test_a_view_goes_on_after_the_last_event_that_was_read(served: Any, phone: Phone) -> None:
    session = await phone.start(length=3)
    await phone.play(session, 2)
    async with View(served, phone, last="2") as view:
        found = [await view.next() for _ in range(3)]
    assert [(position, name) for position, name, _ in found] == [("3", "happened"), ("4", "happened"), ("4", "game")]
    async with View(served, phone, last="4") as view:
        assert (await view.next())[:2] == ("4", "game")


@pytest.mark.parametrize("last", ["99", "2"])
async def test_who_is_too_far_behind_or_ahead_begins_anew(
    served: Any, phone: Phone, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.feed.service.MAX_REPLAY", 1)
    assert MAX_REPLAY > 1
    session = await phone.start(length=3)
    await phone.play(session, 2)
    async with View(served, phone, last=last) as view:
        assert (await view.next())[:2] == ("4", "game")


async def test_nobody_sees_anothers_view(served: Any, phone: Phone) -> None:
    other = Phone(served, await served.guest())
    async with View(served, other) as view:
        await view.next()
        await phone.start()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await view.next()


async def test_a_view_ends_with_the_access_token(served: Any, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.feed.service.HEARTBEAT_SECONDS", 0.02)
    async with View(served, phone, minutes=1) as view:
        await view.next()
        served.clock.forward(61)
        await view.end()


async def test_a_lost_message_costs_a_heartbeat_and_no_event(
    served: Any, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.feed.service.HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr("api.feed.bell.Bell.ring", lambda *_: None)
    async with View(served, phone) as view:
        await view.next()
        await phone.enrol()
        assert (await view.next())[2]["kind"] == "trackEnrolled"


async def test_views_end_when_the_server_stops(served: Any, phone: Phone) -> None:
    async with View(served, phone) as view:
        await view.next()
        FEED.fetch(served.app).stop()
        await view.end()
    answer = await served.client.get("/v1/me/events", headers=phone.headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_a_view_of_an_account_that_is_deleted_ends(
    served: Any, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.feed.service.HEARTBEAT_SECONDS", 0.02)
    async with View(served, phone) as view:
        await view.next()
        learner = phone.tokens["learnerId"]
        answer = await served.client.delete(f"/v1/me?confirm={learner}", headers=phone.headers)
        assert answer.status_code < 300, answer.text
        await view.end()


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "1" * 16, "½"])
def test_an_id_that_is_none_of_ours_is_refused(last: str) -> None:
    with pytest.raises(BadHeaderError, match="not the id"):
        read_position(last)
    assert read_position("") is read_position(None) is None


async def test_a_request_that_cannot_be_served_gets_a_problem_and_no_stream(served: Any, phone: Phone) -> None:
    wrong = await served.client.get("/v1/me/events", headers=phone.headers | {"last-event-id": "x"})
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (400, "Last-Event-ID")
    assert (await served.client.get("/v1/me/events")).status_code == 401


async def lines(answer: httpx.Response) -> AsyncIterator[tuple[str, str, Any]]:
    block = ""
    async for line in answer.aiter_lines():
        block += line + "\n"
        if not line:
            for event in told(block.encode()):
                yield event
            block = ""


@pytest.mark.slow
async def test_a_stream_over_http_is_live_resumes_and_does_not_hold_up_the_end(
    serving: Callable[..., AbstractContextManager[Any]],
) -> None:
    with serving() as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=SOON) as client:
            tokens = (await client.post("/v1/auth/guest", json={"zone": "UTC"})).json()
            client.headers["authorization"] = f"Bearer {tokens['accessToken']}"

            async def enrol(sequence: int) -> None:
                body = {
                    "eventId": f"0195506e-8f00-7c3a-9b1e-{sequence:012x}",
                    "clientTime": "2026-03-01T10:30:00.000+01:00",
                    "zone": "Europe/Madrid",
                    "deviceId": "phone",
                    "sequence": sequence,
                }
                answer = await client.post("/v1/tracks/python-from-zero/enrolments", json=body)
                assert answer.status_code == 201

            async with client.stream("GET", "/v1/me/events") as answer, aclosing(lines(answer)) as events:
                assert answer.headers["content-type"] == "text/event-stream"
                assert (await anext(events))[:2] == ("0", "game")
                await enrol(1)
                assert (await anext(events))[:2] == ("1", "happened")
            await enrol(2)
            async with (
                client.stream("GET", "/v1/me/events", headers={"last-event-id": "1"}) as answer,
                aclosing(lines(answer)) as events,
            ):
                assert (await anext(events))[:2] == ("2", "happened")
                server.process.send_signal(signal.SIGTERM)
                assert [name async for _, name, _ in events] == ["game"]
                await asyncio.to_thread(server.process.wait, SOON)
        log = server.log.read_text()
        assert "Traceback" not in log
        assert "graceful shutdown exceeded" not in log


async def test_what_an_answer_brought_is_told_before_the_answer_itself(served: Any, phone: Phone) -> None:
    session = await phone.start(length=3)
    async with View(served, phone, rewards=True) as view:
        await view.next()
        reward = (await phone.answer(session["id"], session["exercise"]))["reward"]
        told_first = [await view.next() for _ in range(len(reward["badges"]) + len(reward["questsDone"]))]
        badges = [data for position, name, data in told_first if (position, name) == ("", "badgeEarned")]
        assert badges == reward["badges"] != []
        assert (await view.next())[:2] == ("3", "happened")
