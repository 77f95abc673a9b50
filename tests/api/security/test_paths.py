"""Addresses that lead out of what is served, past the gate, or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.web.site import load_site
from tests.api.security.conftest import Target
from tests.api.security.raw import ask, request

UP = (
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "..%00",
    "%c0%ae%c0%ae",
    "%u002e%u002e",
    "..;",
    "....//",
    "..%5c",
    "..\\",
)
SLASHES = ("/", "%2f", "%252f", "\\", "%5c", "%c0%af", "//")
PROTECTED = "/v1/me"


def ways_out() -> list[str]:
    """Addresses below the page's files that climb to a file that there is on every machine."""
    version = load_site().version
    return [f"/web/{version}/{slash.join([up] * 12)}{slash}etc{slash}passwd" for up in UP for slash in SLASHES]


def test_no_way_leads_out_of_the_pages_files(target: Target) -> None:
    passwd = Path("/etc/passwd").read_bytes()[:20]
    for path in ways_out():
        (answer,) = ask(target.url, request("GET", path))
        assert answer.status in (400, 404), path
        assert answer.problem
        assert passwd not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/web/{version}/../site.py",
        "/web/{version}/%2e%2e/site.py",
        "/web/{version}/js/main.js%00",
        "/web/{version}/js/main.js%00.css",
        "/web/{version}/js",
        "/web/{version}/js/",
        "/web/{version}//etc/passwd",
        "/web/{version}/JS/main.js",
        "/web/{version}/js/main.js.",
        "/web/{version}/js/main.js::$DATA",
        "/web/{version}/.git/config",
        "/web/../data/secret",
        "/data/secret",
        "/secret",
        "/pacer.db",
        "/.env",
        "/.git/HEAD",
        "/api/app.py",
    ],
)
def test_only_what_the_page_loads_is_served(target: Target, path: str) -> None:
    (answer,) = ask(target.url, request("GET", path.format(version=load_site().version)))
    assert answer.status == 404
    assert answer.problem


@pytest.mark.parametrize(
    "path",
    [
        "//v1/me",
        "/v1//me",
        "/v1/me/",
        "/v1/me//",
        "/./v1/me",
        "/health/../v1/me",
        "/health/%2e%2e/v1/me",
        "/health%2f..%2fv1%2fme",
        "/v1%2fme",
        "/%76%31/me",
        "/v1/me%20",
        "/v1/me%09",
        "/v1/me;a=b",
        "/v1/me.json",
        "/v1/me%3f",
        "/v1/me%23",
        "/V1/ME",
        "/v1\\me",
        "/docs/../v1/me",
        "http://127.0.0.1/v1/me",
        "http://pacer.test@127.0.0.1/v1/me",
    ],
)
def test_no_way_of_writing_an_address_leads_past_the_gate(target: Target, path: str) -> None:
    (answer,) = ask(target.url, request("GET", path))
    assert answer.status in (400, 401, 404), path
    assert answer.problem


@pytest.mark.parametrize(
    "headers", [("X-Original-URL: /v1/me",), ("X-Rewrite-URL: /v1/me",), ("X-Forwarded-Prefix: /v1/me",)]
)
def test_no_header_is_an_address(target: Target, headers: tuple[str, ...]) -> None:
    (answer,) = ask(target.url, request("GET", "/health", *headers))
    assert answer.body == b'{"status":"alive"}'


@pytest.mark.parametrize(
    "path",
    [
        "/" + "a" * 60_000,
        "/" + "a/" * 30_000,
        "/v1/sessions/" + "9" * 60_000,
        "/v1/sessions/" + "%00" * 20_000,
        "/v1/sessions/" + "%F0%9F%92%A3" * 4_000,
        "/health?" + "a=1&" * 15_000,
        "/health?" + "a" * 60_000 + "=1",
        "/v1/tracks?limit=" + "9" * 50_000,
        "/%",
        "/%zz",
        "/%ff%fe",
        "/v1/sessions/%ed%a0%80",
        "/?%",
        "*",
        "",
        "no-slash",
    ],
)
def test_an_address_of_any_length_and_any_bytes_is_answered(target: Target, path: str) -> None:
    authorization = f"Authorization: Bearer {target.guest()['accessToken']}"
    for headers in ((), (authorization,)):
        (answer,) = ask(target.url, request("GET", path, *headers))
        assert answer.status in (200, 400, 401, 404, 431), (path[:40], answer.status)
        assert answer.status == 200 or len(answer.body) < 2_000
