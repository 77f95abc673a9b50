from typing import Any

import pytest

from api.errors import NotReadyError
from api.health import METRICS, READINESS, Readiness, ReadyPart
from api.metrics import Metrics


async def test_health_says_alive_to_anybody(service: Any) -> None:
    answer = await service.client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_ready_names_every_part(service: Any) -> None:
    READINESS.fetch(service.app).report("extra", ok=True, state="rule", detail="no policy file")
    answer = await service.client.get("/ready")
    assert answer.status_code == 200
    parts = {part["name"]: part for part in answer.json()["parts"]}
    assert parts["store"]["ok"]
    assert parts["extra"] == {"name": "extra", "ok": True, "state": "rule", "detail": "no policy file"}


async def test_a_part_that_fails_makes_the_whole_not_ready_and_says_why(service: Any) -> None:
    READINESS.fetch(service.app).report("extra", ok=False, state="closed", detail="the disk is full")
    answer = await service.client.get("/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["detail"] == "extra is closed: the disk is full"


async def test_a_part_restates_itself_under_one_name() -> None:
    readiness = Readiness()
    readiness.report("store", ok=False, state="opening")
    readiness.report("store", ok=True, state="open")
    assert [part.state for part in (await readiness.check()).parts] == ["open"]


async def test_a_watched_part_is_looked_at_each_time() -> None:
    readiness, states = Readiness(), ["open", "lost"]

    async def look() -> ReadyPart:
        state = states.pop(0)
        return ReadyPart(name="store", ok=state == "open", state=state, detail="why")

    readiness.watch("store", look)
    assert (await readiness.check()).status == "ready"
    with pytest.raises(NotReadyError, match="store is lost: why"):
        await readiness.check()


async def test_requests_are_counted_by_operation_and_status(service: Any) -> None:
    await service.guest()
    await service.client.get("/v1/me")
    await service.client.post("/v1/auth/guest", json={})
    text = (await service.client.get("/metrics")).text
    assert 'pacer_requests_total{operation="startGuest",status="201"} 1.0' in text
    assert 'pacer_requests_total{operation="startGuest",status="400"} 1.0' in text
    assert 'pacer_requests_total{operation="getMe",status="401"} 1.0' in text
    assert 'pacer_request_seconds_count{operation="startGuest"} 2.0' in text


async def test_requests_that_no_route_took_are_counted_too(service: Any) -> None:
    await service.client.get("/nowhere")
    await service.client.put("/v1/me")
    text = (await service.client.get("/metrics")).text
    assert 'pacer_requests_total{operation="unrouted",status="404"} 1.0' in text
    assert 'pacer_requests_total{operation="unrouted",status="405"} 1.0' in text


async def test_no_metric_names_a_learner(service: Any) -> None:
    tokens = await service.guest()
    text = (await service.client.get("/metrics")).text
    assert tokens["learnerId"] not in text


async def test_metrics_are_prometheus_text(service: Any) -> None:
    METRICS.fetch(service.app).decision("policy")
    METRICS.fetch(service.app).fallback("slow")
    METRICS.fetch(service.app).answer("correct")
    answer = await service.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in ('decisions_total{source="policy"} 1.0', 'fallbacks_total{reason="slow"} 1.0', "answers_total"):
        assert line in answer.text


def test_two_apps_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.request("getMe", 200, 0.001)
    assert b"getMe" in first.text()
    assert b"getMe" not in second.text()


@pytest.mark.parametrize(("seconds", "bucket"), [(0.0004, "0.0005"), (0.0006, "0.001"), (3.0, "+Inf")])
def test_a_latency_falls_into_its_bucket(seconds: float, bucket: str) -> None:
    metrics = Metrics()
    metrics.request("getMe", 200, seconds)
    lines = metrics.text().decode().splitlines()
    filled = [line for line in lines if "seconds_bucket" in line and line.endswith(" 1.0")]
    assert f'le="{bucket}"' in filled[0]
