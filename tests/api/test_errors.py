import logging
from typing import Any

import httpx
import pytest
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody

from api.accounts.callers import ACCOUNTS
from api.errors import TABLE, Kind
from api.store.ports import CorruptStoreError, VersionClashError
from api.wire import MAX_BODY_BYTES, PUBLIC, EventEnvelope, Slot, Wire

SHAPE = {"type", "title", "status", "detail", "traceId", "errors"}
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Inner(Wire, frozen=True, kw_only=True):
    number: int


class Outer(Wire, frozen=True, kw_only=True):
    some_list: list[Inner]


class HappenedEvent(EventEnvelope, frozen=True, kw_only=True):
    text: str = ""


@post("/try/body", opt=PUBLIC)
async def take_body(data: JSONBody[Outer]) -> int:
    return len(data.some_list)


@post("/try/event", opt=PUBLIC)
async def take_event(data: JSONBody[HappenedEvent]) -> int:
    return data.client_ms


@get("/try/query/{number:int}", opt=PUBLIC)
async def take_query(number: FromPath[int], limit: FromQuery[int]) -> int:
    return number + limit


@get("/try/broken", opt=PUBLIC)
async def break_down() -> None:
    raise RuntimeError("the inside of the server")


FAULT: Slot[Exception] = Slot("fault")


@get("/try/raise", opt=PUBLIC)
async def raise_fault(request: Request[None, None, State]) -> None:
    raise FAULT.of(request)


@pytest.fixture
def client(service: Any) -> httpx.AsyncClient:
    for handler in (take_body, take_event, take_query, break_down, raise_fault):
        service.app.register(handler)
    found: httpx.AsyncClient = service.client
    return found


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """The body, after its shape was looked at."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() <= SHAPE
    assert SHAPE - {"errors"} <= body.keys()
    assert (body["status"], body["type"]) == (status, f"urn:pacer:problem:{name}")
    return body


async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient) -> None:
    problem(await client.get("/nowhere"), 404, "not-found")
    problem(await client.get("/v1/nowhere"), 404, "not-found")


async def test_a_method_that_is_not_taken_is_a_problem_that_names_those_that_are(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/v1/auth/guest")
    problem(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("body", "pointer", "told"),
    [
        (b"", "", "JSON body"),
        (b"{", "", "not JSON"),
        (b"\xff\xfe", "", "not JSON"),
        (b"[]", "", "object"),
        (b"null", "", "object"),
        (b"{}", "", "someList"),
        (b'{"someList":3}', "/someList", "array"),
        (b'{"someList":[{"number":1},{"number":"2"}]}', "/someList/1/number", "int"),
        (b'{"someList":[{"number":1.5}]}', "/someList/0/number", "int"),
        (b'{"someList":[{}]}', "/someList/0", "number"),
    ],
)
async def test_a_body_that_cannot_be_read_names_the_place(
    client: httpx.AsyncClient, body: bytes, pointer: str, told: str
) -> None:
    found = problem(await client.post("/try/body", content=body), 400, "invalid-request")
    (fault,) = found["errors"]
    assert fault["pointer"] == pointer
    assert told in fault["detail"]


async def test_unknown_fields_are_ignored(client: httpx.AsyncClient) -> None:
    answer = await client.post("/try/body", json={"someList": [{"number": 1, "new": True}], "newer": None})
    assert answer.json() == 1


EVENT = {
    "eventId": "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d",
    "clientTime": "2026-03-01T10:30:00.250+01:00",
    "zone": "Europe/Madrid",
    "deviceId": "phone-1",
    "sequence": 1,
}


async def test_an_events_time_is_read_with_its_offset(client: httpx.AsyncClient) -> None:
    assert (await client.post("/try/event", json=EVENT)).json() == 1_772_357_400_250


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("eventId", "0195506e-8f00-4c3a-9b1e-2f6d1c0a4b5d"),
        ("eventId", "x"),
        ("clientTime", "2026-03-01T10:30:00"),
        ("clientTime", "yesterday"),
        ("clientTime", "0001-01-01T00:00:00+23:59"),
        ("clientTime", "9999-12-31T23:59:59-23:59"),
        ("sentAt", "2026-03-01T10:30:00"),
        ("sentAt", "1999-12-31T23:59:59Z"),
        ("zone", "CEST+1"),
        ("zone", ""),
        ("zone", "../../etc/passwd"),
        ("deviceId", ""),
        ("sequence", -1),
        ("sequence", 2**53),
    ],
)
async def test_an_event_with_a_bad_envelope_names_the_field(client: httpx.AsyncClient, field: str, value: Any) -> None:
    found = problem(await client.post("/try/event", json={**EVENT, field: value}), 400, "invalid-request")
    assert [fault["pointer"] for fault in found["errors"]] == [f"/{field}"]


@pytest.mark.parametrize(("query", "parameter"), [("", None), ("?limit=x", "limit"), ("?limit=1.5", "limit")])
async def test_a_query_parameter_that_cannot_be_read_is_named(
    client: httpx.AsyncClient, query: str, parameter: str | None
) -> None:
    found = problem(await client.get(f"/try/query/1{query}"), 400, "invalid-request")
    assert "limit" in found["detail"]
    assert [fault["parameter"] for fault in found.get("errors", ())] == ([parameter] if parameter else [])


async def test_a_body_that_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    found = problem(await client.post("/try/body", content=b" " * (MAX_BODY_BYTES + 1)), 413, "too-large")
    assert f"at most {MAX_BODY_BYTES} bytes" in found["detail"]


async def test_what_breaks_inside_is_logged_under_the_trace_id_and_not_told(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="pacer"):
        answer = await client.get("/try/broken", headers={"traceparent": TRACEPARENT})
    found = problem(answer, 500, "internal")
    assert "inside" not in answer.text
    assert found["traceId"] == TRACEPARENT.split("-")[1]
    assert found["traceId"] in caplog.text
    assert "the inside of the server" in caplog.text


async def test_a_trace_id_is_made_where_none_came(client: httpx.AsyncClient) -> None:
    ids = {
        (await client.get("/nowhere", headers={"traceparent": sent})).json()["traceId"] for sent in ("", "x", "00-1")
    }
    assert len(ids) == 3
    assert all(len(trace_id) == 32 for trace_id in ids)


@pytest.mark.parametrize(
    ("fault", "status"), [(CorruptStoreError("the store is damaged"), 503), (VersionClashError("it changed"), 409)]
)
async def test_a_lower_rooms_error_has_the_status_of_the_table(service: Any, fault: Exception, status: int) -> None:
    service.app.register(raise_fault)
    FAULT.fill(service.app, fault)
    answer = await service.client.get("/try/raise")
    assert answer.status_code == status
    assert answer.json()["detail"] == str(fault)


async def test_an_address_tells_its_methods_without_a_token(service: Any) -> None:
    answer = await service.client.options("/v1/me")
    assert answer.status_code == 204
    assert set(answer.headers["allow"].split(", ")) == {"DELETE", "GET", "HEAD", "PATCH", "OPTIONS"}
    answer = await service.client.options("/v1/sessions/any/answers")
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")


async def test_a_route_is_closed_unless_it_says_it_is_public(service: Any) -> None:
    @get("/try/forgotten")
    async def forgotten() -> int:
        return 1

    service.app.register(forgotten)
    assert (await service.client.get("/try/forgotten")).status_code == 401
    assert (await service.client.get("/try/forgotten", headers=await service.headers())).status_code == 200


def test_every_problem_type_has_one_meaning() -> None:
    meanings: dict[str, Kind] = {}
    for kind in TABLE.values():
        assert meanings.setdefault(kind.name, kind) == kind
        assert 400 <= kind.status < 600


async def test_a_slot_that_was_not_filled_is_an_error_of_its_own(service: Any) -> None:
    assert ACCOUNTS.fetch(service.app) is ACCOUNTS.fetch(service.app)
    with pytest.raises(KeyError, match="nobody"):
        Slot[int]("nobody").fetch(service.app)
