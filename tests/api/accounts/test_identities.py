"""The providers that sign in to an account: listed, and unlinked."""

from __future__ import annotations

import asyncio

import httpx
import msgspec

from api.accounts.oidc.routes import OIDC
from api.accounts.oidc.tokens import Person
from tests.api.accounts.conftest import EMAIL, Front, bearer, kind


async def identities(front: Front, tokens: dict[str, str]) -> list[dict[str, str]]:
    answer = await front.desk.service.client.get("/v1/me/identities", headers=bearer(tokens))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, str]] = answer.json()["items"]
    return items


async def unlink(front: Front, tokens: dict[str, str], identity: str) -> httpx.Response:
    return await front.desk.service.client.delete(f"/v1/me/identities/{identity}", headers=bearer(tokens))


async def test_an_identity_is_listed_and_unlinked_and_what_it_signed_in_elsewhere_ends(front: Front) -> None:
    owner = (await front.desk.register()).json()["tokens"]
    assert await identities(front, owner) == []
    tablet = (await front.show(front.token(), owner)).json()
    (found,) = await identities(front, owner)
    assert (found["provider"], found["linkedAt"]) == ("school", "2026-03-01T09:30:00.000Z")
    assert "person-1" not in str(found)
    assert kind(await unlink(front, await front.desk.service.guest(), found["id"])) == (404, "not-found")
    assert (await unlink(front, owner, found["id"])).status_code == 204
    assert await identities(front, owner) == []
    assert kind(await front.desk.refresh(tablet)) == (401, "bad-refresh-token")
    assert (await front.desk.refresh(owner)).status_code == 200
    assert (await front.show(front.token())).json()["learnerId"] != owner["learnerId"]
    assert kind(await unlink(front, owner, found["id"])) == (404, "not-found")


async def test_the_last_way_in_is_not_unlinked(front: Front) -> None:
    ana = (await front.show(front.token(email=EMAIL, email_verified=True))).json()
    (first,) = await identities(front, ana)
    assert kind(await unlink(front, ana, first["id"])) == (409, "last-sign-in")
    assert await identities(front, ana) == [first]
    await front.show(front.token(sub="person-2"), ana)
    assert (await unlink(front, ana, first["id"])).status_code == 204
    (second,) = await identities(front, ana)
    assert kind(await unlink(front, ana, second["id"])) == (409, "last-sign-in")
    code = (await front.desk.post("/me/recovery-code", tokens=ana)).json()["code"]
    assert (await unlink(front, ana, second["id"])).status_code == 204
    assert (await front.desk.post("/auth/recover", {"code": code})).status_code == 200


async def test_a_provider_that_is_known_no_more_is_no_way_in(front: Front) -> None:
    ana = (await front.show(front.token())).json()
    found = OIDC.fetch(front.desk.service.app)._identities
    await found.link(Person(issuer="https://gone.example", subject="1"), "gone", ana["learnerId"])
    school = next(each for each in await identities(front, ana) if each["provider"] == "school")
    gone = next(each for each in await identities(front, ana) if each["provider"] == "gone")
    assert kind(await unlink(front, ana, school["id"])) == (409, "last-sign-in")
    assert (await unlink(front, ana, gone["id"])).status_code == 204


async def test_of_the_last_two_ways_in_that_are_unlinked_at_once_one_stays_and_a_crash_locks_nobody_in(
    front: Front,
) -> None:
    ana = (await front.show(front.token())).json()
    await front.show(front.token(sub="person-2"), ana)
    both = await identities(front, ana)
    answers = await asyncio.gather(*(unlink(front, ana, each["id"]) for each in both))
    assert {answer.status_code for answer in answers} <= {204, 409}
    left = await identities(front, ana)
    assert left
    await front.show(front.token(sub="person-3"), ana)
    found, stored = OIDC.fetch(front.desk.service.app)._identities, (await identities(front, ana))[0]
    identity, version = await found.load(ana["learnerId"], stored["id"])
    await found.replace(msgspec.structs.replace(identity, ending_at=front.desk.service.clock.now), version)
    others = [each["id"] for each in await identities(front, ana) if each != stored]
    codes = [(await unlink(front, ana, each)).status_code for each in others]
    assert codes[-1] == 409
    front.desk.service.clock.forward(61)
    assert (await unlink(front, ana, others[-1])).status_code == 204


async def test_unlinking_needs_a_recent_sign_in(front: Front) -> None:
    owner = (await front.desk.register()).json()["tokens"]
    await front.show(front.token(), owner)
    (found,) = await identities(front, owner)
    front.desk.service.clock.forward(700)
    assert kind(await unlink(front, owner, found["id"])) == (403, "sign-in-again")


async def devices(front: Front, tokens: dict[str, str]) -> list[dict[str, str]]:
    answer = await front.desk.service.client.get("/v1/me/devices", headers=bearer(tokens))
    items: list[dict[str, str]] = answer.json()["items"]
    return items


async def end(front: Front, tokens: dict[str, str], device: str) -> httpx.Response:
    return await front.desk.service.client.delete(f"/v1/me/devices/{device}", headers=bearer(tokens))


async def linked_guest(front: Front, sub: str = "person-1") -> tuple[dict[str, str], dict[str, str], str]:
    """A guest's phone, a tablet that a provider signed in to the same account, and the phone's id."""
    phone = await front.desk.service.guest()
    tablet = (await front.show(front.token(sub=sub), phone)).json()
    (known,) = [device["id"] for device in await devices(front, tablet) if device["signedInBy"] == "guest"]
    return phone, tablet, known


async def comes_back(front: Front, phone: dict[str, str]) -> bool:
    known = {name: phone[name] for name in ("learnerId", "deviceSecret")}
    return (await front.desk.post("/auth/guest", {"zone": "UTC", **known})).status_code == 201


async def test_only_a_device_that_knows_the_device_secret_relies_on_it(front: Front) -> None:
    phone, tablet, known = await linked_guest(front)
    (identity,) = await identities(front, tablet)
    assert kind(await unlink(front, tablet, identity["id"])) == (409, "last-sign-in")
    assert (await end(front, tablet, known)).status_code == 204
    assert not await comes_back(front, phone)
    assert (await front.show(front.token())).json()["learnerId"] == phone["learnerId"]
    phone, tablet, known = await linked_guest(front, "person-2")
    (identity,) = await identities(front, phone)
    assert (await unlink(front, phone, identity["id"])).status_code == 204
    assert kind(await front.desk.refresh(tablet)) == (401, "bad-refresh-token")
    assert await comes_back(front, phone)


async def test_a_device_whose_secret_is_the_last_way_in_is_not_signed_out(front: Front) -> None:
    phone, tablet, known = await linked_guest(front)
    front.desk.service.clock.forward(1)
    found = OIDC.fetch(front.desk.service.app)._identities
    identity, version = await found.load(phone["learnerId"], (await identities(front, phone))[0]["id"])
    version = await found.replace(msgspec.structs.replace(identity, ending_at=front.desk.service.clock.now), version)
    assert kind(await end(front, tablet, known)) == (409, "last-sign-in")
    assert await comes_back(front, phone)
    front.desk.service.clock.forward(60)
    assert (await end(front, tablet, known)).status_code == 204
    assert not await comes_back(front, phone)
    assert (await found.load(phone["learnerId"], identity.id))[0].ending_at == 0


async def test_an_identity_that_is_unlinked_while_the_phone_is_signed_out_locks_nobody_out(front: Front) -> None:
    for turn in range(12):
        phone, tablet, known = await linked_guest(front, f"person-{turn}")
        (identity,) = await identities(front, phone)

        async def end_later(turns: int, tokens: dict[str, str], device: str) -> httpx.Response:
            for _ in range(turns):
                await asyncio.sleep(0)
            return await end(front, tokens, device)

        await asyncio.gather(unlink(front, phone, identity["id"]), end_later(turn, tablet, known))
        assert await comes_back(front, phone) or await identities(front, tablet)


async def test_a_device_that_was_signed_out_by_unlinking_does_not_end_the_secret_that_is_left(front: Front) -> None:
    phone, tablet, known = await linked_guest(front)
    (identity,) = await identities(front, phone)
    assert (await unlink(front, phone, identity["id"])).status_code == 204
    assert kind(await end(front, tablet, known)) == (409, "last-sign-in")
    assert await comes_back(front, phone)
    assert (await end(front, phone, known)).status_code == 204
    assert not await comes_back(front, phone)


async def test_unlinking_one_of_two_people_of_a_provider_leaves_the_devices_of_the_other(front: Front) -> None:
    owner = (await front.desk.register()).json()["tokens"]
    await front.show(front.token(), owner)
    (first,) = await identities(front, owner)
    await front.show(front.token(sub="person-2"), owner)
    one, two = [(await front.show(front.token(sub=f"person-{n}"))).json() for n in (1, 2)]
    assert (await unlink(front, owner, first["id"])).status_code == 204
    assert kind(await front.desk.refresh(one)) == (401, "bad-refresh-token")
    assert (await front.desk.refresh(two)).status_code == 200
