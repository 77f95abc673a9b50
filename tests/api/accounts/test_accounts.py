import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from api.accounts.account import ACCOUNT
from api.accounts.families import FAMILY
from api.accounts.tokens import GRACE_SECONDS, REFRESH_DAYS
from api.composition import DATABASE_FILE

DAY = 86_400


async def refresh(service: Any, token: str) -> httpx.Response:
    answer: httpx.Response = await service.client.post("/v1/auth/refresh", json={"refreshToken": token})
    return answer


async def test_a_phone_starts_as_a_guest_and_reads_its_account(service: Any) -> None:
    tokens = await service.guest(locale="es-MX")
    me = await service.client.get("/v1/me", headers={"authorization": f"Bearer {tokens['accessToken']}"})
    assert me.status_code == 200
    assert me.json() == {
        "learnerId": tokens["learnerId"],
        "displayName": "",
        "locale": "es-MX",
        "zone": "Europe/Madrid",
        "dayStartsAt": 0,
        "personalised": True,
        "ageGroup": "",
        "createdAt": "2026-03-01T09:30:00.000Z",
        "email": None,
        "emailVerified": False,
        "hasPassword": False,
    }
    assert tokens["accessTokenExpiresAt"] == "2026-03-01T09:45:00.000Z"


async def test_a_device_comes_back_with_its_secret_and_gets_no_new_one(service: Any) -> None:
    first = await service.guest()
    again = await service.guest(learnerId=first["learnerId"], deviceSecret=first["deviceSecret"])
    assert again["learnerId"] == first["learnerId"]
    assert "deviceSecret" not in again
    assert again["refreshToken"] != first["refreshToken"]


async def test_a_wrong_secret_and_an_unknown_learner_are_told_apart_by_nobody(service: Any) -> None:
    first = await service.guest()
    unknown = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"
    details = set()
    for learner_id in (first["learnerId"], unknown):
        answer = await service.client.post(
            "/v1/auth/guest", json={"zone": "UTC", "learnerId": learner_id, "deviceSecret": "w" * 43}
        )
        assert answer.status_code == 401
        details.add((answer.json()["type"], answer.json()["detail"]))
    assert len(details) == 1


async def test_learner_id_and_device_secret_come_together(service: Any) -> None:
    answer = await service.client.post("/v1/auth/guest", json={"zone": "UTC", "deviceSecret": "w" * 43})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/learnerId"


async def test_changes_stay_and_absent_fields_do_not_move(service: Any) -> None:
    headers = await service.headers()
    answer = await service.client.patch("/v1/me", headers=headers, json={"displayName": "Ana", "dayStartsAt": 4})
    assert answer.status_code == 200
    answer = await service.client.patch("/v1/me", headers=headers, json={"personalised": False, "zone": "Asia/Tokyo"})
    me = (await service.client.get("/v1/me", headers=headers)).json()
    assert me == answer.json()
    assert (me["displayName"], me["dayStartsAt"], me["personalised"], me["zone"]) == ("Ana", 4, False, "Asia/Tokyo")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"dayStartsAt": 7}, "/dayStartsAt"),
        ({"dayStartsAt": "4"}, "/dayStartsAt"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"zone": "+02:00"}, "/zone"),
        ({"locale": "not a tag"}, "/locale"),
        ({"displayName": "x" * 61}, "/displayName"),
        ({"displayName": "two\nlines"}, "/displayName"),
        ({"displayName": None}, "/displayName"),
        ({"personalised": None}, "/personalised"),
    ],
)
async def test_a_change_that_cannot_be_is_refused_with_its_place(service: Any, change: Any, pointer: str) -> None:
    headers = await service.headers()
    before = (await service.client.get("/v1/me", headers=headers)).json()
    answer = await service.client.patch("/v1/me", headers=headers, json=change)
    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert (await service.client.get("/v1/me", headers=headers)).json() == before


async def test_spaces_around_a_name_are_dropped(service: Any) -> None:
    answer = await service.client.patch("/v1/me", headers=await service.headers(), json={"displayName": "  Ana María "})
    assert answer.json()["displayName"] == "Ana María"


async def test_fifty_changes_at_once_lose_none(service: Any) -> None:
    headers = await service.headers()
    fields: list[dict[str, Any]] = [
        {"displayName": "Ana"},
        {"dayStartsAt": 3},
        {"locale": "de"},
        {"personalised": False},
    ]
    answers = await asyncio.gather(
        *(service.client.patch("/v1/me", headers=headers, json=change) for change in fields * 3)
    )
    assert {answer.status_code for answer in answers} == {200}
    me = (await service.client.get("/v1/me", headers=headers)).json()
    assert (me["displayName"], me["dayStartsAt"], me["locale"], me["personalised"]) == ("Ana", 3, "de", False)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "bearer \xe9"])
async def test_without_a_valid_token_nobody_gets_in(service: Any, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header.encode("latin-1")}
    answer = await service.client.get("/v1/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:pacer:problem:unauthenticated"


async def test_an_access_token_ends_after_fifteen_minutes_and_a_refresh_gives_the_next(service: Any) -> None:
    tokens = await service.guest()
    headers = {"authorization": f"Bearer {tokens['accessToken']}"}
    service.clock.forward(15 * 60 - 1)
    assert (await service.client.get("/v1/me", headers=headers)).status_code == 200
    service.clock.forward(1)
    assert (await service.client.get("/v1/me", headers=headers)).status_code == 401
    fresh = (await refresh(service, tokens["refreshToken"])).json()
    assert fresh["learnerId"] == tokens["learnerId"]
    headers = {"authorization": f"Bearer {fresh['accessToken']}"}
    assert (await service.client.get("/v1/me", headers=headers)).status_code == 200


async def test_a_retry_within_a_minute_gets_the_same_successor_and_signs_nobody_out(service: Any) -> None:
    token = (await service.guest())["refreshToken"]
    successor = (await refresh(service, token)).json()["refreshToken"]
    service.clock.forward(GRACE_SECONDS)
    assert (await refresh(service, token)).json()["refreshToken"] == successor
    assert (await refresh(service, successor)).status_code == 200


async def test_use_after_the_grace_period_revokes_the_family_and_no_other(service: Any) -> None:
    first = await service.guest()
    other = await service.guest(learnerId=first["learnerId"], deviceSecret=first["deviceSecret"])
    successor = (await refresh(service, first["refreshToken"])).json()["refreshToken"]
    service.clock.forward(GRACE_SECONDS + 0.001)
    reused = await refresh(service, first["refreshToken"])
    assert reused.status_code == 401
    assert reused.json()["type"] == "urn:pacer:problem:refresh-token-reused"
    revoked = await refresh(service, successor)
    assert (revoked.status_code, revoked.json()["type"]) == (401, "urn:pacer:problem:bad-refresh-token")
    assert (await refresh(service, other["refreshToken"])).status_code == 200


async def test_a_token_two_generations_old_revokes_the_family_at_once(service: Any) -> None:
    first = (await service.guest())["refreshToken"]
    second = (await refresh(service, first)).json()["refreshToken"]
    third = (await refresh(service, second)).json()["refreshToken"]
    assert (await refresh(service, first)).json()["type"] == "urn:pacer:problem:refresh-token-reused"
    assert (await refresh(service, third)).status_code == 401


async def test_a_refresh_token_ends_after_ninety_days_without_use(service: Any) -> None:
    used, unused = (await service.guest())["refreshToken"], (await service.guest())["refreshToken"]
    service.clock.forward((REFRESH_DAYS - 1) * DAY)
    used = (await refresh(service, used)).json()["refreshToken"]
    service.clock.forward(DAY)
    assert (await refresh(service, unused)).status_code == 401
    assert (await refresh(service, used)).status_code == 200


async def test_two_hundred_refreshes_at_once_all_get_the_one_successor(service: Any) -> None:
    token = (await service.guest())["refreshToken"]
    answers = await asyncio.gather(*(refresh(service, token) for _ in range(200)))
    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.json()["refreshToken"] for answer in answers}
    assert len(successors) == 1
    assert (await refresh(service, successors.pop())).status_code == 200


async def test_no_secret_is_stored_as_it_is(service: Any) -> None:
    tokens = await service.guest()
    successor = (await refresh(service, tokens["refreshToken"])).json()
    stored = b"".join(path.read_bytes() for path in Path(service.settings.data).glob(DATABASE_FILE + "*"))
    assert tokens["learnerId"].encode() in stored
    for secret in (tokens["deviceSecret"], tokens["refreshToken"], successor["refreshToken"], tokens["accessToken"]):
        assert secret.encode() not in stored


def test_kinds_of_documents_keep_their_names() -> None:
    assert msgspec.json.encode([ACCOUNT, FAMILY]) == b'["account","tokenFamily"]'
