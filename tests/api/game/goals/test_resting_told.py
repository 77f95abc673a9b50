"""The suggestion to stop where a lesson ends: in the answer, the summary, and on the screen. It closes nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from api.game.goals.copy import COPY
from api.settings import Settings
from tests.api.game.test_goal_routes import put
from tests.api.sessions.conftest import EVERY_KIND, Phone


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, starter=False, tracks=str(EVERY_KIND))


@pytest.fixture
async def phone(served: Any) -> Phone:
    return Phone(served, await served.guest())


def told(code: str) -> dict[str, str]:
    return {"code": code, "text": COPY[code]}


async def track_of(phone: Phone) -> str:
    return str((await phone.get("/tracks"))["items"][0]["id"])


async def test_a_good_lesson_suggests_to_stop_once_it_is_over_and_closes_nothing(phone: Phone) -> None:
    enrolment = (await phone.enrol(await track_of(phone)))["id"]
    session = await phone.open(enrolment, 5)
    results = await phone.play(session)
    assert [result.get("rest") for result in results] == [None] * 4 + [told("rest.goodLesson")]
    ended = await phone.post(f"/sessions/{session['id']}/finish", phone.envelope())
    assert ended["summary"]["rest"] == told("rest.goodLesson")
    assert (await phone.get("/me/game"))["rest"] is None
    short = await phone.open(enrolment, 3)
    assert [result.get("rest") for result in await phone.play(short)] == [None] * 3


async def test_the_own_budget_is_told_of_on_the_screen_too(phone: Phone) -> None:
    await put(phone, phone.envelope(daily=None, budgetMinutes=5))
    session = await phone.open((await phone.enrol(await track_of(phone)))["id"], 3)
    results = await phone.play(session, seconds=150.0)
    assert results[-1]["rest"] == told("rest.budget")
    assert (await phone.get("/me/game"))["rest"] == told("rest.budget")
