"""The game and progress over HTTP, for a learner who has done nothing yet; lessons are in tests/api/sessions."""

from __future__ import annotations

from typing import Any


async def test_a_new_learner_stands_at_the_beginning(served: Any) -> None:
    game = (await served.client.get("/v1/me/game", headers=await served.headers())).json()
    assert {name: game[name] for name in ("xp", "level", "gems", "badges", "dailyGoal", "league", "flags")} == {
        "xp": {"total": 0, "today": 0},
        "level": {"level": 1, "xpInLevel": 0, "xpToNext": 20},
        "gems": 0,
        "badges": [],
        "dailyGoal": None,
        "league": None,
        "flags": [],
    }
    assert game["streak"] == {
        "days": 0,
        "longest": 0,
        "countsToday": False,
        "freezes": 2,
        "lastDay": None,
        "reserve": 0,
        "weekly": False,
        "daysThisWeek": 0,
        "earnBack": None,
    }
    assert {day["state"] for day in game["calendar"]} == {"none"}
    assert game["settings"] == {"weekly": False, "league": "", "softened": False, "leagueNow": "on"}


async def test_a_new_learner_has_no_progress(served: Any) -> None:
    assert (await served.client.get("/v1/me/progress", headers=await served.headers())).json() == {
        "items": [],
        "nextCursor": None,
    }


async def test_progress_of_an_enrolment_that_is_not_there_is_404(served: Any) -> None:
    answer = await served.client.get("/v1/me/progress?enrolmentId=nothing", headers=await served.headers())
    assert (answer.status_code, answer.json()["detail"]) == (404, "there is no enrolment nothing")
