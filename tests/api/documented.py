"""Every response of the app is one that its OpenAPI document foresees: path, status, headers, media type and body.

`check` is an event hook of the client that tests talk to the app with, so a response that is not documented fails the
test that got it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
import jsonschema
import msgspec
from litestar import Litestar

from api.app import ROUTERS
from api.http.compression import zstd
from api.http.document import COMMON
from api.http.negotiation import MESSAGE_PACK, MESSAGE_PACK_NAMES
from api.openapi import document

Json = dict[str, Any]
PROBLEM_JSON = "application/problem+json"
UNROUTED = {404, 405}
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class UndocumentedError(AssertionError):
    """A response that the document does not foresee."""


@cache
def described() -> Json:
    """The document of all routes, as it goes over the wire."""
    doc: Json = msgspec.json.decode(
        msgspec.json.encode(document(Litestar(ROUTERS, openapi_config=None, logging_config=None)))
    )
    return doc


@cache
def patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every documented path and what matches it; those without parameters first."""
    paths = sorted(described()["paths"], key=lambda path: ("{" in path, path))
    return tuple((re.compile(re.sub(r"{\w+}", "[^/]+", path)), path) for path in paths)


@cache
def validator(path: str, method: str, status: str, media: str) -> jsonschema.Draft202012Validator:
    """Checks bodies of one response."""
    schema = described()["paths"][path][method]["responses"][status]["content"][media]["schema"]
    return jsonschema.Draft202012Validator(schema | {"components": described()["components"]})


async def check(response: httpx.Response) -> None:
    """Raises UndocumentedError, saying what the document lacks. Paths outside of it are let pass."""
    request = response.request
    path = next((path for pattern, path in patterns() if pattern.fullmatch(request.url.path)), None)
    if path is None:
        if request.url.path.startswith("/v1/") and response.status_code not in UNROUTED:
            raise UndocumentedError(f"{request.method} {request.url.path} gave {response.status_code}; it has no path")
        return
    method = {"HEAD": "get"}.get(request.method, request.method.lower())
    if request.method == "OPTIONS":
        return
    operation = described()["paths"][path].get(method)
    if operation is None:
        if response.status_code not in UNROUTED:
            raise UndocumentedError(f"{request.method} {path} gave {response.status_code}; it has no such method")
        return
    found = operation["responses"].get(str(response.status_code))
    if found is None:
        raise UndocumentedError(f"{request.method} {path} gave {response.status_code}: {(await response.aread())!r}")
    check_headers(f"{request.method} {path} {response.status_code}", found, response.headers)
    if request.method != "HEAD":
        await check_body(response, found, (path, method, str(response.status_code)))


def check_headers(what: str, found: Json, headers: httpx.Headers) -> None:
    """Raises UndocumentedError for a header that is not named."""
    named = {name.lower() for name in found.get("headers", ())}
    if strange := set(headers) - named - COMMON:
        raise UndocumentedError(f"{what} has headers that are not documented: {', '.join(sorted(strange))}")
    for name, value in headers.items():
        if name in named:
            shown = next(text for key, text in found["headers"].items() if key.lower() == name)
            number = shown["schema"]["type"] == "integer"
            jsonschema.validate(int(value) if number else value, shown["schema"])


async def check_body(response: httpx.Response, found: Json, key: tuple[str, str, str]) -> None:
    """Raises UndocumentedError for a body in another form than is documented."""
    what, sent = " ".join(key), response.headers.get("content-type", "")
    contents = found.get("content", {})
    body = b"" if sent == "text/event-stream" else await response.aread()
    if body.startswith(ZSTD_MAGIC):  # httpx decompresses it only where it can
        body = zstd.decompress(body)
    if not contents:
        if body or sent:
            raise UndocumentedError(f"{what} has a body, and none is documented")
        return
    media = MESSAGE_PACK if sent in MESSAGE_PACK_NAMES else sent
    if media not in contents:
        raise UndocumentedError(f"{what} came as {sent!r}; documented are {', '.join(contents)}")
    if media in ("application/json", PROBLEM_JSON, MESSAGE_PACK):
        value = msgspec.msgpack.decode(body) if media == MESSAGE_PACK else msgspec.json.decode(body)
        error = next(validator(*key, media).iter_errors(value), None)
        if error is not None:
            raise UndocumentedError(f"{what} at {error.json_path}: {error.message}")
