"""Goals, badges, quests and the return plan over HTTP, before anything was done and with what cannot be."""

from __future__ import annotations

from typing import Any

from tests.api.sessions.conftest import Phone

DAY = 86_400


async def put(phone: Phone, body: dict[str, Any], status: int = 200) -> Any:
    answer = await phone.served.client.put("/v1/me/goals", json=body, headers=phone.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_new_learner_has_no_goal_and_is_not_pressed_to_have_one(phone: Phone) -> None:
    goals = await phone.get("/me/goals")
    assert goals == {
        "daily": None,
        "budgetMinutes": None,
        "today": {"date": "2026-03-01", "minutes": 0, "items": 0, "xp": 0, "goal": None, "reached": False},
        "days": [],
        "rest": None,
        "dates": [],
    }
    assert await phone.get("/me/return-plan") == {
        "active": False,
        **dict.fromkeys(
            ("daysAway", "ends", "reviewsPerDay", "reviewsLeftToday", "nDue", "catchUp", "lessonLength", "text")
        ),
    }


async def test_a_goal_is_set_once_however_often_it_is_sent_and_taken_back(phone: Phone) -> None:
    body = phone.envelope(daily={"unit": "items", "target": 20}, budgetMinutes=30)
    first = await put(phone, body)
    assert (first["daily"], first["budgetMinutes"]) == ({"unit": "items", "target": 20}, 30)
    assert await put(phone, body) == first
    assert (await put(phone, body | {"budgetMinutes": 40}, 409))["type"] == "urn:pacer:problem:event-conflict"
    assert (await put(phone, phone.envelope(daily=None)))["daily"] is None


async def test_a_goal_that_cannot_be_is_refused_and_named(phone: Phone) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"daily": {"unit": "items", "target": 0}}, "/daily/target"),
        ({"daily": {"unit": "minutes", "target": 601}}, "/daily/target"),
        ({"daily": {"unit": "hours", "target": 1}}, "/daily/unit"),
        ({"daily": {"unit": "xp"}}, "/daily"),
        ({"daily": None, "budgetMinutes": 0}, "/budgetMinutes"),
        ({}, ""),
        ({"daily": None, "zone": "Mars/Base"}, "/zone"),
    )
    for fields, pointer in refused:
        problem = await put(phone, phone.envelope(**fields), 400)
        assert [error.get("pointer", "") for error in problem["errors"]] == [pointer], fields


async def test_an_impossible_date_is_refused_and_one_that_does_not_fit_says_what_would(phone: Phone) -> None:
    await phone.post("/tracks/python-from-zero/enrolments", phone.envelope(goal={"date": "2026-02-30"}), 400)
    await phone.post("/tracks/python-from-zero/enrolments", phone.envelope(goal={"date": "2026-02-28"}), 400)
    await phone.enrol(date="2026-03-04", minutesPerDay=2)
    await phone.enrol(date="2026-12-31", minutesPerDay=30)
    fits, tight = (await phone.get("/me/goals"))["dates"]
    assert fits["load"]["feasible"] is True
    assert fits["load"]["instead"] is None
    assert fits["load"]["minutesPerDay"] <= 30
    assert tight["daysLeft"] == 4
    assert tight["load"]["feasible"] is False
    assert tight["load"]["instead"]["minutesPerDay"] > 2
    assert tight["load"]["instead"]["days"] > 4
    forecast = tight["load"]["forecast"]
    assert 0 <= forecast["low"] <= forecast["expected"] <= forecast["high"] <= 1
    assert "does not fit" in tight["text"]


async def test_a_date_that_is_over_asks_for_nothing(phone: Phone) -> None:
    await phone.enrol(date="2026-03-02", minutesPerDay=10)
    await phone.sleep(3 * DAY)
    (over,) = (await phone.get("/me/goals"))["dates"]
    assert (over["daysLeft"], over["load"]) == (0, None)


async def test_all_badges_are_shown_with_the_rarity_they_are_reckoned_to_have(phone: Phone) -> None:
    badges = await phone.get("/me/badges")
    assert len(badges["items"]) >= 30
    assert (badges["nEarned"], badges["countedAt"]) == (0, None)
    first = badges["items"][0]
    assert first["tiers"][0]["share"] is None
    assert first["tiers"][0]["rarity"] == "common"


async def test_quests_are_shown_before_anything_is_done_and_do_not_change_until_then(phone: Phone) -> None:
    await phone.enrol()
    quests = await phone.get("/me/quests")
    assert (quests["day"]["starts"], quests["day"]["ends"]) == ("2026-03-01", "2026-03-01")
    assert (quests["week"]["starts"], quests["week"]["ends"]) == ("2026-02-23", "2026-03-01")
    assert len(quests["day"]["quests"]) == 3
    assert len(quests["week"]["quests"]) == 2
    await phone.sleep(3600)
    assert await phone.get("/me/quests") == quests


async def test_one_quest_a_day_is_replaced_and_stays_replaced(phone: Phone) -> None:
    await phone.enrol()
    before = await phone.get("/me/quests")
    old = before["day"]["quests"][1]["id"]
    body = phone.envelope()
    after = await phone.post(f"/me/quests/{old}/replacement", body)
    assert after["replacementsLeft"] == 0
    assert [a == b for a, b in zip(before["day"]["quests"], after["day"]["quests"], strict=True)] == [True, False, True]
    assert after["week"] == before["week"]
    assert await phone.post(f"/me/quests/{old}/replacement", body) == after
    assert await phone.get("/me/quests") == after
    again = await phone.post(f"/me/quests/{after['day']['quests'][0]['id']}/replacement", phone.envelope(), 409)
    assert again["type"] == "urn:pacer:problem:quest-fixed"
    await phone.sleep(DAY)
    assert (await phone.get("/me/quests"))["replacementsLeft"] == 1


async def test_a_quest_of_the_week_stays_and_another_learners_is_not_found(phone: Phone, served: Any) -> None:
    await phone.enrol()
    quests = await phone.get("/me/quests")
    week, day = quests["week"]["quests"][0]["id"], quests["day"]["quests"][0]["id"]
    assert "of the week" in (await phone.post(f"/me/quests/{week}/replacement", phone.envelope(), 409))["detail"]
    other = Phone(served, await served.guest(), "other")
    await other.enrol()
    await other.post(f"/me/quests/{day}/replacement", other.envelope(), 404)
