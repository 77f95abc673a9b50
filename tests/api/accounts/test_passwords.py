"""Registering and signing in with an address and a password, where the server sends no mail."""

import asyncio
import logging
from pathlib import Path

import msgspec
import pytest

from api.accounts.account import ACCOUNT, Account
from api.accounts.errors import OverloadedError
from api.accounts.signin.passwords import MAX_WAITING, Cost, Passwords, prepared
from api.accounts.signin.routes import SIGN_IN
from api.accounts.signin.throttle import ACCOUNT_FROM_ORIGIN
from api.composition import DATABASE_FILE
from tests.api.accounts.conftest import EMAIL, PASSWORD, Desk, bearer, kind

CHEAP = Cost(memory_kib=8, passes=1)


async def test_a_new_learner_registers_and_signs_in_from_anywhere(desk: Desk) -> None:
    answer = await desk.register(deviceName="Ana's phone")
    assert answer.status_code == 201
    registered = answer.json()
    assert registered["state"] == "active"
    me = await desk.me(registered["tokens"])
    assert (me["email"], me["emailVerified"], me["hasPassword"]) == (EMAIL, False, True)
    signed_in = await desk.login("  ANA@Example.ORG ")
    assert signed_in.status_code == 200
    assert signed_in.json()["learnerId"] == registered["learnerId"]
    assert "deviceSecret" not in signed_in.json()
    assert (await desk.me(signed_in.json()))["learnerId"] == registered["learnerId"]


async def test_a_guest_who_registers_keeps_the_id_and_the_settings(desk: Desk) -> None:
    guest = await desk.service.guest(locale="es-MX")
    await desk.service.client.patch("/v1/me", headers=bearer(guest), json={"displayName": "Ana"})
    answer = await desk.register(guest)
    assert answer.json() == {"learnerId": guest["learnerId"], "state": "active", "tokens": None}
    me = await desk.me((await desk.login()).json())
    assert (me["learnerId"], me["displayName"], me["locale"]) == (guest["learnerId"], "Ana", "es-MX")
    assert (await desk.refresh(guest)).status_code == 200


async def test_an_account_with_a_password_does_not_register_again(desk: Desk) -> None:
    guest = await desk.service.guest()
    await desk.register(guest)
    assert kind(await desk.register(guest, email="ben@example.org")) == (409, "already-registered")


async def test_an_address_has_one_account_however_it_is_written(desk: Desk) -> None:
    await desk.register()
    for spelling in (EMAIL, "Ana@EXAMPLE.org", "ａna@example.org"):
        assert kind(await desk.register(email=spelling)) == (409, "email-taken")
    assert kind(await desk.register(await desk.service.guest())) == (409, "email-taken")


async def test_of_twenty_who_register_an_address_at_once_one_gets_it(desk: Desk) -> None:
    guests = [await desk.service.guest() for _ in range(5)]
    answers = await asyncio.gather(*(desk.register(guest) for guest in [*guests, None, None, None]))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


async def test_a_token_that_is_not_valid_does_not_register_a_stranger(desk: Desk) -> None:
    answer = await desk.register({"accessToken": "x.y.z"})
    assert kind(answer) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"email": "ana"}, "/email"),
        ({"email": "ana@localhost"}, "/email"),
        ({"email": "ana@example.org\r\nBcc: all@example.org"}, "/email"),
        ({"password": "too short"}, "/password"),
        ({"password": "x" * 201}, "/password"),
        ({"password": EMAIL.upper()}, "/password"),
        ({"email": "correcthorse@example.org", "password": "CorrectHorse"}, "/password"),
        ({"zone": "Mars"}, "/zone"),
        ({"deviceName": "two\nlines"}, "/deviceName"),
    ],
)
async def test_what_cannot_be_registered_is_refused_with_its_place(
    desk: Desk, fields: dict[str, str], pointer: str
) -> None:
    answer = await desk.register(**fields)
    assert answer.status_code == 400, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_refusal_does_not_say_what_was_wrong_and_each_costs_one_hash(desk: Desk) -> None:
    await desk.register()
    passwords = SIGN_IN.fetch(desk.service.app)._passwords
    refusals = set()
    for email, password in ((EMAIL, "wrong horse battery"), ("nobody@example.org", PASSWORD), (EMAIL, "")):
        before = passwords.computed
        answer = await desk.login(email, password)
        assert passwords.computed == before + 1
        assert answer.headers["www-authenticate"] == "Bearer"
        refusals.add((answer.status_code, answer.json()["type"], answer.json()["detail"]))
    assert len(refusals) == 1
    before = passwords.computed
    assert (await desk.login()).status_code == 200
    assert passwords.computed == before + 1


async def test_guessing_is_slowed_down_for_known_and_unknown_addresses_alike(desk: Desk) -> None:
    await desk.register()
    for email in (EMAIL, "nobody@example.org"):
        limit = ACCOUNT_FROM_ORIGIN.limit - (email == EMAIL)
        answers = [await desk.login(email, "wrong horse battery") for _ in range(limit)]
        assert {answer.status_code for answer in answers} == {401}
        refused = await desk.login(email)
        assert kind(refused) == (429, "too-many-requests")
        assert 1 <= int(refused.headers["retry-after"]) <= ACCOUNT_FROM_ORIGIN.window_seconds


async def test_a_password_changes_and_every_other_device_is_signed_out(desk: Desk) -> None:
    first = (await desk.register()).json()["tokens"]
    second = (await desk.login()).json()
    change = {"currentPassword": PASSWORD, "newPassword": "another horse battery"}
    wrong = {**change, "currentPassword": "wrong horse battery"}
    client = desk.service.client
    assert kind(await client.put("/v1/me/password", headers=bearer(second), json=wrong)) == (401, "bad-credentials")
    assert (await client.put("/v1/me/password", headers=bearer(second), json=change)).status_code == 204
    assert (await desk.refresh(first)).status_code == 401
    assert (await desk.refresh(second)).status_code == 200
    assert (await desk.login()).status_code == 401
    assert (await desk.login(password="another horse battery")).status_code == 200


async def test_a_password_that_changes_shuts_out_whoever_has_the_device_secret_or_the_recovery_code(desk: Desk) -> None:
    guest = await desk.service.guest()
    await desk.register(guest)
    code = (await desk.post("/me/recovery-code", tokens=guest)).json()["code"]
    change = {"currentPassword": PASSWORD, "newPassword": "another horse battery"}
    own = (await desk.login()).json()
    await desk.service.client.put("/v1/me/password", headers=bearer(own), json=change)
    known = {"zone": "UTC", "learnerId": guest["learnerId"], "deviceSecret": guest["deviceSecret"]}
    assert kind(await desk.post("/auth/guest", known)) == (401, "bad-credentials")
    assert kind(await desk.post("/auth/recover", {"code": code})) == (401, "bad-credentials")
    assert (await desk.refresh(own)).status_code == 200


async def test_a_new_password_is_held_to_the_same_rules(desk: Desk) -> None:
    tokens = (await desk.register()).json()["tokens"]
    answer = await desk.service.client.put(
        "/v1/me/password", headers=bearer(tokens), json={"currentPassword": PASSWORD, "newPassword": EMAIL}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/newPassword")


async def test_a_guest_has_no_password_to_change(desk: Desk) -> None:
    answer = await desk.service.client.put(
        "/v1/me/password",
        headers=bearer(await desk.service.guest()),
        json={"currentPassword": "", "newPassword": PASSWORD},
    )
    assert kind(answer) == (401, "bad-credentials")


async def test_a_hash_with_other_parameters_is_replaced_at_the_next_sign_in(desk: Desk) -> None:
    learner_id = (await desk.register()).json()["learnerId"]
    documents = SIGN_IN.fetch(desk.service.app)._accounts._documents

    async def stored() -> Account:
        document = await documents.get(ACCOUNT, learner_id)
        return msgspec.json.decode(document.body, type=Account)

    old = msgspec.structs.replace(await stored(), password=await Passwords(cost=CHEAP).hash(PASSWORD))
    await documents.put(ACCOUNT, learner_id, msgspec.json.encode(old))
    assert (await desk.login(password="wrong horse battery")).status_code == 401
    assert (await stored()).password == old.password
    assert (await desk.login()).status_code == 200
    assert "m=19456,t=2,p=1" in (await stored()).password
    assert (await desk.login()).status_code == 200


async def test_a_password_is_read_as_people_type_it(desk: Desk) -> None:
    await desk.register(password="contraseña de año")
    assert (await desk.login(password="contrasen\u0303a\u00a0de an\u0303o")).status_code == 200


async def test_neither_password_nor_its_hash_is_told_or_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = (await desk.register()).json()["tokens"]
    await desk.login(password="wrong horse battery")
    assert "argon2" not in str(await desk.me(tokens))
    for secret in (PASSWORD, "wrong horse battery", EMAIL, "$argon2"):
        assert secret not in caplog.text
    stored = b"".join(path.read_bytes() for path in Path(desk.service.settings.data).glob(DATABASE_FILE + "*"))
    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in stored
    assert PASSWORD.encode() not in stored


async def test_no_more_hashes_are_computed_at_once_than_memory_is_set_aside_for() -> None:
    at_once, most = 0, 0

    class Counting(Passwords):
        def _matches(self, stored: str, password: str) -> bool:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            found = super()._matches(stored, password)
            at_once -= 1
            return found

    passwords = Counting(cost=CHEAP, at_once=2)
    stored = await passwords.hash(PASSWORD)
    assert all(await asyncio.gather(*(passwords.match(stored, PASSWORD) for _ in range(40))))
    assert most <= 2


async def test_a_crowd_beyond_the_queue_is_sent_away() -> None:
    passwords = Passwords(cost=CHEAP)
    answers = await asyncio.gather(
        *(passwords.match("", PASSWORD) for _ in range(MAX_WAITING + 10)), return_exceptions=True
    )
    assert sum(isinstance(answer, OverloadedError) for answer in answers) == 10
    assert await passwords.match("", PASSWORD) is False


async def test_nobody_has_the_password_of_nobody_and_a_damaged_hash_fits_none() -> None:
    passwords = Passwords(cost=CHEAP)
    assert not await passwords.match("", "")
    assert not await passwords.match("no hash", PASSWORD)


def test_spaces_and_accents_have_one_form() -> None:
    assert prepared("n\u0303 \u00a0\u2003x") == "\u00f1   x"
