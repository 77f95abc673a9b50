"""The limits as they are on the wire, for one worker and for two."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from tests.api.conftest import MovableClock, Served, running


@asynccontextmanager
async def limited(folder: Path, clock: MovableClock, **rates: str) -> AsyncIterator[Served]:
    """A running app with these limits, spoken to from elsewhere than its own machine."""
    settings = Settings(data=str(folder), starter=False, secret="s" * 48, **rates)  # type: ignore[arg-type]
    async with running(settings, clock) as served:
        transport = httpx.ASGITransport(app=served.app, client=("192.0.2.7", 1), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://pacer.test") as client:
            served.client = client
            yield served


async def test_every_answer_to_a_learner_tells_what_is_left(tmp_path: Path, clock: MovableClock) -> None:
    async with limited(tmp_path, clock, learner_rate="3/86400") as served:
        headers = await served.headers()
        answers = [await served.client.get("/v1/me", headers=headers) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["ratelimit-policy"] for answer in answers] == ['"learner";q=3;w=86400'] * 4
        left = [answer.headers["ratelimit"].rpartition(";")[0] for answer in answers]
        assert left == ['"learner";r=2', '"learner";r=1', '"learner";r=0', '"learner";r=0']
        assert (await served.client.get("/v1/me", headers=await served.headers())).status_code == 200


async def test_a_refused_request_is_a_problem_that_says_when_to_come_again(tmp_path: Path, clock: MovableClock) -> None:
    async with limited(tmp_path, clock, address_rate="1/3600") as served:
        await served.guest()
        answer = await served.client.post("/v1/auth/guest", json={"zone": "UTC"})
        assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
        assert answer.json()["type"] == "urn:pacer:problem:too-many-requests"
        seconds = int(answer.headers["retry-after"])
        assert 3590 < seconds <= 3600
        assert answer.headers["ratelimit"] == f'"address";r=0;t={seconds}'
        assert (await served.client.get("/health")).status_code == 200
        counted = (await served.client.get("/metrics")).text
        assert 'pacer_requests_total{operation="startGuest",status="429"} 1.0' in counted


async def test_a_wrong_token_does_not_count_against_a_learner(tmp_path: Path, clock: MovableClock) -> None:
    async with limited(tmp_path, clock, learner_rate="1/86400") as served:
        headers = await served.headers()
        for _ in range(3):
            assert (await served.client.get("/v1/me")).status_code == 401
        assert (await served.client.get("/v1/me", headers=headers)).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/ready", "/docs/openapi.json"])
async def test_what_needs_no_learner_is_not_limited(tmp_path: Path, clock: MovableClock, path: str) -> None:
    async with limited(tmp_path, clock, learner_rate="1/86400", address_rate="1/86400") as served:
        for _ in range(3):
            answer = await served.client.get(path)
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers


async def test_two_workers_on_one_redis_share_one_limit(tmp_path: Path, clock: MovableClock, redis_url: str) -> None:
    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(
                limited(tmp_path / name, clock, address_rate="7/86400", learner_rate="5/86400", redis=redis_url)
            )
            for name in ("one", "two")
        ]
        answers = [await workers[i % 2].client.post("/v1/auth/guest", json={"zone": "UTC"}) for i in range(20)]
        assert [answer.status_code for answer in answers].count(201) == 7
        headers = {"authorization": f"Bearer {answers[0].json()['accessToken']}"}
        statuses = [(await workers[i % 2].client.get("/v1/me", headers=headers)).status_code for i in range(12)]
        assert len(statuses) - statuses.count(429) == 5


async def test_limits_are_in_the_document(tmp_path: Path, clock: MovableClock) -> None:
    async with limited(tmp_path, clock) as served:
        paths = (await served.client.get("/docs/openapi.json")).json()["paths"]
        responses = paths["/v1/me"]["get"]["responses"]
        assert {"RateLimit", "RateLimit-Policy"} <= responses["200"]["headers"].keys()
        assert set(responses["429"]["headers"]) == {"RateLimit", "RateLimit-Policy", "Retry-After"}
        assert "429" in paths["/v1/auth/guest"]["post"]["responses"]
        assert "429" not in paths["/health"]["get"]["responses"]


async def test_errors_tell_what_is_left_too(tmp_path: Path, clock: MovableClock) -> None:
    async with limited(tmp_path, clock, learner_rate="9/86400", address_rate="9/86400") as served:
        headers = await served.headers()
        missing = await served.client.get("/v1/sessions/0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d", headers=headers)
        assert missing.status_code == 404
        assert missing.headers["ratelimit"].startswith('"learner";r=8')
        unread = await served.client.post("/v1/auth/guest", json={"zone": 5})
        assert unread.status_code == 400
        assert unread.headers["ratelimit"].startswith('"address";r=7')
