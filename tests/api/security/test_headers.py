"""Headers that protect, pages of other hosts, and HEAD: on every answer, errors included."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import get

from api.settings import Settings, SettingsError, load_settings
from api.wire import PUBLIC
from tests.api.conftest import MovableClock, Served, running

APP, OTHER = "https://app.example.org", "capacitor://localhost"
FOREIGN = [
    "https://evil.example",
    "http://app.example.org",
    "https://app.example.org:8443",
    "https://app.example.org.evil.example",
    "https://evilapp.example.org",
    "https://APP.example.org",
    "null",
    "*",
    "",
    "https://app.example.org, https://evil.example",
]
ASKED = [
    ("GET", "/v1/me", 401),
    ("GET", "/nowhere", 404),
    ("DELETE", "/v1/auth/guest", 405),
    ("POST", "/v1/auth/guest", 400),
    ("OPTIONS", "/v1/me", 204),
    ("GET", "/health", 200),
    ("GET", "/metrics", 200),
    ("GET", "/docs/openapi.json", 200),
]


@get("/try/broken", opt=PUBLIC)
async def break_down() -> None:
    raise RuntimeError("the inside of the server")


@pytest.fixture
async def shared(trackless: Settings, clock: MovableClock) -> AsyncIterator[Served]:
    """A service that pages of two other hosts may use, behind TLS."""
    settings = msgspec.structs.replace(trackless, origins=f"{APP}, {OTHER}", hsts=31_536_000)
    async with running(settings, clock) as found:
        yield found


async def test_every_answer_is_protected(service: Any) -> None:
    for method, path, status in ASKED:
        answer = await service.client.request(method, path)
        assert answer.status_code == status
        assert_protected(answer)


async def test_an_answer_to_a_fault_of_our_own_is_protected(service: Any) -> None:
    service.app.register(break_down)
    answer = await service.client.get("/try/broken")
    assert answer.status_code == 500
    assert_protected(answer)


def assert_protected(answer: httpx.Response) -> None:
    """No header twice, as two policies would both hold."""
    found = answer.headers
    assert found.get_list("x-content-type-options") == ["nosniff"]
    assert found.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]
    assert found.get_list("referrer-policy") == ["no-referrer"]
    assert len(found.get_list("cache-control")) == 1
    assert not {name for name in found if name.startswith("access-control-")}
    assert "strict-transport-security" not in found


async def test_tokens_are_kept_by_no_cache(service: Any) -> None:
    answer = await service.client.post("/v1/auth/guest", json={"zone": "UTC"})
    assert answer.headers["cache-control"] == "no-store"


async def test_what_has_an_entity_tag_may_be_kept_by_its_reader_alone(service: Any) -> None:
    for path in ("/v1/me", "/v1/tracks", "/v1/me/progress"):
        answer = await service.client.get(path, headers=await service.headers())
        kept = "private, no-cache" if "etag" in answer.headers else "no-store"
        assert answer.headers["cache-control"] == kept


async def test_the_page_runs_nothing_inline_and_is_framed_by_nobody(service: Any) -> None:
    answer = await service.client.get("/")
    (policy,) = answer.headers.get_list("content-security-policy")
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert not re.search(rb"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=|javascript:", answer.content)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_reference_styles_itself_by_what_its_policy_names(service: Any) -> None:
    answer = await service.client.get("/docs")
    (policy,) = answer.headers.get_list("content-security-policy")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert f"'sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy
    assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", answer.text)


READABLE = ("/", "/health", "/ready", "/metrics", "/docs", "/docs/openapi.json", "/v1/me", "/v1/tracks", "/nowhere")


async def test_head_is_get_without_the_body(service: Any) -> None:
    for headers in (await service.headers(), {}):
        for path in READABLE:
            await compare(service, path, headers)


async def compare(service: Any, path: str, headers: dict[str, str]) -> None:
    full = await service.client.get(path, headers=headers)
    bare = await service.client.head(path, headers=headers)
    assert (bare.status_code, bare.content) == (full.status_code, b"")
    counted = {"ratelimit"} | ({"content-length"} if path == "/metrics" else set())
    assert lasting(bare, counted) == lasting(full, counted)


def lasting(answer: httpx.Response, counted: set[str]) -> dict[str, str]:
    """Headers that do not change from one request to the next."""
    return {name: value for name, value in answer.headers.items() if name not in counted}


async def test_head_does_nothing_that_get_does_not_do(service: Any) -> None:
    answer = await service.client.head("/v1/auth/guest")
    assert answer.status_code == 405
    assert "HEAD" not in answer.headers["allow"]
    answer = await service.client.delete("/health")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_pages_of_other_hosts_may_do_nothing_unless_the_operator_says_so(service: Any) -> None:
    for origin in (APP, "https://evil.example", "null"):
        for answer in await visit(service, origin):
            assert not {name for name in answer.headers if name.startswith("access-control-")}


@pytest.mark.parametrize("origin", [APP, OTHER])
async def test_an_origin_that_was_set_may_read_every_answer(shared: Served, origin: str) -> None:
    preflight, *answers = await visit(shared, origin)
    assert preflight.status_code == 204
    assert "PATCH" in preflight.headers["access-control-allow-methods"].split(", ")
    assert {"authorization", "content-type"} <= set(preflight.headers["access-control-allow-headers"].split(", "))
    assert [answer.status_code for answer in answers] == [200, 401, 404, 405]
    for answer in (preflight, *answers):
        assert answer.headers.get_list("access-control-allow-origin") == [origin]
        assert "origin" in answer.headers["vary"].lower()
        assert "access-control-allow-credentials" not in answer.headers
    assert "etag" in answers[0].headers["access-control-expose-headers"].split(", ")


async def test_no_other_origin_may_read_anything(shared: Served) -> None:
    for origin in FOREIGN:
        for answer in await visit(shared, origin):
            assert not {name for name in answer.headers if name.startswith("access-control-")}
            assert "origin" in answer.headers["vary"].lower()


async def visit(service: Any, origin: str) -> list[httpx.Response]:
    """A preflight, an answer and some errors, as a page of that origin asks for them."""
    asked = {"access-control-request-method": "PATCH", "access-control-request-headers": "authorization"}
    client, headers = service.client, {"origin": origin}
    return [
        await client.options("/v1/me", headers=headers | asked),
        await client.get("/health", headers=headers),
        await client.get("/v1/me", headers=headers),
        await client.get("/nowhere", headers=headers),
        await client.delete("/health", headers=headers),
    ]


async def test_options_without_a_preflight_tells_the_methods_to_anyone(shared: Served) -> None:
    answer = await shared.client.options("/v1/me", headers={"origin": APP})
    assert {"GET", "HEAD", "OPTIONS", "PATCH"} <= set(answer.headers["allow"].split(", "))


async def test_browsers_are_kept_on_tls_if_the_operator_has_it(shared: Served) -> None:
    for answer in await visit(shared, APP):
        assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]
    assert "max-age" in (await shared.client.get("/")).headers["strict-transport-security"]


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "null",
        "https://*.example.org",
        "https://app.example.org/",
        "app.example.org",
        "https://a b",
        "HTTPS://A",
        "https://user@app.example.org",
        "https://a.example, *",
        "https://a.example,",
        "https://",
        "https://a.example\n",
        "https://a.example\r\nX: y",
    ],
)
def test_an_origin_that_is_not_exact_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match="PACER_ORIGINS"):
        load_settings({"PACER_ORIGINS": value})


def test_origins_are_read_as_browsers_write_them() -> None:
    text = "https://app.example.org, http://localhost:5173,capacitor://localhost, https://[2001:db8::1]:8443"
    assert load_settings({"PACER_ORIGINS": text}).allowed_origins == (
        "https://app.example.org",
        "http://localhost:5173",
        "capacitor://localhost",
        "https://[2001:db8::1]:8443",
    )
    assert load_settings({}).allowed_origins == ()
