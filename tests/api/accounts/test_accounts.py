import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from api.accounts.service import ACCOUNT, FAMILY
from api.accounts.tokens import GRACE_SECONDS, REFRESH_DAYS
from api.composition import DATABASE_FILE

DAY = 86_400


async def refresh(served: Any, token: str) -> httpx.Response:
    answer: httpx.Response = await served.client.post("/v1/auth/refresh", json={"refreshToken": token})
    return answer


async def test_a_phone_starts_as_a_guest_and_reads_its_account(served: Any) -> None:
    tokens = await served.guest(locale="es-MX")
    me = await served.client.get("/v1/me", headers={"authorization": f"Bearer {tokens['accessToken']}"})
    assert me.status_code == 200
    assert me.json() == {
        "learnerId": tokens["learnerId"],
        "displayName": "",
        "locale": "es-MX",
        "zone": "Europe/Madrid",
        "dayStartsAt": 0,
        "personalised": True,
        "createdAt": "2026-03-01T09:30:00.000Z",
    }
    assert tokens["accessTokenExpiresAt"] == "2026-03-01T09:45:00.000Z"


async def test_a_device_comes_back_with_its_secret_and_gets_no_new_one(served: Any) -> None:
    first = await served.guest()
    again = await served.guest(learnerId=first["learnerId"], deviceSecret=first["deviceSecret"])
    assert again["learnerId"] == first["learnerId"]
    assert "deviceSecret" not in again
    assert again["refreshToken"] != first["refreshToken"]


async def test_a_wrong_secret_and_an_unknown_learner_are_told_apart_by_nobody(served: Any) -> None:
    first = await served.guest()
    unknown = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"
    details = set()
    for learner_id in (first["learnerId"], unknown):
        answer = await served.client.post(
            "/v1/auth/guest", json={"zone": "UTC", "learnerId": learner_id, "deviceSecret": "w" * 43}
        )
        assert answer.status_code == 401
        details.add((answer.json()["type"], answer.json()["detail"]))
    assert len(details) == 1


async def test_learner_id_and_device_secret_come_together(served: Any) -> None:
    answer = await served.client.post("/v1/auth/guest", json={"zone": "UTC", "deviceSecret": "w" * 43})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/learnerId"


async def test_changes_stay_and_absent_fields_do_not_move(served: Any) -> None:
    headers = await served.headers()
    answer = await served.client.patch("/v1/me", headers=headers, json={"displayName": "Ana", "dayStartsAt": 4})
    assert answer.status_code == 200
    answer = await served.client.patch("/v1/me", headers=headers, json={"personalised": False, "zone": "Asia/Tokyo"})
    me = (await served.client.get("/v1/me", headers=headers)).json()
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
        ({"personalised": None}, "/personalised"),
    ],
)
async def test_a_change_that_cannot_be_is_refused_with_its_place(served: Any, change: Any, pointer: str) -> None:
    headers = await served.headers()
    before = (await served.client.get("/v1/me", headers=headers)).json()
    answer = await served.client.patch("/v1/me", headers=headers, json=change)
    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert (await served.client.get("/v1/me", headers=headers)).json() == before


async def test_fifty_changes_at_once_lose_none(served: Any) -> None:
    headers = await served.headers()
    fields: list[dict[str, Any]] = [
        {"displayName": "Ana"},
        {"dayStartsAt": 3},
        {"locale": "de"},
        {"personalised": False},
    ]
    answers = await asyncio.gather(
        *(served.client.patch("/v1/me", headers=headers, json=change) for change in fields * 3)
    )
    assert {answer.status_code for answer in answers} == {200}
    me = (await served.client.get("/v1/me", headers=headers)).json()
    assert (me["displayName"], me["dayStartsAt"], me["locale"], me["personalised"]) == ("Ana", 3, "de", False)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "bearer \xe9"])
async def test_without_a_valid_token_nobody_gets_in(served: Any, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header.encode("latin-1")}
    answer = await served.client.get("/v1/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:pacer:problem:unauthenticated"


async def test_an_access_token_ends_after_fifteen_minutes_and_a_refresh_gives_the_next(served: Any) -> None:
    tokens = await served.guest()
    headers = {"authorization": f"Bearer {tokens['accessToken']}"}
    served.clock.forward(15 * 60 - 1)
    assert (await served.client.get("/v1/me", headers=headers)).status_code == 200
    served.clock.forward(1)
    assert (await served.client.get("/v1/me", headers=headers)).status_code == 401
    fresh = (await refresh(served, tokens["refreshToken"])).json()
    assert fresh["learnerId"] == tokens["learnerId"]
    headers = {"authorization": f"Bearer {fresh['accessToken']}"}
    assert (await served.client.get("/v1/me", headers=headers)).status_code == 200


async def test_a_retry_within_a_minute_gets_the_same_successor_and_signs_nobody_out(served: Any) -> None:
    token = (await served.guest())["refreshToken"]
    successor = (await refresh(served, token)).json()["refreshToken"]
    served.clock.forward(GRACE_SECONDS)
    assert (await refresh(served, token)).json()["refreshToken"] == successor
    assert (await refresh(served, successor)).status_code == 200


async def test_use_after_the_grace_period_revokes_the_family_and_no_other(served: Any) -> None:
    first = await served.guest()
    other = await served.guest(learnerId=first["learnerId"], deviceSecret=first["deviceSecret"])
    successor = (await refresh(served, first["refreshToken"])).json()["refreshToken"]
    served.clock.forward(GRACE_SECONDS + 0.001)
    reused = await refresh(served, first["refreshToken"])
    assert reused.status_code == 401
    assert reused.json()["type"] == "urn:pacer:problem:refresh-token-reused"
    revoked = await refresh(served, successor)
    assert (revoked.status_code, revoked.json()["type"]) == (401, "urn:pacer:problem:bad-refresh-token")
    assert (await refresh(served, other["refreshToken"])).status_code == 200


async def test_a_token_two_generations_old_revokes_the_family_at_once(served: Any) -> None:
    first = (await served.guest())["refreshToken"]
    second = (await refresh(served, first)).json()["refreshToken"]
    third = (await refresh(served, second)).json()["refreshToken"]
    assert (await refresh(served, first)).json()["type"] == "urn:pacer:problem:refresh-token-reused"
    assert (await refresh(served, third)).status_code == 401


async def test_a_refresh_token_ends_after_ninety_days_without_use(served: Any) -> None:
    used, unused = (await served.guest())["refreshToken"], (await served.guest())["refreshToken"]
    served.clock.forward((REFRESH_DAYS - 1) * DAY)
    used = (await refresh(served, used)).json()["refreshToken"]
    served.clock.forward(DAY)
    assert (await refresh(served, unused)).status_code == 401
    assert (await refresh(served, used)).status_code == 200


async def test_two_hundred_refreshes_at_once_all_get_the_one_successor(served: Any) -> None:
    token = (await served.guest())["refreshToken"]
    answers = await asyncio.gather(*(refresh(served, token) for _ in range(200)))
    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.json()["refreshToken"] for answer in answers}
    assert len(successors) == 1
    assert (await refresh(served, successors.pop())).status_code == 200


async def test_no_secret_is_stored_as_it_is(served: Any) -> None:
    tokens = await served.guest()
    successor = (await refresh(served, tokens["refreshToken"])).json()
    stored = b"".join(path.read_bytes() for path in Path(served.settings.data).glob(DATABASE_FILE + "*"))
    assert tokens["learnerId"].encode() in stored
    for secret in (tokens["deviceSecret"], tokens["refreshToken"], successor["refreshToken"], tokens["accessToken"]):
        assert secret.encode() not in stored


def test_kinds_of_documents_keep_their_names() -> None:
    assert msgspec.json.encode([ACCOUNT, FAMILY]) == b'["account","tokenFamily"]'
