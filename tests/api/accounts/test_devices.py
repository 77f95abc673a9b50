"""The list of sign-ins, and ending one."""

from typing import Any

from api.accounts.families import MAX_DEVICES
from api.accounts.tokens import REFRESH_DAYS


def bearer(tokens: dict[str, str]) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens['accessToken']}"}


async def devices(service: Any, tokens: dict[str, str]) -> list[dict[str, Any]]:
    answer = await service.client.get("/v1/me/devices", headers=bearer(tokens))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def refresh(service: Any, tokens: dict[str, str]) -> Any:
    return await service.client.post("/v1/auth/refresh", json={"refreshToken": tokens["refreshToken"]})


async def test_a_learner_sees_each_sign_in_and_which_one_asks(service: Any) -> None:
    first = await service.guest(deviceName="Ana's phone")
    service.clock.forward(60)
    second = await service.guest(
        learnerId=first["learnerId"], deviceSecret=first["deviceSecret"], deviceName="Ana's tablet"
    )
    tablet, phone = await devices(service, second)
    assert (tablet["name"], tablet["current"], phone["name"], phone["current"]) == (
        "Ana's tablet",
        True,
        "Ana's phone",
        False,
    )
    assert phone["signedInBy"] == "guest"
    assert phone["signedInAt"] == "2026-03-01T09:30:00.000Z"
    assert phone["expiresAt"] == "2026-05-30T09:30:00.000Z"


async def test_a_refresh_keeps_the_device_and_moves_its_last_use(service: Any) -> None:
    tokens = await service.guest(deviceName="Ana's phone")
    service.clock.forward(600)
    fresh = (await refresh(service, tokens)).json()
    (device,) = await devices(service, fresh)
    assert device["current"]
    assert (device["signedInAt"], device["lastUsedAt"]) == ("2026-03-01T09:30:00.000Z", "2026-03-01T09:40:00.000Z")


async def test_a_device_that_is_signed_out_gets_no_new_tokens_and_the_others_do(service: Any) -> None:
    first = await service.guest()
    second = await service.guest(learnerId=first["learnerId"], deviceSecret=first["deviceSecret"])
    lost = next(device["id"] for device in await devices(service, second) if not device["current"])
    answer = await service.client.delete(f"/v1/me/devices/{lost}", headers=bearer(second))
    assert (answer.status_code, answer.content) == (204, b"")
    refused = await refresh(service, first)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:pacer:problem:bad-refresh-token")
    assert (await refresh(service, second)).status_code == 200
    assert [device["current"] for device in await devices(service, second)] == [True]


async def test_a_guest_device_that_is_signed_out_does_not_come_back_with_its_secret(service: Any) -> None:
    lost = await service.guest()
    login = {"email": "ana@example.org", "password": "correct horse battery"}
    await service.client.post("/v1/auth/register", json={**login, "zone": "UTC"}, headers=bearer(lost))
    _, own = [(await service.client.post("/v1/auth/login", json=login)).json() for _ in range(2)]
    entries = await devices(service, own)
    secret = {"zone": "UTC", "learnerId": lost["learnerId"], "deviceSecret": lost["deviceSecret"]}
    password_only = next(entry["id"] for entry in entries if entry["signedInBy"] == "password" and not entry["current"])
    await service.client.delete(f"/v1/me/devices/{password_only}", headers=bearer(own))
    assert (await service.client.post("/v1/auth/guest", json=secret)).status_code == 201
    guest = next(entry["id"] for entry in entries if entry["signedInBy"] == "guest")
    assert (await service.client.delete(f"/v1/me/devices/{guest}", headers=bearer(own))).status_code == 204
    refused = await service.client.post("/v1/auth/guest", json=secret)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:pacer:problem:bad-credentials")
    assert (await refresh(service, own)).status_code == 200


async def test_nobody_takes_the_device_secret_of_another_away(service: Any) -> None:
    mine, other = await service.guest(), await service.guest()
    (device,) = await devices(service, other)
    await service.client.delete(f"/v1/me/devices/{device['id']}", headers=bearer(mine))
    await service.guest(learnerId=other["learnerId"], deviceSecret=other["deviceSecret"])


async def test_the_access_token_of_a_device_that_is_signed_out_ends_within_fifteen_minutes(service: Any) -> None:
    tokens = await service.guest()
    (device,) = await devices(service, tokens)
    await service.client.delete(f"/v1/me/devices/{device['id']}", headers=bearer(tokens))
    assert (await service.client.get("/v1/me", headers=bearer(tokens))).status_code == 200
    service.clock.forward(15 * 60)
    assert (await service.client.get("/v1/me", headers=bearer(tokens))).status_code == 401


async def test_nobody_ends_the_sign_in_of_another_and_none_twice(service: Any) -> None:
    mine, other = await service.guest(), await service.guest()
    (device,) = await devices(service, other)
    for _ in range(2):
        answer = await service.client.delete(f"/v1/me/devices/{device['id']}", headers=bearer(mine))
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:pacer:problem:not-found")
    assert (await service.client.delete(f"/v1/me/devices/{device['id']}", headers=bearer(other))).status_code == 204
    assert (await service.client.delete(f"/v1/me/devices/{device['id']}", headers=bearer(other))).status_code == 404


async def test_sign_ins_are_bounded_and_the_longest_unused_make_room(service: Any) -> None:
    first = await service.guest()
    known = {"learnerId": first["learnerId"], "deviceSecret": first["deviceSecret"]}
    tokens = [first]
    for _ in range(MAX_DEVICES):
        service.clock.forward(1)
        tokens.append(await service.guest(**known))
    assert len(await devices(service, tokens[-1])) == MAX_DEVICES
    assert (await refresh(service, first)).status_code == 401
    assert (await refresh(service, tokens[1])).status_code == 200


async def test_a_sign_in_that_ran_out_is_forgotten(service: Any) -> None:
    first = await service.guest()
    service.clock.forward(REFRESH_DAYS * 86_400)
    again = await service.guest(learnerId=first["learnerId"], deviceSecret=first["deviceSecret"])
    assert len(await devices(service, again)) == 1
