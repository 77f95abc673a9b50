"""The service with and without Redis: what it says of its live state, and that it goes on."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import msgspec
import pytest

from api.doctor import live as examine_live
from api.settings import Settings, SettingsError, load_settings
from tests.api.conftest import MovableClock, Served, running
from tests.servers.processes import free_port
from tests.servers.redis import RedisServer


async def live_part(served: Served) -> dict[str, Any]:
    answer = await served.client.get("/ready")
    assert answer.status_code == 200
    (part,) = [part for part in answer.json()["parts"] if part["name"] == "live"]
    return dict(part)


async def becomes(served: Served, state: str) -> None:
    async with asyncio.timeout(60):
        while (await live_part(served))["state"] != state:
            await asyncio.sleep(0.05)


async def test_without_a_setting_live_state_is_in_the_process(service: Served) -> None:
    assert await live_part(service) == {"name": "live", "ok": True, "state": "embedded", "detail": ""}


async def test_losing_redis_is_told_and_counted_but_learners_are_still_served(
    trackless: Settings, clock: MovableClock, redis_url: str, redis: RedisServer
) -> None:
    async with running(msgspec.structs.replace(trackless, redis=redis_url), clock) as served:
        assert (await live_part(served))["state"] == "redis"
        redis.stop(signal.SIGKILL)
        await becomes(served, "without redis")
        assert (await live_part(served))["ok"]
        await served.guest()
        assert 'pacer_live_errors_total{port="' in (await served.client.get("/metrics")).text
        redis.start()
        await becomes(served, "redis")


async def test_a_redis_that_is_not_there_keeps_nobody_from_starting(trackless: Settings, clock: MovableClock) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    async with running(msgspec.structs.replace(trackless, redis=url), clock) as served:
        part = await live_part(served)
        assert (part["ok"], part["state"]) == (True, "without redis")
        await served.guest()


def test_the_doctor_asks_redis(redis_url: str) -> None:
    (finding,) = examine_live(Settings())
    assert (finding.ok, finding.detail) == (True, "in this process; PACER_REDIS is not set")
    (finding,) = examine_live(Settings(redis=redis_url))
    assert (finding.ok, finding.detail) == (True, "Redis answers")
    (finding,) = examine_live(Settings(redis=f"redis://127.0.0.1:{free_port()}/0"))
    assert not finding.ok
    assert "start Redis" in finding.advice


def test_what_is_no_url_of_a_redis_is_refused_without_showing_it() -> None:
    with pytest.raises(SettingsError, match=r"PACER_REDIS is .*; allowed: redis://HOST:PORT/DATABASE") as caught:
        load_settings({"PACER_REDIS": "redis.example:6379?password=hunter2"})
    assert "hunter2" not in str(caught.value)
