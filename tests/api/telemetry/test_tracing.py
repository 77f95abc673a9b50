"""Traces reach a real collector with the trace id of problems and logs, and name nobody. Off, they cost nothing."""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx
import pytest

from api.settings import SettingsError
from api.telemetry.tracing import open_tracing
from tests.servers.otlp import running_collector

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = {"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"}


def attributes(span: Any) -> dict[str, Any]:
    return {
        pair.key: pair.value.int_value if pair.value.HasField("int_value") else pair.value.string_value
        for pair in span.attributes
    }


@pytest.mark.slow
def test_a_request_its_store_calls_its_problem_and_its_log_share_one_trace(serving: Any) -> None:
    with running_collector() as collector:
        otel = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        with serving(PACER_LOG_FORMAT="json", PACER_LOG_LEVEL="info", PACER_STARTER="false", **otel) as server:
            with httpx.Client(base_url=server.url) as client:
                tokens = client.post("/v1/auth/guest", json={"zone": "UTC"}, headers=PARENT).json()
                mine = {"authorization": f"Bearer {tokens['accessToken']}"}
                missing = client.get("/v1/sessions/nowhere", headers=mine).json()
                nowhere = client.get("/nowhere/at/all").json()
            server.stop()
            log = [json.loads(line) for line in server.log.read_text().splitlines()]
    spans = {span.span_id: span for span in collector.spans}
    guest = next(span for span in collector.spans if span.name == "POST /v1/auth/guest")
    assert guest.trace_id.hex() == TRACE_ID
    assert attributes(guest) == {
        "http.request.method": "POST",
        "url.scheme": "http",
        "http.route": "/v1/auth/guest",
        "http.response.status_code": 201,
    }
    stored = [span for span in collector.spans if span.name == "documents.put"]
    assert guest in (spans.get(span.parent_span_id) for span in stored)
    asked = next(span for span in collector.spans if span.name == "GET /v1/sessions/{session_id}")
    assert asked.trace_id.hex() == missing["traceId"]
    assert nowhere["traceId"] in {span.trace_id.hex() for span in collector.spans}
    told = {line["operation"]: line for line in log if "operation" in line}
    assert told["getSession"]["traceId"] == missing["traceId"]
    assert told["startGuest"]["traceId"] == TRACE_ID
    assert collector.services == {"pacer"}
    written = b"".join(span.SerializeToString() for span in collector.spans)
    for secret in (*tokens.values(), "127.0.0.1", "nowhere"):
        assert str(secret).encode() not in written


@pytest.mark.parametrize(
    "environment",
    [{}, {"OTEL_SERVICE_NAME": "x"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}],
)
def test_without_a_collector_nothing_is_wrapped_or_imported(environment: dict[str, str]) -> None:
    assert open_tracing(environment) is None


def test_the_missing_packages_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingsError, match=r"pip install 'pacer\[telemetry\]'"):
        open_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"})


def test_a_serving_process_imports_no_telemetry_that_is_off() -> None:
    from tests.test_layers import SERVING, loaded_by

    assert "opentelemetry" not in loaded_by(SERVING)
