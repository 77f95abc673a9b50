"""Age groups: more protection by oneself, less only by an admin or the operator."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from click.testing import CliRunner

from api.accounts.callers import ACCOUNTS
from api.accounts.organisations.organisation import HOME
from api.accounts.organisations.roles import ORGANISATIONS
from api.cli import main
from api.settings import Settings
from tests.api.conftest import MovableClock, Served, running
from tests.api.sessions.conftest import Phone


async def says(phone: Phone, group: str) -> Any:
    return await phone.served.client.patch("/v1/me", json={"ageGroup": group}, headers=phone.headers)


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("", "adult", 200),
        ("adult", "", 200),
        ("adult", "under18", 200),
        ("", "under13", 200),
        ("under18", "under13", 200),
        ("under18", "under18", 200),
        ("under18", "adult", 409),
        ("under18", "", 409),
        ("under13", "under18", 409),
        ("under13", "", 409),
    ],
)
async def test_learners_raise_their_own_protection_and_never_lower_it(
    service: Served, before: str, after: str, status: int
) -> None:
    phone = Phone(service, await service.guest())
    assert (await says(phone, before)).status_code == 200
    answer = await says(phone, after)
    assert answer.status_code == status
    if status == 409:
        told = answer.json()
        assert told["type"] == "urn:pacer:problem:age-group-kept"
        assert "an admin of an organisation that you belong to can" in told["detail"]
        assert "pacer admin age" in told["detail"]
        answer = await service.client.patch(
            "/v1/me", json={"ageGroup": after, "displayName": "x"}, headers=phone.headers
        )
        assert answer.status_code == 409
    me = await phone.get("/me")
    assert (me["ageGroup"], me["displayName"]) == (after if status == 200 else before, "")


async def test_an_admin_sets_the_age_group_of_members_and_not_their_own(service: Served) -> None:
    child, admin, other = [Phone(service, await service.guest()) for _ in range(3)]
    await says(child, "under13")
    organisations = ORGANISATIONS.fetch(service.app)
    await organisations.admit(HOME, admin.tokens["learnerId"], ("admin",))
    await organisations.admit(HOME, other.tokens["learnerId"], ("educator",))
    heard: list[str] = []

    async def hear(account: Any) -> None:
        heard.append(account.age_group)

    ACCOUNTS.fetch(service.app).aged.append(hear)

    async def put(phone: Phone, learner: Phone, group: str) -> int:
        path = f"/v1/organisations/{HOME}/members/{learner.tokens['learnerId']}/age-group"
        answer = await service.client.put(path, json={"ageGroup": group}, headers=phone.headers)
        return int(answer.status_code)

    assert await put(admin, child, "under18") == 404  # not a member
    await organisations.admit(HOME, child.tokens["learnerId"], ("learner",))
    assert await put(other, child, "adult") == 403
    assert await put(child, child, "adult") == 403
    assert await put(admin, admin, "adult") == 403
    assert await put(admin, child, "under18") == 200
    assert ((await child.get("/me"))["ageGroup"], heard) == ("under18", ["under18"])


async def test_the_operator_sets_an_age_group(trackless: Settings, clock: MovableClock) -> None:
    async with running(trackless, clock) as served:
        phone = Phone(served, await served.guest())
        await says(phone, "under18")
    learner = phone.tokens["learnerId"]

    def age(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["admin", "age", *arguments, "--data", trackless.data])

    assert (await asyncio.to_thread(age, learner, "none")).output == f"{learner}: none\n"
    assert (await asyncio.to_thread(age, learner, "adult")).output == f"{learner}: adult\n"
    unknown = await asyncio.to_thread(age, "nobody", "adult")
    assert unknown.exit_code == 1
    assert "the account nobody does not exist any more" in unknown.output
    async with running(trackless, clock) as served:
        phone.served = served
        assert (await phone.get("/me"))["ageGroup"] == "adult"
