"""The check that every response in these tests goes through finds what is not documented."""

import httpx
import msgspec
import pytest

from tests.api.documented import UndocumentedError, check, described

ME = {
    "learnerId": "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d",
    "displayName": "",
    "locale": "en",
    "zone": "UTC",
    "dayStartsAt": 0,
    "personalised": True,
    "ageGroup": "",
    "createdAt": "2026-03-01T09:30:00.000Z",
    "email": None,
    "emailVerified": False,
    "hasPassword": False,
}
JSON, PROBLEM = "application/json", "application/problem+json"


def response(
    path: str, status: int, content: object = None, media: str = JSON, method: str = "GET", **headers: str
) -> httpx.Response:
    body = b"" if content is None else msgspec.json.encode(content)
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    if media:
        shown["content-type"] = media
    request = httpx.Request(method, f"http://pacer.test{path}")
    return httpx.Response(status, content=body, headers=shown, request=request)


async def test_what_is_documented_passes() -> None:
    example = described()["paths"]["/v1/me"]["get"]["responses"]["200"]["content"][JSON]["example"]
    for content in (ME, example):
        await check(response("/v1/me", 200, content, etag='"x"', ratelimit='"learner";r=1;t=1'))
    await check(response("/v1/me", 304, media="", etag='"x"'))
    await check(response("/elsewhere", 418, "anything"))
    await check(response("/v1/nowhere", 404, {}))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (response("/v1/nowhere", 200, ME), "has no path"),
        (response("/v1/me", 200, ME, method="PUT"), "no such method"),
        (response("/v1/me", 201, ME), "gave 201"),
        (response("/v1/me", 418, ME), "gave 418"),
        (response("/v1/me", 200, ME, x_inside="1"), "x-inside"),
        (response("/v1/me", 200, ME, media="text/plain"), "came as 'text/plain'"),
        (response("/v1/me", 404, ME), "gave 404"),
        (response("/v1/me", 401, ME, media=PROBLEM), "type"),
        (response("/v1/me", 200, ME | {"zone": 4}), r"\$\.zone"),
        (response("/v1/me", 200, {"zone": "UTC"}), "learnerId"),
        (response("/v1/me", 304, ME), "none is documented"),
    ],
)
async def test_what_is_not_documented_is_found(found: httpx.Response, told: str) -> None:
    with pytest.raises(UndocumentedError, match=told):
        await check(found)
