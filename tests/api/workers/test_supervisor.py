"""Several workers at one address: they start and stop together, and one that is killed is followed by another."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.workers.counts import NAME
from tests.api.test_cli import pacer
from tests.api.workers.conftest import workers_of
from tests.servers.processes import free_port
from tests.test_layers import loaded_by

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="needs signals"),
]
WAIT_SECONDS = 60.0


def value(server: Any, metric: str) -> float:
    """A metric without labels."""
    found = re.search(rf"^{metric} (\S+)$", server.get("/metrics").text, re.MULTILINE)
    assert found, metric
    return float(found[1])


def wait_for(true: Any) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be fetched by its parent does not."""
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text() if Path("/proc").is_dir() else os.kill(pid, 0) is None
    except OSError:
        return False


def megabytes(pid: int) -> float:
    """The memory that a process has."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def test_the_parent_imports_nothing_of_what_it_does_not_do() -> None:
    parent = loaded_by("import api.serve, api.workers.supervisor")
    assert parent.isdisjoint({"litestar", "uvicorn", "numpy", "onnxruntime", "prometheus_client", "sqlite3", "content"})


def test_workers_start_count_together_and_stop_with_0(crowd: Any) -> None:
    with crowd("--workers", "2") as server:
        assert server.get("/ready").status_code == 200
        for _ in range(10):
            assert httpx.get(server.url + "/health").status_code == 200
        assert value(server, "pacer_workers") == 2
        assert 'pacer_requests_total{operation="getHealth",status="200"} 10.0' in server.get("/metrics").text
        pids = workers_of(server)
        assert len(pids) == 2
        assert all(megabytes(pid) > 2 * megabytes(server.process.pid) for pid in pids)
        printed = server.stop()
        assert server.process.returncode == 0
        assert "workers: 2" in printed
        assert server.log.read_text() == ""
        assert not any(map(alive, pids))


def test_a_killed_worker_is_followed_by_another_while_the_rest_serve(crowd: Any) -> None:
    with crowd("--workers", "2") as server:
        for _ in range(5):
            httpx.get(server.url + "/health")
        first, second = workers_of(server)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: not alive(first))
        with httpx.Client(base_url=server.url) as client:
            assert client.get("/health").status_code == 200
        wait_for(lambda: value(server, "pacer_worker_starts_total") == 3)
        assert value(server, "pacer_workers") == 2
        assert second in workers_of(server)
        assert 'operation="getHealth",status="200"} 6.0' in server.get("/metrics").text
        assert f"worker 1 is started again: process {first} ended with signal SIGKILL" in server.log.read_text()
        server.stop(signal.SIGINT)
        assert server.process.returncode == 0


def test_a_service_whose_metrics_directory_was_removed_answers_replaces_workers_and_stops_with_0(
    crowd: Any, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with crowd("--workers", "2", TMPDIR=str(temporary)) as server:
        (directory,) = temporary.glob(f"{NAME}*")
        shutil.rmtree(directory)
        assert server.get("/metrics").status_code == 200
        os.kill(workers_of(server)[0], signal.SIGKILL)
        wait_for(lambda: "pacer_worker_starts_total 1.0" in server.get("/metrics").text)
        assert len(workers_of(server)) == 2
        server.stop()
        assert server.process.returncode == 0
        assert not any(temporary.glob(f"{NAME}*"))
        assert f"{directory} was removed while it was used" in server.log.read_text()
        assert "Traceback" not in server.log.read_text()


def test_workers_end_when_their_parent_was_killed(crowd: Any) -> None:
    with crowd("--workers", "2") as server:
        pids = workers_of(server)
        server.process.kill()
        wait_for(lambda: not any(map(alive, pids)))


async def test_what_is_under_way_at_a_stop_signal_is_answered(crowd: Any) -> None:
    async def ask(client: httpx.AsyncClient) -> list[int]:
        statuses = []
        while True:
            try:
                statuses.append((await client.post("/v1/auth/guest", json={"zone": "UTC"})).status_code)
            except httpx.TransportError:
                return statuses

    with crowd("--workers", "2", PACER_ADDRESS_RATE="off") as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            asking = [asyncio.create_task(ask(client)) for _ in range(8)]
            await asyncio.sleep(1.0)
            await asyncio.to_thread(server.stop)
            statuses = [status for found in await asyncio.gather(*asking) for status in found]
        assert server.process.returncode == 0
    assert len(statuses) > 8
    assert set(statuses) == {201}


def test_what_keeps_a_worker_from_starting_is_told_once_and_ends_all(tmp_path: Path, redis_url: str) -> None:
    url = f"mongodb://ann:s3cret@127.0.0.1:{free_port()}/learn?serverSelectionTimeoutMS=200"
    result = pacer(
        "serve",
        *("--workers", "3", "--port", "0", "--data", str(tmp_path)),
        PACER_STORE=url,
        PACER_REDIS=redis_url,
    )
    assert result.returncode == 1
    assert result.stderr.count("the database does not answer") == 1
    assert "pacer doctor" in result.stderr
    assert "Traceback" not in result.stderr
    assert "s3cret" not in result.stderr


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "set PACER_STORE=mongodb://... and PACER_REDIS=redis://..., or serve with one worker"),
        ({"PACER_STORE": "mongodb://127.0.0.1:1/x"}, "set PACER_REDIS=redis://..., or"),
        ({"PACER_REDIS": "redis://127.0.0.1:1/0"}, "set PACER_STORE=mongodb://..., or"),
    ],
)
def test_several_workers_without_what_they_share_are_refused(given: dict[str, str], missing: str) -> None:
    result = pacer("serve", "--workers", "2", **given)
    assert result.returncode == 1
    assert "PACER_WORKERS is 2; more than one needs MongoDB and Redis" in result.stderr
    assert missing in result.stderr
