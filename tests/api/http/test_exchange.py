"""Formats, codings, conditions and keys on the whole app."""

import gzip
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar, get

from api.http.compression import zstd
from api.http.versions import deprecated
from api.openapi import document
from api.settings import Settings
from api.wire import MAX_BODY_BYTES, PUBLIC, instant
from tests.api.conftest import MovableClock, running

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
MSGPACK = "application/vnd.msgpack"
KEY = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """The body, after its shape was looked at."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["type"]) == (status, f"urn:pacer:problem:{name}")
    return body


def unpacked(body: bytes) -> bytes:
    """The body of a response, which httpx has decompressed already where it can."""
    return zstd.decompress(body) if body.startswith(ZSTD_MAGIC) else body


@pytest.fixture
async def me(service: Any) -> dict[str, str]:
    headers: dict[str, str] = await service.headers()
    return headers


@pytest.mark.parametrize("name", [MSGPACK, "application/msgpack", "application/x-msgpack"])
async def test_an_answer_comes_as_message_pack_under_the_name_that_was_asked_for(
    service: Any, me: dict[str, str], name: str
) -> None:
    packed = await service.client.get("/v1/me", headers=me | {"accept": f"{name}, application/json;q=0.5"})
    plain = await service.client.get("/v1/me", headers=me)
    assert (packed.headers["content-type"], plain.headers["content-type"]) == (name, "application/json")
    assert msgspec.msgpack.decode(packed.content) == plain.json()
    assert packed.headers["vary"] == plain.headers["vary"] == "accept, accept-encoding"
    assert packed.headers["etag"] != plain.headers["etag"]


async def test_a_body_may_be_message_pack_and_its_faults_name_the_place(service: Any, me: dict[str, str]) -> None:
    sent = me | {"content-type": MSGPACK}
    answer = await service.client.patch("/v1/me", content=msgspec.msgpack.encode({"displayName": "Ana"}), headers=sent)
    assert answer.json()["displayName"] == "Ana"
    wrong = await service.client.patch("/v1/me", content=msgspec.msgpack.encode({"dayStartsAt": "4"}), headers=sent)
    assert [fault["pointer"] for fault in problem(wrong, 400, "invalid-request")["errors"]] == ["/dayStartsAt"]
    for body in (b"", b"\xc1", b'{"displayName": 1}'):
        problem(await service.client.patch("/v1/me", content=body, headers=sent), 400, "invalid-request")


async def test_a_whole_lesson_is_played_in_message_pack(served: Any) -> None:
    headers = await served.headers() | {"accept": MSGPACK, "content-type": MSGPACK}
    sequence = 0

    async def post(path: str, **fields: Any) -> Any:
        nonlocal sequence
        sequence += 1
        body = {
            "eventId": f"0195506e-8f00-7c3a-9b1e-{sequence:012x}",
            "clientTime": instant(served.clock()),
            "zone": "Europe/Madrid",
            "deviceId": "phone",
            "sequence": sequence,
            **fields,
        }
        answer = await served.client.post(f"/v1{path}", content=msgspec.msgpack.encode(body), headers=headers)
        assert answer.status_code in (200, 201), answer.text
        assert answer.headers["content-type"] == MSGPACK
        return msgspec.msgpack.decode(answer.content)

    enrolment = await post("/tracks/python-from-zero/enrolments")
    session = await post("/sessions", enrolmentId=enrolment["id"], length=3)
    exercise = session["exercise"]
    while exercise is not None:
        served.clock.forward(10)
        exercise = (await post(f"/sessions/{session['id']}/skips", decisionId=exercise["decisionId"]))["next"]
        if sequence > 5:
            break
    assert (await post(f"/sessions/{session['id']}/finish"))["summary"]["answered"] == 0


async def test_a_form_that_is_not_given_is_refused_before_anything_is_done(service: Any, me: dict[str, str]) -> None:
    refused = await service.client.patch("/v1/me", json={"displayName": "Ana"}, headers=me | {"accept": "text/html"})
    assert "application/json" in problem(refused, 406, "not-acceptable")["detail"]
    assert (await service.client.get("/v1/me", headers=me)).json()["displayName"] != "Ana"
    assert (await service.client.get("/metrics", headers={"accept": "application/json"})).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"])
async def test_a_body_in_another_form_is_refused_with_those_that_are_read(
    service: Any, me: dict[str, str], kind: str
) -> None:
    answer = await service.client.patch("/v1/me", content=b"{}", headers=me | {"content-type": kind})
    problem(answer, 415, "unsupported-media-type")
    assert answer.headers["accept"] == f"application/json, {MSGPACK}"


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
async def test_bodies_may_be_compressed(service: Any, me: dict[str, str], coding: str, pack: Any) -> None:
    sent = me | {"content-type": "application/json", "content-encoding": coding}
    answer = await service.client.patch("/v1/me", content=pack(b'{"displayName": "Ana"}'), headers=sent)
    assert answer.json()["displayName"] == "Ana"
    bomb = pack(b'{"displayName": "' + b"a" * 50 * MAX_BODY_BYTES + b'"}')
    problem(await service.client.patch("/v1/me", content=bomb, headers=sent), 413, "too-large")
    problem(await service.client.patch("/v1/me", content=b"{}", headers=sent), 400, "invalid-request")


async def test_a_body_in_an_unknown_coding_is_refused(service: Any, me: dict[str, str]) -> None:
    answer = await service.client.patch("/v1/me", content=b"{}", headers=me | {"content-encoding": "br"})
    problem(answer, 415, "unsupported-media-type")
    assert answer.headers["accept-encoding"] == "zstd, gzip"


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_long_answers_are_compressed_and_short_ones_are_not(served: Any, coding: str) -> None:
    headers = await served.headers() | {"accept-encoding": coding}
    path = "/v1/tracks/python-from-zero"
    plain = await served.client.get(path, headers=headers | {"accept-encoding": "identity"})
    answer = await served.client.get(path, headers=headers)
    assert answer.headers["content-encoding"] == coding
    assert int(answer.headers["content-length"]) < len(plain.content) / 2
    assert unpacked(answer.content) == plain.content
    assert "content-encoding" not in (await served.client.get("/v1/me", headers=headers)).headers


@pytest.mark.parametrize(
    "path", ["/v1/tracks", "/v1/tracks/python-from-zero", "/v1/me", "/v1/me/game", "/v1/me/devices"]
)
@pytest.mark.parametrize("extra", [{}, {"accept": MSGPACK}, {"accept-encoding": "gzip"}])
async def test_what_is_known_is_not_sent_again(served: Any, path: str, extra: dict[str, str]) -> None:
    headers = await served.headers() | {"accept-encoding": "identity"} | extra
    first = await served.client.get(path, headers=headers)
    assert first.headers["cache-control"] == "private, no-cache"
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    again = await served.client.get(path, headers=headers | {"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in again.headers
    other = await served.client.get(path, headers=headers | {"if-none-match": '"x"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_a_tag_changes_with_what_it_stands_for(service: Any, me: dict[str, str]) -> None:
    before = (await service.client.get("/v1/me", headers=me)).headers["etag"]
    changed = await service.client.patch("/v1/me", json={"displayName": "Ana"}, headers=me)
    after = await service.client.get("/v1/me", headers=me | {"if-none-match": before})
    assert after.status_code == 200
    assert after.headers["etag"] == changed.headers["etag"] != before


async def test_the_reference_is_sent_once(service: Any) -> None:
    for path in ("/docs/openapi.json", "/docs"):
        first = await service.client.get(path, headers={"accept-encoding": "zstd"})
        assert (first.headers["content-encoding"], first.headers["vary"]) == ("zstd", "accept-encoding")
        sent = {"accept-encoding": "zstd", "if-none-match": first.headers["etag"]}
        assert (await service.client.get(path, headers=sent)).status_code == 304


async def test_a_change_on_what_was_read_passes_and_on_what_has_changed_does_not(
    service: Any, me: dict[str, str]
) -> None:
    tag = (await service.client.get("/v1/me", headers=me)).headers["etag"]
    answer = await service.client.patch("/v1/me", json={"displayName": "Ana"}, headers=me | {"if-match": tag})
    assert answer.status_code == 200
    late = await service.client.patch("/v1/me", json={"displayName": "Bea"}, headers=me | {"if-match": tag})
    problem(late, 412, "precondition-failed")
    for header in (answer.headers["etag"], "*"):
        same = await service.client.patch("/v1/me", json={"displayName": "Ana"}, headers=me | {"if-match": header})
        assert same.json()["displayName"] == "Ana"


async def test_progress_stays_the_same_for_a_minute(served: Any) -> None:
    headers = await served.headers()
    body = {
        "eventId": KEY,
        "clientTime": instant(served.clock()),
        "zone": "Europe/Madrid",
        "deviceId": "phone",
        "sequence": 1,
    }
    await served.client.post("/v1/tracks/python-from-zero/enrolments", json=body, headers=headers)
    first = await served.client.get("/v1/me/progress", headers=headers)
    served.clock.forward(59)
    known = headers | {"if-none-match": first.headers["etag"]}
    assert (await served.client.get("/v1/me/progress", headers=known)).status_code == 304


async def test_a_write_that_is_sent_again_under_its_key_is_done_once(service: Any) -> None:
    sent = {"idempotency-key": KEY}
    first = await service.client.post("/v1/auth/guest", json={"zone": "Europe/Madrid"}, headers=sent)
    again = await service.client.post("/v1/auth/guest", json={"zone": "Europe/Madrid"}, headers=sent)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    other = await service.client.post("/v1/auth/guest", json={"zone": "UTC"}, headers=sent)
    problem(other, 422, "idempotency-key-reused")
    guessed = await service.client.post(
        "/v1/auth/guest", json={"zone": "Europe/Madrid"}, headers={"idempotency-key": "1"}
    )
    assert problem(guessed, 400, "invalid-request")["errors"][0]["parameter"] == "Idempotency-Key"


async def test_a_key_of_one_learner_is_none_of_anothers(service: Any) -> None:
    codes = []
    for headers in (await service.headers(), await service.headers()):
        sent = headers | {"idempotency-key": "1"}
        for _ in range(2):
            answer = await service.client.post("/v1/me/recovery-code", headers=sent)
            assert answer.status_code == 201
            codes.append(answer.json()["code"])
    assert codes[0] == codes[1] != codes[2] == codes[3]


async def test_a_write_that_was_refused_may_be_sent_again_under_its_key(service: Any, me: dict[str, str]) -> None:
    sent = me | {"idempotency-key": KEY}
    problem(await service.client.patch("/v1/me", json={"dayStartsAt": 9}, headers=sent), 400, "invalid-request")
    assert (await service.client.patch("/v1/me", json={"dayStartsAt": 4}, headers=sent)).status_code == 200


async def test_an_event_has_its_own_id_and_its_key_is_not_looked_at(served: Any) -> None:
    sent = await served.headers() | {"idempotency-key": "1"}
    for sequence in (1, 2):
        body = {
            "eventId": f"0195506e-8f00-7c3a-9b1e-{sequence:012x}",
            "clientTime": instant(served.clock()),
            "zone": "Europe/Madrid",
            "deviceId": "phone",
            "sequence": sequence,
        }
        answer = await served.client.post("/v1/tracks/python-from-zero/enrolments", json=body, headers=sent)
        assert answer.status_code == 201
        assert answer.json()["id"] == body["eventId"]


@pytest.mark.parametrize("path", ["/v1/tracks", "/v1/me/progress"])
async def test_a_cursor_that_was_made_up_is_refused(service: Any, me: dict[str, str], path: str) -> None:
    for cursor in ("x", "python-from-zero", "", "A" * 60):
        answer = await service.client.get(path, params={"cursor": cursor}, headers=me)
        assert problem(answer, 400, "bad-cursor")["errors"][0]["parameter"] == "cursor"
    for limit in (0, 101, "x"):
        answer = await service.client.get(path, params={"limit": limit}, headers=me)
        assert problem(answer, 400, "invalid-request")["errors"][0]["parameter"] == "limit"


@get("/old", operation_id="getOld", summary="x", opt=PUBLIC | deprecated("2026-09-01", "2027-03-01"))
async def get_old() -> int:
    """x"""
    return 1


async def test_a_route_that_will_be_gone_says_so_and_so_does_the_document(service: Any) -> None:
    service.app.register(get_old)
    answer = await service.client.get("/old")
    assert answer.headers["deprecation"] == "@1788220800"
    assert answer.headers["sunset"] == "Mon, 01 Mar 2027 00:00:00 GMT"
    operation = document(Litestar([get_old], openapi_config=None))["paths"]["/old"]["get"]
    assert operation["deprecated"] is True
    assert {"Deprecation", "Sunset"} <= operation["responses"]["200"]["headers"].keys()


async def test_a_client_that_is_too_old_is_told_to_update_and_nothing_is_done(
    trackless: Settings, clock: MovableClock
) -> None:
    demanding = msgspec.structs.replace(trackless, min_clients="android/2.4, ios/1.10")
    async with running(demanding, clock) as service:
        for version in ("android/2.4", "web/0.1", "android/2.10.1 (Pixel)"):
            answer = await service.client.get("/v1/me", headers=await service.headers() | {"pacer-client": version})
            assert answer.status_code == 200
        old = {"pacer-client": "android/2.3.9"}
        answer = await service.client.post("/v1/auth/guest", json={"zone": "Europe/Madrid"}, headers=old)
        assert "update it to android/2.4.0" in problem(answer, 426, "client-too-old")["detail"]
        assert answer.headers["upgrade"] == "android/2.4.0"
        bad = await service.client.get("/health", headers={"pacer-client": "android"})
        assert problem(bad, 400, "invalid-request")["errors"][0]["parameter"] == "Pacer-Client"
