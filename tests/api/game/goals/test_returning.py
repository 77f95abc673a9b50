"""Coming back after an absence: the tutor keeps to the plan, and the quests help to come back."""

from __future__ import annotations

from typing import Any

from api.game.deeds import Deed
from api.game.goals.book import review_cap
from api.learners.entries import happenings_of
from tests.api.sessions.conftest import Phone

DAY = 86_400


async def deeds(phone: Phone) -> list[Deed]:
    """All deeds of the learner so far."""
    states = phone.served.app.state["game"]._states
    commits = await states.journal.read(phone.tokens["learnerId"])
    return [fact for happening in happenings_of(commits) for fact in happening.facts if isinstance(fact, Deed)]


async def test_after_an_absence_a_day_brings_a_capped_share_of_what_is_due(phone: Phone) -> None:
    enrolment = (await phone.enrol())["id"]
    for _ in range(4):
        for _ in range(2):
            await phone.play(await phone.open(enrolment, 10))
        await phone.sleep(DAY)
    await phone.sleep(90 * DAY)
    plan = await phone.get("/me/return-plan")
    cap = review_cap(20)
    assert (plan["active"], plan["reviewsPerDay"], plan["reviewsLeftToday"], plan["daysAway"]) == (True, cap, cap, 90)
    quests = (await phone.get("/me/quests"))["day"]["quests"]
    assert "comeBack" in {quest["kind"] for quest in quests}

    before = len(await deeds(phone))
    guards: list[Any] = []
    for _ in range(2):
        session = await phone.open(enrolment, 15)
        for result in await phone.play(session):
            if result["next"] is not None:
                guards.append((await phone.get(f"/decisions/{result['next']['decisionId']}"))["guards"])
    back = (await deeds(phone))[before:]
    assert plan["nDue"] > cap
    assert [deed.due for deed in back] == [True] * cap + [False] * (len(back) - cap)
    assert len(back) > cap
    assert ["returnPlan" in names for names in guards].count(True) >= len(back) - cap - 2
    after = await phone.get("/me/return-plan")
    assert after["reviewsLeftToday"] == cap - sum(deed.due for deed in back)
    assert {"comeBack"} <= {q["kind"] for q in (await phone.get("/me/quests"))["day"]["quests"] if q["done"]}
    assert "welcomeBack" in {badge["id"] for badge in (await phone.get("/me/badges"))["items"] if badge["tier"]}
