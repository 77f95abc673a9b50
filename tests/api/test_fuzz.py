"""Requests made up from our own document, against a real server: nothing breaks, nothing undocumented comes back."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import schemathesis
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.cli import main

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 16
"""For each of some hundreds of operations: more take minutes."""
SEED = 20_260_301
ADMIN = "admin@example.org"
LIVE = "watchEvents"
"""Answers without an end; tests/api/feed reads them."""
NAMES = ("nobody", "learner", "staff", "admin")
ENDING = frozenset({"deleteMe", "mergeGuest", "endDevice", "changePassword", "changeEmail", "registerLearner"})
"""Operations after which the caller may be somebody else, or nobody."""
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


class Caller(NamedTuple):
    """Somebody who sends requests, and the ids of what is theirs."""

    headers: dict[str, str]
    ids: Ids


class Callers:
    """Nobody, learners, and members of the home organisation in every role, on one server."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self.nobody = Caller({}, {})
        self.admin = self._admin(password)
        self.staff = self._joined("author", "reviewer", "publisher", "educator")
        self.learner = self.fresh()

    def fresh(self) -> Caller:
        """A new learner, who has begun a lesson."""
        guest = self._sent("/v1/auth/guest", {"zone": "UTC"}, {})
        return self._walked({"authorization": f"Bearer {guest['accessToken']}"})

    def of(self, name: str, operation: str) -> Caller:
        """Who sends a request; to an operation that ends accounts always somebody new."""
        if name != "nobody" and operation in ENDING:
            return self.fresh()
        caller: Caller = getattr(self, name)
        return caller

    def _admin(self, password: str) -> Caller:
        tokens = self._sent("/v1/auth/login", {"email": ADMIN, "password": password}, {})
        return self._walked({"authorization": f"Bearer {tokens['accessToken']}"})

    def _joined(self, *roles: str) -> Caller:
        invitation = self._sent("/v1/organisations/home/invitations", {"roles": roles}, self.admin.headers)
        caller = self.fresh()
        self._sent("/v1/me/organisations", {"code": invitation["code"]}, caller.headers)
        return caller

    def _walked(self, headers: dict[str, str]) -> Caller:
        with httpx.Client(base_url=self.url, headers=headers, timeout=30.0) as client:
            me = client.get("/v1/me").raise_for_status().json()["learnerId"]
            device = client.get("/v1/me/devices").raise_for_status().json()["items"][0]["id"]
            return Caller(headers, {**walk(client), "learnerId": me, "organisationId": "home", "device": device})

    def _sent(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.post(self.url + path, json=body, headers=headers).raise_for_status().json()
        return answer


@pytest.mark.slow
def test_no_request_in_any_role_breaks_the_server_or_gets_what_is_not_documented(
    serving: Callable[..., Any], tmp_path: Path
) -> None:
    made = CliRunner().invoke(
        main, ["admin", "create", "--email", ADMIN, "--generate", "--data", str(tmp_path / "data")]
    )
    assert made.exit_code == 0, made.output
    with serving(PACER_LEARNER_RATE="off", PACER_ADDRESS_RATE="off") as server:
        server.get("/health")
        callers = Callers(server.url, made.output.strip().rpartition(" ")[2])
        schema = schemathesis.openapi.from_url(f"{server.url}/docs/openapi.json").exclude(operation_id=LIVE)
        sent: Counter[str] = Counter()
        for result in schema.get_all_operations():
            sent += fuzz(result.ok(), callers)
        assert sum(sent.values()) > 4 * EXAMPLES
        assert min(sent[name] for name in NAMES) > EXAMPLES
        assert "Traceback" not in server.log.read_text()


def fuzz(operation: Any, callers: Callers) -> Counter[str]:
    """Made-up requests for one operation, half of them valid; how many each sent. Raises what a check finds."""
    sent: Counter[str] = Counter()
    name = operation.definition.raw["operationId"]
    places = sorted(callers.learner.ids)
    cases = operation.as_strategy()
    if operation.body or operation.path_parameters or operation.query:
        cases |= operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, which=st.sets(st.sampled_from(places)).map(frozenset), who=st.sampled_from(NAMES))
    def send(case: Any, which: frozenset[str], who: str) -> None:
        caller = callers.of(who, name)
        grounded(case, callers.learner.ids | caller.ids, which)
        case.call_and_validate(checks=CHECKS, headers=caller.headers)
        sent[who] += 1

    send()
    assert sent.total() >= 1, name
    return sent
