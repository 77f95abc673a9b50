"""HTTP that no client should send: smuggled requests, endless heads, odd methods, injected headers."""

from __future__ import annotations

import pytest

from tests.api.security.conftest import Target
from tests.api.security.raw import Answer, ask, request

BODY = b'{"zone":"UTC"}'
START = b"POST /v1/auth/guest HTTP/1.1\r\nHost: pacer.test\r\nContent-Type: application/json\r\nConnection: close\r\n"
CHUNKED = b"e\r\n" + BODY + b"\r\n0\r\n\r\n"
SMUGGLED = b"GET /health HTTP/1.1\r\nHost: pacer.test\r\nConnection: close\r\n\r\n"
MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 14\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
        b"Transfer-Encoding: chunked\r\nContent-Length: 14\r\n\r\n" + CHUNKED,
        b"Content-Length: 14\r\nContent-Length: 10\r\n\r\n" + BODY,
        b"Content-Length: 14\r\nContent-Length: 14\r\n\r\n" + BODY,
        b"Content-Length: 14, 14\r\n\r\n" + BODY,
        b"Content-Length: +14\r\n\r\n" + BODY,
        b"Content-Length: -14\r\n\r\n" + BODY,
        b"Content-Length: 0x0e\r\n\r\n" + BODY,
        b"Content-Length: 14abc\r\n\r\n" + BODY,
        b"Content-Length: 1_4\r\n\r\n" + BODY,
        b"Content-Length: 99999999999999999999999\r\n\r\n" + BODY,
        b"Content-Length:\r\n\r\n" + BODY,
        b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED,
        b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKED,
        b"Transfer-Encoding: chunked, chunked\r\n\r\n" + CHUNKED,
        b"Transfer-Encoding: \x0bchunked\r\n\r\n" + CHUNKED,
        b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKED,
        b"X: a\r\n Transfer-Encoding: chunked\r\n\r\n" + CHUNKED,
        b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + BODY,
        b"Transfer-Encoding: chunked\r\n\r\n-e\r\n" + BODY,
        b"X: a\rTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
        b"X: a\x00b\r\n\r\n",
    ],
)
def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_after_it_is_read(
    target: Target, framing: bytes
) -> None:
    (answer,) = ask(target.url, START + framing + SMUGGLED)
    assert answer.status == 400
    assert answer.problem["type"] == "urn:pacer:problem:invalid-request"
    assert answer.header("connection") == ["close"]
    assert_protected(answer)


@pytest.mark.parametrize(
    "hosts",
    [
        b"",
        b"Host: pacer.test\r\nHost: pacer.test\r\n",
        b"Host: pacer.test\r\nhOST: evil.example\r\n",
        b"Host: pacer.test, evil.example\r\n",
        b"Host: pacer.test,evil.example\r\n",
        b"Host: pacer.test evil.example\r\n",
        b"Host: pacer.test/health\r\n",
        b"Host: ann@pacer.test\r\n",
        b"Host: pacer.test:80:80\r\n",
        b"Host: pacer.test:65536\r\n",
        b"Host: pacer.test:" + b"9" * 5000 + b"\r\n",
        b"Host: [::1\r\n",
        b"Host: [::::]\r\n",
        b"Host: [127.0.0.1]\r\n",
        b"Host: p\xc3\xa4cer.test\r\n",
    ],
)
def test_a_request_that_does_not_name_one_host_is_refused(target: Target, hosts: bytes) -> None:
    (answer,) = ask(target.url, b"GET /health HTTP/1.1\r\n" + hosts + b"\r\n" + SMUGGLED)
    assert answer.problem["type"] == "urn:pacer:problem:invalid-request"
    assert "Host" in answer.problem["detail"]
    assert_protected(answer)
    (answer,) = ask(target.url, START.replace(b"Host: pacer.test\r\n", hosts) + b"Content-Length: 14\r\n\r\n" + BODY)
    assert answer.status == 400


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.0\r\n",
        b"GET /health HTTP/1.1\r\nConnection: close\r\nHost:\r\n",
        b"GET /health HTTP/1.1\r\nConnection: close \t\r\nHost: \t pacer.test \t \r\n",
        b"GET /health HTTP/1.1\r\nConnection: close\r\nHost: pacer.test:\r\n",
        b"GET /health HTTP/1.1\r\nConnection: close\r\nHost: pacer.test:00065535\r\n",
        b"GET /health HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1:8000\r\n",
        b"GET /health HTTP/1.1\r\nConnection: close\r\nHOST: [::1]:8000\r\n",
        b"GET /health HTTP/1.1\r\nConnection: close\r\nHost: my_pacer-1.test.\r\n",
    ],
)
def test_a_request_that_names_its_host_or_need_not_is_answered(target: Target, head: bytes) -> None:
    (answer,) = ask(target.url, head + b"\r\n")
    assert answer.status == 200


def test_a_body_in_chunks_is_read_to_its_end_and_no_further(target: Target) -> None:
    kept = START.replace(b"Connection: close\r\n", b"")
    first, second = ask(target.url, kept + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED + SMUGGLED)
    assert (first.status, second.status) == (201, 200)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nX: " + b"a" * 20 * MEGABYTE,
        b"GET /" + b"a" * 20 * MEGABYTE,
        b"GET /health HTTP/1.1\r\n" + b"X: a\r\n" * 100_000,
        b"G" * 20 * MEGABYTE,
    ],
)
def test_a_head_without_an_end_is_not_held(target: Target, head: bytes) -> None:
    before = target.most_memory
    (answer,) = ask(target.url, head)
    assert answer.status in (400, 431)
    assert answer.problem
    assert target.most_memory - before < 4 * MEGABYTE


def test_headers_after_a_body_without_an_end_are_not_held(target: Target) -> None:
    before = target.most_memory
    answers = ask(target.url, START + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: a\r\n" * 3_000_000)
    assert all(answer.status >= 400 for answer in answers)
    assert target.most_memory - before < 8 * MEGABYTE


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PROPFIND", "PURGE", "LINK", "M-SEARCH"])
def test_a_method_that_is_not_taken_is_a_problem(target: Target, method: str) -> None:
    (answer,) = ask(target.url, request(method, "/health"))
    assert answer.problem["type"] == "urn:pacer:problem:method-not-allowed"
    assert answer.header("allow") == ["GET, HEAD, OPTIONS"]
    assert_protected(answer)


@pytest.mark.parametrize("method", ["FOO", "get", "G E T", "GET\x00", "\u00e9"])
def test_a_method_that_there_is_not_is_a_problem_too(target: Target, method: str) -> None:
    (answer,) = ask(target.url, request("GET", "/health").replace(b"GET", method.encode("latin-1"), 1))
    assert answer.status == 400
    assert answer.problem["type"] == "urn:pacer:problem:invalid-request"
    assert_protected(answer)


def test_head_sends_no_body_over_the_wire(target: Target) -> None:
    head, get = (ask(target.url, request(method, "/docs"))[0] for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    assert head.header("content-length") == [str(len(get.body))]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_makes_another_method_of_a_request(target: Target, header: str) -> None:
    authorization = f"Authorization: Bearer {target.guest()['accessToken']}"
    (answer,) = ask(target.url, request("POST", "/v1/me", authorization, f"{header}: PATCH"))
    assert answer.status == 405
    (answer,) = ask(target.url, request("GET", "/v1/me?_method=DELETE", authorization, f"{header}: DELETE"))
    assert answer.status == 200


@pytest.mark.parametrize("offer", ["websocket", "h2c", "TLS/1.3"])
def test_an_offer_of_another_protocol_is_answered_in_this_one(target: Target, offer: str) -> None:
    data = request("GET", "/health", f"Upgrade: {offer}").replace(b"Connection: close", b"Connection: Upgrade, close")
    (answer,) = ask(target.url, data)
    assert answer.status == 200


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00\x01" * 20, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x00" * 64]
)
def test_other_protocols_are_refused(target: Target, garbage: bytes) -> None:
    (answer,) = ask(target.url, garbage + b"\r\n\r\n")
    assert answer.status == 400


@pytest.mark.parametrize(
    "injected",
    [
        "/health%0d%0aX-Injected:%20yes",
        "/v1/sessions/%0d%0aX-Injected:%20yes",
        "/v1/tracks?cursor=%0d%0aX-Injected:%20yes",
        "/web/%0aX-Injected:yes/js/main.js",
    ],
)
def test_no_address_puts_a_header_into_the_answer(target: Target, injected: str) -> None:
    authorization = f"Authorization: Bearer {target.guest()['accessToken']}"
    for headers in ((), (authorization,)):
        (answer,) = ask(target.url, request("GET", injected, *headers))
        assert not answer.header("x-injected")
        assert not answer.header("set-cookie")


@pytest.mark.parametrize(
    "header",
    [
        "Pacer-Client: web/1\x0bX-Injected: yes",
        "Origin: https://a.example%0d%0aX-Injected: yes",
        "Accept: application/json%0d%0aX-Injected: yes",
        "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01%0d%0aX-Injected: yes",
        "If-None-Match: \xff\xfe",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-For: 1.2.3.4, \xff",
        "Idempotency-Key: \xff\x7f",
        "Last-Event-ID: -1",
        "Range: bytes=0-1,0-1,0-1",
        "Cookie: " + "a=b; " * 5000,
    ],
)
def test_no_header_of_a_request_breaks_or_bends_the_answer(target: Target, header: str) -> None:
    for path in ("/health", "/v1/me", "/", "/docs"):
        (answer,) = ask(target.url, request("GET", path, header))
        assert answer.status in (200, 400, 401, 406)
        assert not answer.header("x-injected")
        assert "evil.example" not in str(answer.headers)


def test_nobody_is_told_which_software_answers(target: Target) -> None:
    for path in ("/", "/health", "/v1/me", "/nowhere"):
        (answer,) = ask(target.url, request("GET", path))
        assert not answer.header("server")
        assert not answer.header("x-powered-by")
        assert b"uvicorn" not in answer.body.lower()
        assert b"litestar" not in answer.body.lower()


def assert_protected(answer: Answer) -> None:
    assert answer.header("x-content-type-options") == ["nosniff"]
    assert answer.header("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]
    assert answer.header("cache-control") == ["no-store"]
