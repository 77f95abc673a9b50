"""Requests made up from our own document, against a real server: nothing breaks, nothing undocumented comes back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 40
SEED = 20_260_301
Ids = dict[str, str]


def walk(client: httpx.Client) -> Ids:
    """Go one learner's way as far as it leads, and remember every id on it, so that made-up requests hit something."""
    ids: Ids = {}
    tracks = client.get("/v1/tracks")
    if tracks.status_code == 200:
        ids["trackId"] = tracks.json()["items"][0]["id"]
        enrolment = client.post(f"/v1/tracks/{ids['trackId']}/enrolments", json=envelope()).raise_for_status().json()
        ids["enrolmentId"] = enrolment["id"]
        start = envelope() | {"enrolmentId": enrolment["id"], "length": 50}
        session = client.post("/v1/sessions", json=start).raise_for_status().json()
        ids["sessionId"] = session["id"]
        ids["decisionId"] = session["exercise"]["decisionId"]
        asking = envelope() | {"kind": "bundleRequested", "enrolmentId": enrolment["id"], "size": 3}
        asking["eventId"] = f"{asking['eventId'][:-3]}000"
        client.post("/v1/sync", json={"deviceId": "fuzz", "events": [asking]}).raise_for_status()
        ids["bundleId"] = asking["eventId"]
    return ids


def envelope() -> dict[str, Any]:
    """A new event's envelope."""
    identity = uuid.uuid4().hex
    return {
        "eventId": f"0195506e-{identity[:4]}-7{identity[4:7]}-8{identity[7:10]}-{identity[10:22]}",
        "clientTime": "2026-03-01T10:30:00.000+01:00",
        "zone": "Europe/Madrid",
        "deviceId": "fuzz",
        "sequence": 1,
    }


def grounded(case: Any, ids: Ids, which: frozenset[str]) -> None:
    """Put real ids in the places of a made-up request that `which` names."""
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            for name in place.keys() & which:
                place[name] = ids[name]


@pytest.mark.slow
def test_no_request_breaks_the_server_or_gets_what_is_not_documented(serving: Callable[..., Any]) -> None:
    with serving() as server:
        server.get("/health")
        guest = httpx.post(f"{server.url}/v1/auth/guest", json={"zone": "UTC"}).raise_for_status().json()
        authorization = {"authorization": f"Bearer {guest['accessToken']}"}
        with httpx.Client(base_url=server.url, headers=authorization, timeout=30.0) as client:
            ids = walk(client)
        schema = schemathesis.openapi.from_url(f"{server.url}/docs/openapi.json")
        sent = [fuzz(result.ok(), ids, authorization) for result in schema.get_all_operations()]
        assert min(sent) >= 1
        assert sum(sent) > 4 * EXAMPLES
        assert "Traceback" not in server.log.read_text()


def fuzz(operation: Any, ids: Ids, authorization: dict[str, str]) -> int:
    """Made-up requests for one operation, half of them valid; how many were sent. Raises what a check finds."""
    n_requests = 0
    names = sorted(ids) + sorted({"track_id", "session_id", "enrolment_id", "decision_id"} if ids else set())
    cases = operation.as_strategy()
    if operation.body or operation.path_parameters or operation.query:
        cases |= operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    known = st.sets(st.sampled_from(names)).map(frozenset) if names else st.just(frozenset[str]())

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, which=known, signed_in=st.sampled_from([True, True, True, False]))
    def send(case: Any, which: frozenset[str], signed_in: bool) -> None:
        nonlocal n_requests
        grounded(case, ids, which)
        case.call_and_validate(checks=CHECKS, headers=authorization if signed_in else None)
        n_requests += 1

    send()
    return n_requests
