"""Friends over HTTP: codes, requests, children, blocks, quests together, leaving and merging."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from api.accounts.organisations.organisation import HOME, Role
from api.accounts.organisations.roles import ORGANISATIONS
from api.game.friends.errors import FriendNotFoundError
from api.game.friends.friendship import FRIEND_CODE, FRIEND_REPORT, FRIENDSHIP
from api.game.friends.together import SharedQuest, can_review, is_done, shared_quest
from api.game.goals.book import DayDone, GoalBook
from tests.api.sessions.conftest import Phone

DAY = 86_400
BAD = "urn:pacer:problem:bad-friend-code"


async def learner(served: Any, name: str, **fields: Any) -> Phone:
    phone = Phone(served, await served.guest(), name)
    answer = await served.client.patch("/v1/me", json={"displayName": name, **fields}, headers=phone.headers)
    assert answer.status_code == 200, answer.text
    return phone


async def code_of(phone: Phone) -> str:
    made: str = (await phone.post("/me/friends/codes", {}, 201))["code"]
    return made


async def asked(one: Phone, other: Phone) -> str:
    """`one` shows the code of `other`; the friendship's id."""
    known = (await one.post("/me/friends", {"code": await code_of(other)}))["items"]
    return next(str(friend["id"]) for friend in known if friend["name"] == other.device)


async def friends(one: Phone, other: Phone) -> str:
    ref = await asked(one, other)
    await other.post(f"/me/friends/{ref}/acceptance", {})
    return ref


async def items(phone: Phone) -> list[Any]:
    return list((await phone.get("/me/friends"))["items"])


async def delete(phone: Phone, path: str, status: int = 204) -> None:
    answer = await phone.served.client.delete(f"/v1{path}", headers=phone.headers)
    assert answer.status_code == status, answer.text


async def block(phone: Phone, ref: str, what: str = "block", **body: Any) -> None:
    answer = await phone.served.client.post(f"/v1/me/friends/{ref}/{what}", json=body, headers=phone.headers)
    assert answer.status_code == 204, answer.text


async def test_two_become_friends_and_see_little_of_each_other(service: Any) -> None:
    ana, bo = await learner(service, "Ana"), await learner(service, "Bo")
    ref = await asked(ana, bo)
    assert [(one["state"], one["name"], one["quest"]) for one in await items(ana)] == [("youAsked", "Bo", None)]
    assert [one["state"] for one in await items(bo)] == ["theyAsked"]
    await ana.post(f"/me/friends/{ref}/acceptance", {}, 404)
    await bo.post(f"/me/friends/{ref}/acceptance", {})
    (seen,) = await items(bo)
    assert set(seen) == {"id", "state", "name", "onStreak", "quest"}
    assert (seen["state"], seen["name"], seen["onStreak"]) == ("friends", "Ana", None)
    assert (seen["quest"]["yours"], seen["quest"]["theirs"], seen["quest"]["done"]) == (0, 0, False)
    assert ana.tokens["learnerId"] not in str(seen)


async def test_a_streak_is_seen_only_by_ones_own_choice(service: Any) -> None:
    ana, bo = await learner(service, "Ana"), await learner(service, "Bo")
    await friends(ana, bo)
    answer = await service.client.put("/v1/me/friends/settings", json={"showsStreak": True}, headers=ana.headers)
    assert answer.json()["settings"] == {"showsStreak": True}
    assert [one["onStreak"] for one in await items(bo)] == [False]
    assert [one["onStreak"] for one in await items(ana)] == [None]


async def test_a_code_works_once_until_it_expires_and_not_for_oneself(service: Any) -> None:
    ana, bo, cy = [await learner(service, name) for name in ("Ana", "Bo", "Cy")]
    first = await code_of(bo)
    second = await code_of(bo)
    for phone, code in ((ana, first), (bo, await code_of(bo)), (ana, "NOSUCHCODE22"), (ana, second)):
        assert (await phone.post("/me/friends", {"code": code}, 409))["type"] == BAD
    code = await code_of(bo)
    spaced = f" {code[:4].lower()}-{code[4:]} "
    await ana.post("/me/friends", {"code": spaced})
    assert (await cy.post("/me/friends", {"code": code}, 409))["type"] == BAD
    late = await code_of(bo)
    await cy.sleep(8 * DAY)
    assert (await cy.post("/me/friends", {"code": late}, 409))["type"] == BAD
    await cy.post("/me/friends", {"code": ""}, 400)
    await cy.post("/me/friends", {}, 400)


async def test_guessing_codes_is_limited(service: Any) -> None:
    ana = await learner(service, "Ana")
    for _ in range(10):
        await ana.post("/me/friends", {"code": "GUESS2222222"}, 409)
    await ana.post("/me/friends", {"code": "GUESS2222222"}, 429)


async def test_both_showing_codes_are_friends_at_once(service: Any) -> None:
    ana, bo = await learner(service, "Ana"), await learner(service, "Bo")
    await asked(ana, bo)
    await asked(bo, ana)
    assert [one["state"] for one in await items(ana)] == ["friends"]
    assert await asked(ana, bo) == (await items(bo))[0]["id"]


@pytest.mark.parametrize("young", ["Ana", "Bo"])
async def test_under_18_each_shows_the_others_code(service: Any, young: str) -> None:
    ana, bo = [
        await learner(service, name, **({"ageGroup": "under18"} if name == young else {})) for name in ("Ana", "Bo")
    ]
    ref = await asked(ana, bo)
    refused = await bo.post(f"/me/friends/{ref}/acceptance", {}, 409)
    assert refused["type"] == "urn:pacer:problem:friend-code-needed"
    other = await learner(service, "Cy")
    assert (await bo.post(f"/me/friends/{ref}/acceptance", {"code": await code_of(other)}, 409))["type"] == BAD
    await bo.post(f"/me/friends/{ref}/acceptance", {"code": await code_of(ana)})
    assert [one["state"] for one in await items(ana)] == ["friends"]


async def test_a_request_is_declined_and_a_friend_removed_without_a_word(service: Any) -> None:
    ana, bo = await learner(service, "Ana"), await learner(service, "Bo")
    await delete(bo, f"/me/friends/{await asked(ana, bo)}")
    assert await items(ana) == await items(bo) == []
    await delete(ana, f"/me/friends/{await friends(ana, bo)}")
    assert await items(ana) == await items(bo) == []


async def test_a_block_hides_both_ways_until_it_is_taken_back(service: Any) -> None:
    ana, bo = await learner(service, "Ana"), await learner(service, "Bo")
    ref = await friends(ana, bo)
    await block(ana, ref, "reports", reason="unwelcome")
    assert [one["state"] for one in await items(ana)] == ["blocked"]
    assert await items(bo) == []
    await delete(bo, f"/me/friends/{ref}", 404)
    assert (await bo.post("/me/friends", {"code": await code_of(ana)}, 409))["type"] == BAD
    assert (await ana.post("/me/friends", {"code": await code_of(bo)}, 409))["type"] == BAD
    await delete(ana, f"/me/friends/{ref}")
    await friends(bo, ana)
    documents = service.app.state["friends"].friendships._documents
    assert len(await documents.find(FRIEND_REPORT, "reported", bo.tokens["learnerId"])) == 1


async def test_reporting_again_changes_the_open_report(service: Any) -> None:
    ana, bo = await learner(service, "Ana"), await learner(service, "Bo")
    ref = await friends(ana, bo)
    await asyncio.gather(*(block(ana, ref, "reports", reason="unwelcome") for _ in range(4)))
    await block(ana, ref, "reports", reason="name")
    kept = service.app.state["friends"].friendships
    (report,) = await kept.reports_on(bo.tokens["learnerId"])
    assert report.reason == "name"
    found, version = await kept.report_of(report.id)
    await kept.settle(msgspec.structs.replace(found, outcome="upheld"), version)
    await block(ana, ref, "reports", reason="other")
    assert {one.outcome for one in await kept.reports_on(bo.tokens["learnerId"])} == {"", "upheld"}


async def test_no_removal_takes_a_block_of_the_other_away(service: Any) -> None:
    kept = service.app.state["friends"].friendships
    for number in range(30):
        ana, bo = f"ana{number}", f"bo{number}"
        ref = (await kept.ask(ana, bo)).ref
        steps = [kept.end(bo, ref), kept.block(ana, ref)]
        blocked = 1 - number % 2
        outcomes = await asyncio.gather(*(steps if blocked else steps[::-1]), return_exceptions=True)
        done = outcomes[blocked]
        assert all(one is None or isinstance(one, FriendNotFoundError) for one in outcomes)
        left = [one.blocked_by for one in await kept.of(ana)]
        assert left == ([(ana,)] if done is None else [])


async def test_a_code_that_may_not_be_used_stays(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bo, cy = [await learner(service, name) for name in ("Ana", "Bo", "Cy")]
    code = await code_of(bo)
    await bo.post("/me/friends", {"code": code}, 409)
    await block(bo, await asked(bo, cy))
    await cy.post("/me/friends", {"code": code}, 409)
    monkeypatch.setattr("api.game.friends.friendship.MAX_FRIENDS", 0)
    await ana.post("/me/friends", {"code": code}, 409)
    monkeypatch.undo()
    await ana.post("/me/friends", {"code": code})
    assert [one["name"] for one in await items(ana)] == ["Bo"]


async def test_an_admin_settles_reports_on_members_and_who_did_it_stays(service: Any) -> None:
    ana, bo, admin, educator = [await learner(service, name) for name in ("Ana", "Bo", "Admin", "Educator")]
    organisations = ORGANISATIONS.fetch(service.app)
    roles: tuple[tuple[Phone, Role], ...] = ((ana, "admin"), (bo, "admin"), (admin, "admin"), (educator, "educator"))
    await block(ana, await friends(ana, bo), "reports", reason="unwelcome")
    path = f"/organisations/{HOME}/friend-reports"
    for phone, role in roles:
        if phone is not bo:
            await organisations.admit(HOME, phone.tokens["learnerId"], (role,))
    assert (await admin.get(path))["items"] == []  # Bo is no member yet
    await organisations.admit(HOME, bo.tokens["learnerId"], ("admin",))
    (case,) = (await admin.get(path))["items"]
    assert ana.tokens["learnerId"] not in str(case)
    for phone in (ana, bo):  # who is part of it sees nothing of it
        assert (await phone.get(path))["items"] == []
    found = {name: case[name] for name in ("reported", "reason", "outcome", "settledAt")}
    assert found == {
        "reported": bo.tokens["learnerId"],
        "reason": "unwelcome",
        "outcome": "",
        "settledAt": None,
    }
    settlement, body = f"{path}/{case['id']}/settlement", {"outcome": "upheld", "note": "We talked to both."}
    for phone, status in ((educator, 403), (ana, 404), (bo, 404)):  # nobody settles what they are part of
        await phone.post(settlement, body, status)
    await educator.get(path, 403)
    await admin.post(f"{path}/{case['id']}/settlement", {"outcome": "perhaps"}, 400)
    await admin.post(settlement, body)
    (settled,) = (await admin.get(path))["items"]
    assert (settled["outcome"], settled["note"]) == ("upheld", "We talked to both.")
    assert settled["settledBy"] == admin.tokens["learnerId"]
    assert settled["settledAt"] is not None


async def test_what_belongs_to_others_is_not_found(service: Any) -> None:
    ana, bo, cy = [await learner(service, name) for name in ("Ana", "Bo", "Cy")]
    ref = await friends(ana, bo)
    await cy.post(f"/me/friends/{ref}/acceptance", {}, 404)
    await cy.post(f"/me/friends/{ref}/quest/reward", {}, 404)
    await delete(cy, f"/me/friends/{ref}", 404)
    await cy.post(f"/me/friends/{ref}/block", {}, 404)
    await cy.post(f"/me/friends/{ref}/reports", {"reason": "name"}, 404)
    await cy.post(f"/me/friends/{ref}/reports", {"reason": "because I say so"}, 400)


async def test_erasing_one_leaves_nothing_of_them_with_the_other(service: Any) -> None:
    ana, bo = await learner(service, "Ana"), await learner(service, "Bo")
    await friends(ana, bo)
    await code_of(ana)
    gone = ana.tokens["learnerId"]
    await delete(ana, f"/me?confirm={gone}")
    assert await items(bo) == []
    documents = service.app.state["friends"].friendships._documents
    for kind in (FRIENDSHIP, FRIEND_CODE):
        assert all(gone.encode() not in document.body for document in await documents.all(kind))


async def test_merging_a_guest_carries_friends_and_blocks(service: Any) -> None:
    account, guest = await learner(service, "Ana"), await learner(service, "Ana as a guest")
    bo, cy = await learner(service, "Bo"), await learner(service, "Cy")
    registered = {"email": "ana@example.org", "password": "correct horse battery staple", "zone": "UTC"}
    answer = await service.client.post("/v1/auth/register", json=registered, headers=account.headers)
    assert answer.status_code in (200, 201), answer.text
    await friends(guest, bo)
    await block(guest, await friends(guest, cy))
    await friends(account, cy)
    body = {"guestAccessToken": guest.headers["authorization"].removeprefix("Bearer ")}
    await account.post("/me/merge", body)
    assert sorted((one["name"], one["state"]) for one in await items(account)) == [("Bo", "friends"), ("Cy", "blocked")]
    assert await items(cy) == []
    assert [one["name"] for one in await items(bo)] == ["Ana"]


def test_a_shared_quest_is_a_function_of_the_pair_and_the_week() -> None:
    assert shared_quest("a", 739_313) == shared_quest("a", 739_313)
    assert {shared_quest(str(n), 739_313).kind for n in range(40)} == {"lessons", "items", "reviews"}


def test_a_shared_quest_asks_for_reviews_only_where_both_can_review() -> None:
    wanted = next(str(n) for n in range(40) if shared_quest(str(n), 739_313).kind == "reviews")
    other = shared_quest(wanted, 739_313, reviews=False)
    assert other.kind in ("lessons", "items")
    assert other.id == shared_quest(wanted, 739_313).id  # so that it is rewarded once, whatever it asks for
    some = GoalBook(days=[DayDone(739_312, reviews=3), DayDone(739_313, reviews=30)])
    assert not can_review(some, 739_313)
    assert can_review(GoalBook(days=[DayDone(739_300, reviews=3), DayDone(739_312, reviews=1)]), 739_313)


@pytest.mark.parametrize(("since", "target"), [(739_000, 6), (739_313, 6), (739_314, 6), (739_316, 4), (739_319, 2)])
def test_who_became_friends_within_a_week_are_asked_for_what_fits_the_rest_of_it(since: int, target: int) -> None:
    wanted = next(str(n) for n in range(40) if shared_quest(str(n), 739_313).kind == "lessons")
    assert shared_quest(wanted, 739_313, since).target == target


@pytest.mark.parametrize(
    ("yours", "theirs", "done"), [(30, 30, True), (60, 0, False), (49, 11, False), (48, 12, True), (20, 20, False)]
)
def test_a_shared_quest_takes_both(yours: int, theirs: int, done: bool) -> None:
    quest = SharedQuest(id="friend.739313.x", monday=739_313, kind="items", target=60)
    assert is_done(quest, yours, theirs) is done


async def test_two_newcomers_are_never_asked_to_review_together(service: Any) -> None:
    ana = await learner(service, "Ana")
    for number in range(6):
        await friends(ana, await learner(service, f"Friend {number}"))
    for week in range(2):
        await ana.sleep(7 * DAY * week)
        assert {one["quest"]["kind"] for one in await items(ana)} <= {"lessons", "items"}
