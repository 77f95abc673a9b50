"""Bodies that are bombs, bottomless, lying, or something else than they say."""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from typing import Any

import msgspec
import pytest
from backports import zstd

from api.wire import MAX_BODY_BYTES
from tests.api.security.conftest import Target
from tests.api.security.raw import Answer, Wire, ask, request

GUEST = "/v1/auth/guest"
BODY = b'{"zone":"UTC"}'
MEGABYTE = 1_000_000
HUGE = 200 * MEGABYTE
DEEP = 200_000


def zeros_in_gzip(n_bytes: int) -> bytes:
    """A gzip stream of so many spaces; a thousandth of their size."""
    packer, block = zlib.compressobj(6, wbits=31), b" " * MEGABYTE
    return b"".join([*(packer.compress(block) for _ in range(n_bytes // MEGABYTE)), packer.flush()])


def zeros_in_zstd(n_bytes: int) -> bytes:
    """The same in zstd; less than a ten-thousandth."""
    packer, block = zstd.ZstdCompressor(level=3), b" " * MEGABYTE
    return b"".join([*(packer.compress(block) for _ in range(n_bytes // MEGABYTE)), packer.flush()])


def bomb_of(name: str) -> tuple[str, bytes]:
    """The coding that a bomb is sent as, and the bomb."""
    match name:
        case "gzip":
            return "gzip", zeros_in_gzip(HUGE)
        case "zstd":
            return "zstd", zeros_in_zstd(HUGE)
        case "gzip in gzip":
            return "gzip", gzip.compress(zeros_in_gzip(HUGE))
        case "members without number":
            return "gzip", gzip.compress(b"") * 40_000
        case _:
            return "zstd", struct.pack("<IBB", 0xFD2FB528, 0x00, 0xA8) + b"\x00" * 64


@pytest.mark.parametrize("name", ["gzip", "zstd", "gzip in gzip", "members without number", "a wide window"])
def test_a_bomb_is_refused_before_it_takes_memory(target: Target, name: str) -> None:
    coding, body = bomb_of(name)
    assert len(body) < MAX_BODY_BYTES
    before = target.most_memory
    (answer,) = ask(target.url, request("POST", GUEST, f"Content-Encoding: {coding}", body=body))
    assert answer.status in (400, 413)
    assert answer.problem
    assert target.most_memory - before < 24 * MEGABYTE


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "gzip, identity", "", "gzip;q=1", "x" * 5000])
def test_other_codings_are_refused_with_those_that_are_read(target: Target, coding: str) -> None:
    (answer,) = ask(target.url, request("POST", GUEST, f"Content-Encoding: {coding}", body=BODY))
    assert answer.status in (400, 415)
    assert answer.problem


@pytest.mark.parametrize("kind", ["application/json", "application/vnd.msgpack"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_body_nested_without_end_is_refused(target: Target, kind: str, signed_in: bool) -> None:
    packed = kind.endswith("msgpack")
    deep = b"\x91" * DEEP + b"\xc0" if packed else b"[" * DEEP + b"]" * DEEP
    whole = b"\x82\xa4zone\xa3UTC\xa1x" + deep if packed else b'{"zone":"UTC","x":' + deep + b"}"
    headers = {"content-type": kind}
    if signed_in:
        with target.signed_in() as client:
            answers = [
                client.patch("/v1/me", content=whole, headers=headers),
                client.post("/v1/sync", content=whole.replace(b"x", b"events"), headers=headers),
            ]
    else:
        answers = [target.client.post(GUEST, content=body, headers=headers) for body in (whole, deep)]
    for answer in answers:
        assert answer.status_code == 400, answer.text
        assert answer.json()["type"] == "urn:pacer:problem:invalid-request"


@pytest.mark.parametrize(
    "number",
    ["9" * 400_000, "1" + "0" * 308 + "0", "1e400", "-1e400", "1e999999999", "NaN", "Infinity", "-1", "0x10", "1_0"],
)
def test_a_number_that_no_number_is_expected_to_be_is_refused(target: Target, number: str) -> None:
    body = b'{"dayStartsAt":' + number.encode() + b"}"
    with target.signed_in() as client:
        answer = client.patch("/v1/me", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert len(answer.content) < 2_000


def test_an_id_of_any_length_is_refused_and_not_sent_back(target: Target) -> None:
    with target.signed_in() as client:
        for value in ("9" * 400_000, "../" * 100_000, "\x00" * 50_000, "\U0001f4a3" * 50_000, "a" * 513):
            for path, body in (
                ("/v1/auth/refresh", {"refreshToken": value}),
                ("/v1/auth/guest", {"zone": "UTC", "learnerId": value, "deviceSecret": value}),
                ("/v1/auth/login", {"email": value + "@example.org", "password": value}),
                ("/v1/auth/recover", {"code": value}),
            ):
                answer = client.post(path, json=body)
                assert answer.status_code in (400, 401), answer.text[:300]
                assert len(answer.content) < 2_000


@pytest.mark.parametrize("n_bytes", [MAX_BODY_BYTES + 1, 3 * MEGABYTE])
def test_a_body_of_unknown_length_is_read_to_the_limit_and_no_further(target: Target, n_bytes: int) -> None:
    head = b"POST /v1/auth/guest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    (answer, *_) = ask(target.url, head, b"%x\r\n" % n_bytes + b" " * n_bytes + b"\r\n0\r\n\r\n")
    assert answer.status == 413
    assert answer.problem["type"] == "urn:pacer:problem:too-large"


def test_a_body_without_an_end_is_cut_off(target: Target) -> None:
    before = target.most_memory
    head = b"POST /v1/auth/guest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answers = ask(target.url, head, *[b"10000\r\n" + b" " * 65_536 + b"\r\n"] * 400)
    assert all(answer.status == 413 for answer in answers)
    assert target.most_memory - before < 16 * MEGABYTE


def test_a_length_that_is_announced_and_too_large_is_refused_at_once(target: Target) -> None:
    (answer, *_) = ask(
        target.url, b"POST /v1/auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n" + BODY
    )
    assert answer.status == 413


def test_a_caller_who_leaves_in_the_middle_of_a_body_leaves_no_trace(target: Target) -> None:
    for _ in range(20):
        ask_and_leave(target.url)
    assert target.client.post(GUEST, content=BODY).status_code == 201


def ask_and_leave(url: str) -> None:
    """Send half a body and close."""
    with Wire(url) as wire:
        wire.send(b"POST /v1/auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + BODY)


FORM = b'--b\r\nContent-Disposition: form-data; name="zone"\r\n\r\nUTC\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=b", FORM),
        ("multipart/form-data", FORM),
        ("multipart/form-data; boundary=" + "b" * 60_000, FORM),
        ("application/x-www-form-urlencoded", b"zone=UTC&" * 50_000),
        ("text/plain", BODY),
        ("text/html", BODY),
        ("application/xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("application/x-python-pickle", b"cos\nsystem\n(S'true'\ntR."),
        ("application/yaml", b"!!python/object/apply:os.system [true]"),
        ("application/json, text/plain", BODY),
        ("*/*", BODY),
        ("\xff", BODY),
    ],
)
def test_only_json_and_messagepack_are_read(target: Target, kind: str, body: bytes) -> None:
    (answer,) = ask(target.url, request("POST", GUEST, f"Content-Type: {kind}", body=body))
    assert answer.status == 415
    assert answer.problem


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf" + BODY,
        b'{"zone":"\xff\xfe"}',
        b'{"zone":"\\ud800"}',
        b'{"zone":"UTC\\u0000"}',
        b'{"zone":"UTC"}{"zone":"UTC"}',
        b"{'zone':'UTC'}",
        b'{"zone":"UTC",}',
        b'{"zone":"UTC"/**/}',
        b'{"zone":"UTC","locale":NaN}',
        b'["zone","UTC"]',
        b'"UTC"',
        b"null",
        b'{"zone":["UTC"]}',
        b'{"__proto__":{"zone":"UTC"}}',
        b'{"zone":{"$ref":"#"}}',
    ],
)
def test_what_is_not_one_json_object_of_the_right_shape_is_refused(target: Target, body: bytes) -> None:
    (answer,) = ask(target.url, request("POST", GUEST, "Content-Type: application/json", body=body))
    assert answer.status == 400
    assert answer.problem["errors"]


def test_of_two_fields_with_one_name_the_last_counts_for_everybody(target: Target) -> None:
    """There is one reader of bodies, so that no two parts of the service can read one body in two ways."""
    with target.signed_in() as client:
        json_type = {"content-type": "application/json"}
        body = b'{"displayName":"First","displayName":"Second"}'
        shown = client.patch("/v1/me", content=body, headers=json_type).json()
        assert shown["displayName"] == client.get("/v1/me").json()["displayName"] == "Second"
        assert (
            client.patch("/v1/me", content=b'{"dayStartsAt":3,"dayStartsAt":99}', headers=json_type).status_code == 400
        )


PACKED: dict[str, bytes] = {
    "nothing": b"",
    "cut short": b"\x81\xa4zone\xa3U",
    "something after it": b"\x81\xa4zone\xa3UTC\xc0",
    "a length beyond its end": b"\xdf\xff\xff\xff\xff",
    "a text beyond its end": b"\x81\xa4zone\xdb\xff\xff\xff\xff",
    "bytes for a text": b"\x81\xa4zone\xc4\x03UTC",
    "a text that is no text": b"\x81\xa4zone\xa2\xff\xfe",
    "a key that is no text": b"\x81\x01\xa3UTC",
    "an extension": b"\x81\xa4zone\xd4\x01\x00",
    "a timestamp": b"\x81\xa4zone\xd6\xff\x00\x00\x00\x00",
    "a byte that means nothing": b"\xc1",
    "an array": b"\x91\xa3UTC",
    "JSON": BODY,
}


@pytest.mark.parametrize("name", PACKED)
def test_messagepack_that_is_not_what_it_should_be_is_refused(target: Target, name: str) -> None:
    (answer,) = ask(target.url, request("POST", GUEST, "Content-Type: application/vnd.msgpack", body=PACKED[name]))
    assert answer.status == 400, (name, answer.body)
    assert answer.problem


def test_messagepack_is_read_as_strictly_as_json(target: Target) -> None:
    for zone, status in (("UTC", 201), (7, 400), (None, 400), ({"$ne": ""}, 400)):
        body = msgspec.msgpack.encode({"zone": zone})
        (answer,) = ask(target.url, request("POST", GUEST, "Content-Type: application/msgpack", body=body))
        assert answer.status == status


INVENTED: dict[str, Any] = {
    "role": "admin",
    "roles": ["admin", "publisher"],
    "learnerId": "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d",
    "learner_id": "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d",
    "id": "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d",
    "isAdmin": True,
    "email": "eve@example.org",
    "emailVerified": True,
    "hasPassword": True,
    "password": "correct horse battery",
    "credentials": 99,
    "createdAt": "2001-01-01T00:00:00.000Z",
    "xp": 1_000_000,
    "organisationId": "home",
    "__class__": "Account",
}


def test_nobody_gives_themselves_what_is_not_theirs_to_give(target: Target) -> None:
    with target.signed_in() as client:
        before, progress = client.get("/v1/me").json(), client.get("/v1/me/progress").json()
        answer = client.patch("/v1/me", json={**INVENTED, "displayName": "Eve"})
        assert answer.status_code == 200
        assert answer.json() == client.get("/v1/me").json() == {**before, "displayName": "Eve"}
        assert client.get("/v1/me/progress").json() == progress
        other = {name: value for name, value in INVENTED.items() if name != "learnerId"}
        guest = client.post("/v1/auth/guest", json={**other, "zone": "UTC"}).json()
        assert guest["learnerId"] not in INVENTED.values()
        shown = client.get("/v1/me", headers={"authorization": f"Bearer {guest['accessToken']}"}).json()
        assert (shown["email"], shown["emailVerified"], shown["hasPassword"]) == (None, False, False)
        body = {**INVENTED, "email": "mallory@example.org", "zone": "UTC"}
        registered = target.client.post("/v1/auth/register", json=body).json()
        assert registered["learnerId"] not in INVENTED.values()
        tokens = {"authorization": f"Bearer {registered['tokens']['accessToken']}"}
        assert client.get("/v1/me", headers=tokens).json()["emailVerified"] is False
        for operation in ("/v1/organisations", "/v1/organisations/home/members"):
            assert client.get(operation, headers=tokens).status_code in (200, 403, 404, 405)
        listed = client.get("/v1/organisations", headers=tokens)
        assert listed.status_code != 200 or "admin" not in listed.text


def test_a_problem_is_small_however_large_the_request(target: Target) -> None:
    answers: list[Answer] = []
    for value in ("x" * 400_000, ["x"] * 90_000, {"x" * 400_000: "y"}):
        body = json.dumps({"zone": value, "locale": value}).encode()
        answers += ask(target.url, request("POST", GUEST, "Content-Type: application/json", body=body))
    assert {answer.status for answer in answers} == {400}
    assert all(len(answer.body) < 2_000 for answer in answers)
