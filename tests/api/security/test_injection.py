"""Operators of a database where texts belong, in every place of every request, on every store."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
import uuid_utils

from api.openapi import Operation, document, find_operations
from api.settings import Settings
from tests.api.accounts.conftest import bearer
from tests.api.conftest import MovableClock, Served, running
from tests.api.sessions.conftest import EVERY_KIND, Phone

OPERATORS: tuple[Any, ...] = (
    {"$ne": None},
    {"$gt": ""},
    {"$regex": ".*"},
    {"$where": "sleep(5000) || true"},
    {"$in": ["", "a"]},
    {"$exists": True},
    ["$ne", ""],
)
TEXTS = (
    '{"$ne": null}',
    '{"$gt": ""}',
    "$where",
    "$$ROOT",
    "a.b.$[].c",
    "'; return true; var a='",
    "' OR 1=1 --",
    '"; DROP TABLE documents; --',
    "__proto__",
    "\\u0000",
    "%00",
    "{{7*7}}",
    "${jndi:ldap://127.0.0.1:9/a}",
)
Json = dict[str, Any]


@pytest.fixture(params=["sqlite", "mongodb"])
async def learning(request: pytest.FixtureRequest, trackless: Settings, clock: MovableClock) -> AsyncIterator[Served]:
    """A service with a small track, on each kind of store."""
    store = "" if request.param == "sqlite" else request.getfixturevalue("mongo_url")
    settings = msgspec.structs.replace(
        trackless, tracks=str(EVERY_KIND), store=store, learner_rate="off", address_rate="off"
    )
    async with running(settings, clock) as served:
        yield served


def described(served: Served) -> Iterator[tuple[Operation, Json]]:
    """Every operation with its description."""
    doc = document(served.app)
    for operation in find_operations(served.app):
        yield operation, doc["paths"][operation.path][operation.method]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every text in an example."""
    if isinstance(value, str):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def planted(value: Any, path: tuple[Any, ...], evil: Any) -> Any:
    """The example with something else in one place."""
    copy = json.loads(json.dumps(value))
    part = copy
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = evil
    return copy


def example(description: Json) -> Any:
    """The documented body, with a new event id."""
    body = description["requestBody"]["content"]["application/json"]["example"]
    return {**body, "eventId": str(uuid_utils.uuid7())} if "eventId" in body else body


async def test_an_operator_in_the_place_of_a_text_is_refused_everywhere(
    learning: Served, caplog: pytest.LogCaptureFixture
) -> None:
    headers, n_asked = bearer(await learning.guest()), 0
    for operation, description in described(learning):
        if operation.body is None:
            continue
        path = re.sub("{.*?}", "seas", operation.path)
        body = example(description)
        for place in places(body):
            for evil in OPERATORS[n_asked % 2 :: 2]:
                answer = await learning.client.request(
                    operation.method, path, json=planted(body, place, evil), headers=headers
                )
                n_asked += 1
                assert answer.status_code in (400, 403, 404, 409), (operation.method, path, place, evil, answer.text)
                if answer.status_code == 400:
                    assert answer.json()["type"].startswith("urn:pacer:problem:")
    assert n_asked > 100
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_an_operator_in_a_text_is_a_text(learning: Served, caplog: pytest.LogCaptureFixture) -> None:
    headers = bearer(await learning.guest())
    for operation, description in described(learning):
        if operation.body is None:
            continue
        path, body = re.sub("{.*?}", "seas", operation.path), example(description)
        for place in places(body):
            for evil in TEXTS[::6]:
                sent = planted(body, place, evil)
                answer = await learning.client.request(operation.method, path, json=sent, headers=headers)
                assert answer.status_code < 500, (operation.method, path, place, evil, answer.text)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_an_operator_in_an_address_finds_nothing(learning: Served, caplog: pytest.LogCaptureFixture) -> None:
    owner = Phone(learning, await learning.guest())
    await owner.start("every-kind")
    headers = bearer(await learning.guest())
    for operation, _ in described(learning):
        if "{" not in operation.path or operation.body is not None:
            continue
        for evil in (*TEXTS, *(json.dumps(evil) for evil in OPERATORS)):
            path = re.sub("{.*?}", lambda _, evil=evil: quote(evil, safe=""), operation.path)
            answer = await learning.client.request(operation.method, path, headers=headers)
            assert answer.status_code in (400, 401, 403, 404), (operation.method, path, answer.text)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_an_operator_in_a_query_is_refused_or_ignored(learning: Served, caplog: pytest.LogCaptureFixture) -> None:
    headers = bearer(await learning.guest())
    for operation, _ in described(learning):
        if operation.method != "get" or "{" in operation.path or operation.handler.operation_id == "watchEvents":
            continue
        names = [name for name, place, _, _ in operation.parameters if place == "query"] or ["cursor"]
        for name in names:
            for query in (
                f"{name}[$ne]=",
                f"{name}={quote(json.dumps({'$gt': ''}))}",
                f"{name}=$where",
                f"{name}=1&{name}=2",
            ):
                answer = await learning.client.get(f"{operation.path}?{query}", headers=headers)
                assert answer.status_code in (200, 400, 401, 403, 404), (operation.path, query, answer.text)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_nobody_signs_in_by_an_operator(learning: Served) -> None:
    register = {"email": "ana@example.org", "password": "correct horse battery", "zone": "UTC"}
    assert (await learning.client.post("/v1/auth/register", json=register)).status_code == 201
    for evil in (*OPERATORS[:4], *TEXTS[:4], "ana@example.org' --", "*", "ana@example.org\x00"):
        for sent in (
            {"email": evil, "password": "correct horse battery"},
            {"email": "ana@example.org", "password": evil},
            {"email": evil, "password": evil},
        ):
            answer = await learning.client.post("/v1/auth/login", json=sent)
            assert answer.status_code in (400, 401, 429), (sent, answer.text)
        for path, sent in (
            ("/v1/auth/refresh", {"refreshToken": evil}),
            ("/v1/auth/recover", {"code": evil}),
            ("/v1/auth/guest", {"zone": "UTC", "learnerId": evil, "deviceSecret": evil}),
        ):
            assert (await learning.client.post(path, json=sent)).status_code in (400, 401, 429)


async def test_a_name_made_of_operators_comes_back_as_it_went_in(learning: Served) -> None:
    tokens = await learning.guest()
    for text in TEXTS:
        answer = await learning.client.patch("/v1/me", json={"displayName": text[:60]}, headers=bearer(tokens))
        assert answer.status_code == 200, answer.text
        shown = (await learning.client.get("/v1/me", headers=bearer(tokens))).json()
        assert shown["displayName"] == text[:60].strip()


async def test_answers_with_operators_for_keys_are_refused_and_the_lesson_goes_on(learning: Served) -> None:
    phone = Phone(learning, await learning.guest())
    session = await phone.start("every-kind", 8)
    exercise = session["exercise"]
    while exercise is not None:
        for key in ("$set", "a.b", "\x00"):
            for field in ("gaps", "pairs"):
                kind = {"gaps": "cloze", "pairs": "matching"}[field]
                answer = {"kind": kind, field: {key: "x"}}
                body = phone.answering(exercise) | {"answer": answer}
                await phone.post(f"/sessions/{session['id']}/answers", body, 400)
        exercise = (await phone.answer(session["id"], exercise))["next"]
