"""What must hold however many ask at once, on every store: SQLite, and MongoDB behind either driver."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from api.accounts.tokens import GRACE_SECONDS
from api.composition import open_default_store
from api.settings import Settings
from api.store.mongo.store import MongoStore
from api.store.opening import Store
from tests.api.accounts.conftest import Desk
from tests.api.conftest import MovableClock, running


@pytest.fixture(params=["sqlite", "motor", "pymongo"])
async def shared(request: pytest.FixtureRequest, trackless: Settings, clock: MovableClock) -> AsyncIterator[list[Desk]]:
    """Workers on one store: three on MongoDB, the only one there can be on SQLite."""
    if request.param == "sqlite":
        async with running(trackless, clock, open_default_store) as served:
            yield [Desk(served)]
        return
    url: str = request.getfixturevalue("mongo_url")

    async def open_mongo(_: Settings) -> Store:
        return await MongoStore.open(url, request.param)

    async with (
        running(trackless, clock, open_mongo) as first,
        running(trackless, clock, open_mongo) as second,
        running(trackless, clock, open_mongo) as third,
    ):
        yield [Desk(first), Desk(second), Desk(third)]


async def test_two_hundred_refreshes_of_one_token_at_once_get_exactly_one_successor(shared: list[Desk]) -> None:
    first = await shared[0].service.guest()
    answers = await asyncio.gather(*(shared[number % len(shared)].refresh(first) for number in range(200)))
    assert Counter(answer.status_code for answer in answers) == {200: 200}
    (successor,) = {answer.json()["refreshToken"] for answer in answers}
    assert (await shared[-1].refresh({"refreshToken": successor})).status_code == 200


async def test_use_after_the_grace_period_revokes_the_family_for_every_worker(shared: list[Desk]) -> None:
    first = await shared[0].service.guest()
    second = (await shared[-1].refresh(first)).json()
    shared[0].service.clock.forward(GRACE_SECONDS + 1)
    reused = await asyncio.gather(*(desk.refresh(first) for desk in shared * 5))
    assert {answer.status_code for answer in reused} == {401}
    assert [(await desk.refresh(second)).status_code for desk in shared] == [401] * len(shared)


async def test_an_address_asked_for_by_many_goes_to_one_and_the_others_keep_their_guests(shared: list[Desk]) -> None:
    guests = [await desk.service.guest() for desk in shared * 3]
    answers = await asyncio.gather(
        *(shared[number % len(shared)].register(guest) for number, guest in enumerate(guests))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: len(guests) - 1}
    emails = [(await shared[0].me(guest))["email"] for guest in guests]
    assert Counter(email is None for email in emails) == {True: len(guests) - 1, False: 1}
    signed_in = (await shared[-1].login()).json()["learnerId"]
    assert [guest["learnerId"] == signed_in for guest in guests] == [email is not None for email in emails]


async def test_a_recovery_code_shown_to_every_worker_at_once_opens_the_account_once(shared: list[Desk]) -> None:
    guest = await shared[0].service.guest()
    code = (await shared[0].post("/me/recovery-code", tokens=guest)).json()["code"]
    answers = await asyncio.gather(*(desk.post("/auth/recover", {"code": code}) for desk in shared * 4))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 4 * len(shared) - 1}


async def test_devices_are_listed_and_ended_from_any_worker(shared: list[Desk]) -> None:
    first = await shared[0].service.guest(deviceName="phone")
    headers = {"authorization": f"Bearer {first['accessToken']}"}
    client = shared[-1].service.client
    (device,) = (await client.get("/v1/me/devices", headers=headers)).json()["items"]
    assert (device["name"], device["current"]) == ("phone", True)
    assert (await client.delete(f"/v1/me/devices/{device['id']}", headers=headers)).status_code == 204
    assert (await shared[0].refresh(first)).status_code == 401
