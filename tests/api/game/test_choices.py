"""What learners choose in the game, over HTTP: buy, plan, set, look in, appeal; and what is refused."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uuid_utils

from api.game import holidays
from api.game.choice_routes import CHOICES
from api.game.errors import HolidayError
from api.game.facts import FlagRaised, FlagSettled
from api.game.state import Holiday
from api.settings import Settings
from tests.api.game.conftest import Pay
from tests.api.sessions.conftest import EVERY_KIND, Phone

SHOP, HOLIDAYS, TRACK = "/me/shop/purchases", "/me/game/holidays", "every-kind"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One small track, so that the app starts at once."""
    return Settings(data=str(tmp_path / "data"), starter=False, tracks=str(EVERY_KIND))


async def refused(phone: Phone, path: str, body: dict[str, Any], status: int, kind: str) -> str:
    problem = await phone.post(path, body, status)
    assert problem["type"] == f"urn:pacer:problem:{kind}"
    return str(problem["detail"])


async def test_a_freeze_is_bought_once_however_often_it_is_asked_for(phone: Phone, pay: Pay) -> None:
    await pay(phone, 100)
    wanted = phone.envelope(offer="theme.forest", price=80)
    bought = await phone.post(SHOP, wanted, 201)
    again = await phone.post(SHOP, wanted, 201)
    assert bought == {"status": "accepted", "offer": "theme.forest", "price": 80, "gems": 20}
    assert again == {**bought, "status": "duplicate"}
    shop = await phone.get("/me/shop")
    assert shop["gems"] == 20
    assert {offer["id"]: offer["why"] for offer in shop["offers"]} == {
        "freeze": "2 freezes are held, and no more than 2 can be",
        "theme.forest": "theme.forest is owned already",
        "theme.ocean": "theme.ocean costs 80 gems, and the wallet holds 20",
        "theme.night": "theme.night costs 120 gems, and the wallet holds 20",
        "frame.stars": "frame.stars costs 150 gems, and the wallet holds 20",
        "frame.laurel": "frame.laurel costs 250 gems, and the wallet holds 20",
    }


async def test_what_cannot_be_bought_says_why_and_costs_nothing(phone: Phone, pay: Pay) -> None:
    await pay(phone, 30)
    wants = (
        ("theme.forest", 80, 409, "not-enough-gems", "theme.forest costs 80 gems, and the wallet holds 30"),
        ("theme.forest", 8, 409, "price-changed", "theme.forest costs 80 gems now, not 8; nothing was bought"),
        ("freeze", 40, 409, "already-held", "2 freezes are held, and no more than 2 can be"),
        ("xp", 1, 404, "not-found", "the shop has no offer 'xp'; it has frame.laurel, frame.stars, freeze,"),
    )
    for offer, price, status, kind, detail in wants:
        told = await refused(phone, SHOP, phone.envelope(offer=offer, price=price), status, kind)
        assert told.startswith(detail)
    ledger = await phone.get("/me/ledger")
    assert (ledger["gems"], len(ledger["items"])) == (30, 1)


async def test_two_devices_that_buy_at_once_spend_what_is_there_once(served: Any, phone: Phone, pay: Pay) -> None:
    await pay(phone, 100)
    tablet = Phone(served, phone.tokens, "tablet")
    wants = [
        one.envelope(offer=offer, price=80)
        for one, offer in ((phone, "theme.forest"), (tablet, "theme.ocean"), (phone, "theme.ocean"))
    ]
    answers = await asyncio.gather(
        *(served.client.post(f"/v1{SHOP}", json=want, headers=phone.headers) for want in wants)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert (await phone.get("/me/shop"))["gems"] == 20


def test_so_many_holidays_are_planned_at_once() -> None:
    planned = [Holiday(str(n), 1000 + 2 * n, 1000 + 2 * n) for n in range(holidays.MAX_PLANS)]
    holidays.check(planned[1:], 1100, 1100, 1000, 366)
    with pytest.raises(HolidayError, match="20 holidays are planned, and at most 20 can be"):
        holidays.check(planned, 1100, 1100, 1000, 366)
    holidays.check(planned, 1100, 1100, 1001, 366)


async def test_holidays_are_planned_ahead_and_counted_by_year(phone: Phone) -> None:
    plan = phone.envelope(first="2026-03-05", last="2026-03-14")
    told = await phone.post(HOLIDAYS, plan, 201)
    assert told == {
        "items": [{"id": plan["eventId"], "first": "2026-03-05", "last": "2026-03-14"}],
        "daysLeft": 4,
    }
    wrong = (
        ("2026-05-01", "2026-05-05", "2026 has 4 of 14 days of holiday left; this would take 1 more"),
        ("2026-02-27", "2026-03-02", "a holiday is planned ahead; 2026-02-27 is over, today is 2026-03-01"),
        ("2026-04-02", "2026-04-01", "the holiday ends on 2026-04-01, before it begins on 2026-04-02"),
        ("2027-03-02", "2027-03-03", "2027-03-03 is more than 366 days away"),
        (
            "2026-03-05",
            "2026-03-14",
            "2026-03-05 to 2026-03-14 is planned already; plan other dates, or cancel that first",
        ),
    )
    for first, last, detail in wrong:
        body = phone.envelope(first=first, last=last)
        assert await refused(phone, HOLIDAYS, body, 409, "holiday") == detail
    detail = await refused(
        phone, HOLIDAYS, phone.envelope(first="2026-02-30", last="2026-03-03"), 400, "invalid-request"
    )
    assert detail.startswith("/first: ")
    await phone.sleep(6 * 86_400)
    left = await phone.post(f"{HOLIDAYS}/{plan['eventId']}/cancellation", phone.envelope())
    assert left == {"items": [], "daysLeft": 12}  # the 5th and 6th were holidays
    again = phone.envelope()
    detail = await refused(phone, f"{HOLIDAYS}/{plan['eventId']}/cancellation", again, 404, "not-found")
    assert detail == f"there is no holiday {plan['eventId']} that is not over"


async def test_an_unknown_zone_is_refused_by_name(phone: Phone) -> None:
    body = {**phone.envelope(), "zone": "Mars/Olympus"}
    detail = await refused(phone, "/me/game/visits", body, 400, "invalid-request")
    assert detail == "/zone: 'Mars/Olympus' is not an IANA time zone name such as 'Europe/Madrid'"


async def test_weekly_mode_begins_with_the_coming_monday(phone: Phone) -> None:
    told = await phone.post("/me/game/settings", phone.envelope(weekly=True))
    assert told == {
        "settings": {"weekly": True, "league": "", "softened": False, "leagueNow": "on"},
        "weeklyFrom": "2026-03-02",
    }
    assert not (await phone.get("/me/game"))["streak"]["weekly"]
    told = await phone.post("/me/game/settings", phone.envelope(league="pastSelf"))
    assert told["settings"] == {"weekly": True, "league": "pastSelf", "softened": False, "leagueNow": "pastSelf"}
    await phone.sleep(86_400)
    assert (await phone.get("/me/game"))["streak"]["weekly"]


async def test_looking_in_keeps_the_day_only_if_something_was_learned_and_nothing_is_due(phone: Phone) -> None:
    assert await phone.post("/me/game/visits", phone.envelope()) == {"nothingDue": False}
    await phone.play(await phone.start(TRACK, length=3))
    await phone.sleep(3_600)
    assert await phone.post("/me/game/visits", phone.envelope()) == {"nothingDue": True}


async def test_a_flag_is_told_softens_xp_and_can_be_appealed(served: Any, phone: Phone) -> None:
    choices, learner_id = CHOICES.fetch(served.app), phone.tokens["learnerId"]
    raised = FlagRaised(flag_id="f1", kind_of_work="rapid", evidence="Nine in ten.", until=served.clock() + 10**9)
    await choices.settle(learner_id, str(uuid_utils.uuid7()), "flag", lambda _: [raised])
    session = await phone.start(TRACK)
    reward = (await phone.answer(session["id"], session["exercise"]))["reward"]
    assert "flagged" in reward["reasons"]
    (flag,) = (await phone.get("/me/game"))["flags"]
    assert (flag["kind"], flag["outcome"], flag["appealed"]) == ("rapid", "", False)
    told = await phone.post("/me/flags/f1/appeal", phone.envelope(text="I knew these."))
    assert told["appealed"]
    await refused(phone, "/me/flags/f2/appeal", phone.envelope(text="No."), 404, "not-found")
    cleared = FlagSettled(flag_id="f1", outcome="cleared")
    await choices.settle(learner_id, str(uuid_utils.uuid7()), "flag", lambda _: [cleared])
    assert (await phone.get("/me/game"))["flags"][0]["outcome"] == "cleared"


async def test_a_correction_takes_what_is_there_and_forgives_the_rest(served: Any, phone: Phone, pay: Pay) -> None:
    await pay(phone, 25)
    event_id = str(uuid_utils.uuid7())
    for _ in range(2):
        await CHOICES.fetch(served.app).take_back(phone.tokens["learnerId"], event_id, 40)
    ledger = await phone.get("/me/ledger")
    moved = [(row["debit"], row["credit"], row["amount"], row["change"]) for row in ledger["items"]]
    assert moved == [("forgiven", "mint", 15, 0), ("wallet", "mint", 25, -25), ("mint", "wallet", 25, 25)]
    assert ledger["gems"] == 0


async def test_the_game_is_one_screen(phone: Phone) -> None:
    """A first lesson of five: XP, the welcome gift, a quest done, and the calendar that knows today."""
    rewards = [answer["reward"] for answer in await phone.play(await phone.start(TRACK, length=5))]
    assert rewards[0]["gems"] >= 50
    assert rewards[-1]["streak"] == 1
    assert rewards[-1]["streakExtended"]
    game = await phone.get("/me/game")
    assert game["gems"] == sum(reward["gems"] for reward in rewards)
    assert game["calendar"][-1] == {"date": date(2026, 3, 1).isoformat(), "state": "learned", "free": ""}
    assert len(game["calendar"]) == 35
    assert game["level"]["level"] == rewards[-1]["level"]
    earned = list(dict.fromkeys(badge["id"] for reward in rewards for badge in reward["badges"]))
    assert [badge["id"] for badge in game["badges"]] == earned[::-1][:10]
    done = {quest["id"] for reward in rewards for quest in reward["questsDone"]}
    quests = [*game["quests"]["day"]["quests"], *game["quests"]["week"]["quests"]]
    assert {quest["id"] for quest in quests if quest["done"]} == done


async def test_the_ledger_pages_to_its_end_and_adds_up(phone: Phone, pay: Pay) -> None:
    await phone.play(await phone.start(TRACK, length=5))
    await pay(phone, 60)
    await phone.post(SHOP, phone.envelope(offer="theme.ocean", price=80), 201)
    whole = await phone.get("/me/ledger")
    rows, cursor = [], ""
    while cursor is not None:
        page = await phone.get(f"/me/ledger?limit=3{f'&cursor={cursor}' if cursor else ''}")
        rows, cursor = rows + page["items"], page["nextCursor"]
        assert len(page["items"]) <= 3
    assert rows == whole["items"]
    assert sum(row["change"] for row in rows if row["of"] == "xp") == whole["xp"]
    assert (
        sum(row["change"] for row in rows if row["of"] == "gems")
        == whole["gems"]
        == (await phone.get("/me/shop"))["gems"]
    )
    problem = await phone.get("/me/ledger?cursor=abc", 400)
    assert problem["type"] == "urn:pacer:problem:bad-cursor"
