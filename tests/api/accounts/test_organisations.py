"""Organisations: who belongs to them, in which roles, and who may change that."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import httpx
import pytest

from api.accounts.organisations.organisation import HOME, INVITATION_DAYS, ROLES
from api.accounts.organisations.roles import ORGANISATIONS
from api.store.ports import VersionClashError
from tests.api.accounts.conftest import Desk, bearer, kind
from tests.api.accounts.players import failing_at


class School:
    """The organisation that is there from the start, with one admin."""

    def __init__(self, desk: Desk, admin: dict[str, str]) -> None:
        self.desk = desk
        self.admin = admin

    async def ask(self, method: str, path: str, tokens: dict[str, str], body: Any = None) -> httpx.Response:
        """A request below the organisation's address."""
        return await self.desk.service.client.request(
            method, f"/v1/organisations/{HOME}{path}", headers=bearer(tokens), json=body
        )

    async def invited(self, *roles: str) -> str:
        """The code of a new invitation."""
        answer = await self.ask("POST", "/invitations", self.admin, {"roles": roles})
        assert answer.status_code == 201, answer.text
        code: str = answer.json()["code"]
        return code

    async def member(self, *roles: str) -> dict[str, str]:
        """A new learner who took an invitation."""
        tokens = await self.desk.service.guest()
        answer = await self.desk.post("/me/organisations", {"code": await self.invited(*roles)}, tokens)
        assert answer.json()["roles"] == list(roles)
        return tokens


@pytest.fixture
async def school(desk: Desk) -> School:
    admin = await desk.service.guest()
    await ORGANISATIONS.fetch(desk.service.app).admit(HOME, admin["learnerId"], ("admin",))
    return School(desk, admin)


async def test_one_organisation_is_there_from_the_start_and_a_learner_may_belong_to_none(school: School) -> None:
    client = school.desk.service.client
    answer = await client.get("/v1/me/organisations", headers=bearer(school.admin))
    assert answer.json() == {"items": [{"id": "home", "name": "Pacer", "roles": ["admin"]}]}
    stranger = await school.desk.service.guest()
    assert (await client.get("/v1/me/organisations", headers=bearer(stranger))).json() == {"items": []}


async def test_a_learner_joins_by_an_invitation_that_works_once(school: School) -> None:
    code = await school.invited("educator", "author")
    ana, ben = await school.desk.service.guest(), await school.desk.service.guest()
    for _ in range(2):
        answer = await school.desk.post("/me/organisations", {"code": code}, ana)
        assert (answer.status_code, answer.json()["roles"]) == (201, ["author", "educator"])
    assert kind(await school.desk.post("/me/organisations", {"code": code}, ben)) == (409, "bad-invitation")
    assert kind(await school.desk.post("/me/organisations", {"code": "invented"}, ben)) == (409, "bad-invitation")


async def test_of_ten_who_take_an_invitation_at_once_one_gets_it(school: School) -> None:
    code = await school.invited("author")
    guests = [await school.desk.service.guest() for _ in range(10)]
    answers = await asyncio.gather(*(school.desk.post("/me/organisations", {"code": code}, guest) for guest in guests))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9


async def test_an_old_invitation_gives_nothing_back_that_was_taken_away(school: School) -> None:
    code, ben = await school.invited("admin"), await school.desk.service.guest()
    assert (await school.desk.post("/me/organisations", {"code": code}, ben)).status_code == 201
    path = f"/members/{ben['learnerId']}"
    assert (await school.ask("PUT", path, school.admin, {"roles": ["author"]})).status_code == 200
    assert (await school.desk.post("/me/organisations", {"code": code}, ben)).json()["roles"] == ["author"]
    assert kind(await school.ask("GET", "/members", ben)) == (403, "forbidden")
    assert (await school.ask("DELETE", path, school.admin)).status_code == 204
    assert kind(await school.desk.post("/me/organisations", {"code": code}, ben)) == (409, "bad-invitation")
    assert kind(await school.ask("GET", "", ben)) == (404, "not-found")


async def test_taking_an_invitation_that_fails_at_any_write_is_finished_by_a_repetition(school: School) -> None:
    organisations = ORGANISATIONS.fetch(school.desk.service.app)
    for number in count():
        code, ben = await school.invited("admin"), await school.desk.service.guest()
        with failing_at(number, (organisations, "_documents")) as writes:
            answer = await school.desk.post("/me/organisations", {"code": code}, ben)
        if writes[0] <= number:
            assert answer.status_code == 201
            break
        assert kind(answer) == (503, "unavailable")
        again = await school.desk.post("/me/organisations", {"code": code}, ben)
        assert (again.status_code, again.json()["roles"]) == (201, ["admin"])
    assert number == 3


async def test_an_invitation_that_a_crash_left_half_taken_gives_nothing_back_either(school: School) -> None:
    organisations = ORGANISATIONS.fetch(school.desk.service.app)
    code, ben = await school.invited("admin"), await school.desk.service.guest()
    with failing_at(2, (organisations, "_documents")):
        assert (await school.desk.post("/me/organisations", {"code": code}, ben)).status_code == 503
    assert (await school.ask("DELETE", f"/members/{ben['learnerId']}", school.admin)).status_code == 204
    assert kind(await school.desk.post("/me/organisations", {"code": code}, ben)) == (409, "bad-invitation")


async def test_an_invitation_ends_after_a_week(school: School) -> None:
    code = await school.invited("author")
    guest = await school.desk.service.guest()
    school.desk.service.clock.forward(INVITATION_DAYS * 86_400)
    guest = (await school.desk.refresh(guest)).json()
    assert kind(await school.desk.post("/me/organisations", {"code": code}, guest)) == (409, "bad-invitation")


async def test_members_are_listed_in_pages(school: School) -> None:
    ids = {school.admin["learnerId"], *[(await school.member("learner"))["learnerId"] for _ in range(4)]}
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = f"&cursor={cursor}" if cursor else ""
        page = (await school.ask("GET", f"/members?limit=2{asked}", school.admin)).json()
        assert len(page["items"]) <= 2
        found += [member["learnerId"] for member in page["items"]]
        cursor = page["nextCursor"]
    assert found == sorted(ids)


@pytest.mark.parametrize("limit", ["0", "101", "x"])
async def test_a_page_has_a_size(school: School, limit: str) -> None:
    assert (await school.ask("GET", f"/members?limit={limit}", school.admin)).status_code == 400


async def test_an_admin_sets_roles_and_they_count_at_once(school: School) -> None:
    ben = await school.member("learner")
    path = f"/members/{ben['learnerId']}"
    assert kind(await school.ask("GET", "/members", ben)) == (403, "forbidden")
    answer = await school.ask("PUT", path, school.admin, {"roles": ["admin", "author", "author"]})
    assert answer.json()["roles"] == ["author", "admin"]
    assert (await school.ask("GET", "/members", ben)).status_code == 200
    await school.ask("PUT", path, school.admin, {"roles": ["learner"]})
    assert kind(await school.ask("GET", "/members", ben)) == (403, "forbidden")


async def test_nobody_becomes_a_member_without_their_own_yes(school: School) -> None:
    stranger = await school.desk.service.guest()
    answer = await school.ask("PUT", f"/members/{stranger['learnerId']}", school.admin, {"roles": ["learner"]})
    assert kind(answer) == (404, "not-found")


async def test_a_member_leaves_and_an_admin_ends_a_membership(school: School) -> None:
    ana, ben = await school.member("learner"), await school.member("author")
    assert kind(await school.ask("DELETE", f"/members/{ben['learnerId']}", ana)) == (403, "forbidden")
    assert (await school.ask("DELETE", f"/members/{ana['learnerId']}", ana)).status_code == 204
    assert kind(await school.ask("GET", "", ana)) == (404, "not-found")
    assert (await school.ask("DELETE", f"/members/{ben['learnerId']}", school.admin)).status_code == 204
    assert kind(await school.ask("DELETE", f"/members/{ben['learnerId']}", school.admin)) == (404, "not-found")


async def test_an_organisation_keeps_an_admin(school: School) -> None:
    path = f"/members/{school.admin['learnerId']}"
    assert kind(await school.ask("DELETE", path, school.admin)) == (409, "last-admin")
    assert kind(await school.ask("PUT", path, school.admin, {"roles": ["author"]})) == (409, "last-admin")
    await school.member("admin")
    assert (await school.ask("PUT", path, school.admin, {"roles": ["author"]})).status_code == 200


@pytest.mark.parametrize("how", ["leave", "demote"])
async def test_of_two_admins_who_go_at_the_same_moment_one_stays(school: School, how: str) -> None:
    organisations = ORGANISATIONS.fetch(school.desk.service.app)
    first = school.admin
    for _ in range(10):
        second = await School(school.desk, first).member("admin")
        answers = await asyncio.gather(*(go(school, tokens, how) for tokens in (first, second)))
        assert sorted(answer.status_code for answer in answers) == [200 if how == "demote" else 204, 409]
        left = [each.learner_id for each in await organisations.members(HOME) if "admin" in each.roles]
        assert len(left) == 1
        assert (await organisations.get(HOME)).endings == ()
        first = first if first["learnerId"] in left else second


async def test_of_five_admins_who_go_at_the_same_moment_one_stays(school: School) -> None:
    admins = [school.admin, *[await school.member("admin") for _ in range(4)]]
    for _ in range(5):
        await asyncio.gather(*(go(school, tokens, "leave") for tokens in admins))
    (left,) = await ORGANISATIONS.fetch(school.desk.service.app).members(HOME)
    assert left.roles == ("admin",)


async def go(school: School, tokens: dict[str, str], how: str) -> httpx.Response:
    """Leave, or give the role of an admin up."""
    path = f"/members/{tokens['learnerId']}"
    if how == "leave":
        return await school.ask("DELETE", path, tokens)
    return await school.ask("PUT", path, tokens, {"roles": ["author"]})


async def test_a_change_that_a_crash_cut_off_counts_for_a_minute_and_not_longer(school: School) -> None:
    organisations, ben = ORGANISATIONS.fetch(school.desk.service.app), await school.member("admin")
    with failing_at(1, (organisations, "_documents")):
        assert kind(await go(school, ben, "leave")) == (503, "unavailable")
    assert kind(await go(school, school.admin, "leave")) == (409, "last-admin")
    school.desk.service.clock.forward(60)
    assert (await go(school, school.admin, "leave")).status_code == 204
    assert (await organisations.get(HOME)).endings == ()
    assert [each.learner_id for each in await organisations.members(HOME)] == [ben["learnerId"]]


async def test_a_change_that_was_only_slow_begins_again_when_it_is_overtaken(school: School) -> None:
    organisations, ben = ORGANISATIONS.fetch(school.desk.service.app), await school.member("admin")
    member, version = await organisations.load_member(HOME, ben["learnerId"])
    with failing_at(1, (organisations, "_documents")):
        await go(school, ben, "leave")
    school.desk.service.clock.forward(60)
    assert (await go(school, school.admin, "leave")).status_code == 204
    with pytest.raises(VersionClashError):
        await organisations.replace_member(member.id, None, version)
    assert kind(await go(school, ben, "leave")) == (409, "last-admin")


async def test_an_organisation_is_renamed_by_its_admin(school: School) -> None:
    answer = await school.ask("PATCH", "", school.admin, {"name": " Seaside School "})
    assert answer.json() == {"id": "home", "name": "Seaside School", "roles": ["admin"]}
    ben = await school.member("educator")
    assert (await school.ask("GET", "", ben)).json()["name"] == "Seaside School"
    assert kind(await school.ask("PATCH", "", ben, {"name": "Mine"})) == (403, "forbidden")


async def test_what_a_role_is_refused_is_counted_under_its_status(school: School) -> None:
    await school.ask("GET", "/members", await school.member("author"))
    metrics = (await school.desk.service.client.get("/metrics")).text
    assert 'pacer_requests_total{operation="listMembers",status="403"} 1.0' in metrics


async def test_an_unknown_role_is_refused(school: School) -> None:
    answer = await school.ask("POST", "/invitations", school.admin, {"roles": ["owner"]})
    assert answer.status_code == 400
    assert {*ROLES} == {"learner", "author", "reviewer", "publisher", "educator", "admin"}
