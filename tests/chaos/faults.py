"""The faults: each does its harm to a stage under load, mends it, and says what else it measured.

A fault runs in a thread while the learners play. It is given the seconds it may take and keeps to the middle of them.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from tests.chaos.stage import Stage

Figures = dict[str, Any]
Fault = Callable[[Stage, float], Figures]
DOWN_SECONDS = 3.0
FULL_SECONDS = 30.0
DAY_SECONDS = 86_400.0
SAMPLE_SECONDS = 1.0
POLL_SECONDS = 0.1
BLOCK = 1 << 16


def kill_worker(stage: Stage, seconds: float) -> Figures:
    """kill -9 of a worker; its parent starts another."""
    n_started, began = stage.metric("pacer_worker_starts_total"), time.monotonic()
    os.kill(stage.workers[0], signal.SIGKILL)
    while stage.metric("pacer_worker_starts_total") <= n_started:
        time.sleep(POLL_SECONDS)
    replaced = round(time.monotonic() - began, 2)
    time.sleep(seconds)
    return {"replaced_s": replaced}


def kill_workers(stage: Stage, seconds: float) -> Figures:
    """kill -9 of a worker, three times, each when the last one was replaced."""
    return {"replaced_s": [kill_worker(stage, seconds / 3)["replaced_s"] for _ in range(3)]}


def kill_redis(stage: Stage, seconds: float) -> Figures:
    """kill -9 of Redis, which comes back empty."""
    assert stage.redis is not None
    stage.redis.stop(signal.SIGKILL)
    time.sleep(DOWN_SECONDS)
    stage.redis.start()
    time.sleep(max(0.0, seconds - DOWN_SECONDS))
    return {"down_s": DOWN_SECONDS}


def step_down(stage: Stage, seconds: float) -> Figures:
    """The primary gives up; the other members elect one of themselves."""
    assert stage.mongo is not None
    began = time.monotonic()
    stage.mongo.step_down(seconds=10)
    elected = _seconds_to_primary(stage, began)
    time.sleep(seconds)
    return {"election_s": elected}


def kill_primary(stage: Stage, seconds: float) -> Figures:
    """kill -9 of the primary, which comes back as a secondary."""
    assert stage.mongo is not None
    began, primary = time.monotonic(), stage.mongo.primary
    primary.stop(signal.SIGKILL)
    elected = _seconds_to_primary(stage, began)
    time.sleep(seconds / 2)
    primary.start()
    time.sleep(seconds / 2)
    return {"election_s": elected}


def _seconds_to_primary(stage: Stage, began: float) -> float:
    assert stage.mongo is not None
    assert stage.mongo.primary.daemon.running
    return round(time.monotonic() - began, 2)


def slow_store(stage: Stage, seconds: float) -> Figures:
    """The database's process stands still for some seconds (SIGSTOP), then goes on."""
    assert stage.mongo is not None
    pid = stage.mongo.primary.daemon.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(DOWN_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
    time.sleep(max(0.0, seconds - DOWN_SECONDS))
    return {"stopped_s": DOWN_SECONDS}


def clock_jump(stage: Stage, seconds: float) -> Figures:
    """The service's clock jumps ahead by a day, then back to two hours before the right time, then is right again."""
    for shift in (DAY_SECONDS, -2 * 3600.0, 0.0):
        stage.shift_clock(shift)
        time.sleep(seconds / 3)
    return {"jumps_s": [DAY_SECONDS, -DAY_SECONDS - 7200, 7200]}


def stop_under_load(stage: Stage, seconds: float) -> Figures:
    """SIGTERM, then a new start, as at a release."""
    code, took = stage.stop()
    stage.start()
    time.sleep(seconds)
    return {"exit_code": code, "stop_s": round(took, 2)}


def full_disk(stage: Stage, seconds: float) -> Figures:
    """The file system of the data fills up to the last byte, then has room again. A database that ends is restarted.

    It stays full until a request is refused, at most `FULL_SECONDS`: files with room inside can take some answers yet.
    """
    member = stage.mongo.members[0] if stage.mongo else None
    disk = member.daemon.log.parent.parent if member else Path(stage.place).parent
    ballast = disk / "ballast"
    began, n_refused = time.monotonic(), stage.n_refused()
    least, most = began + max(seconds / 2, DOWN_SECONDS), began + FULL_SECONDS
    while (now := time.monotonic()) < least or (now < most and stage.n_refused() <= n_refused):
        _fill(ballast)
        if member is not None and member.daemon.running:
            with suppress(PyMongoError):  # have it write what only its journal holds; there is room in that
                member.admin("fsync")
        time.sleep(0.2)
    free, full_s = shutil.disk_usage(disk).free, time.monotonic() - began
    ballast.unlink()
    ended = member is not None and not member.daemon.running
    if member is not None and ended:
        member.start()
    time.sleep(seconds / 2)
    return {"full_s": round(full_s, 1), "free_bytes_when_full": free, "database_ended": ended}


def _fill(ballast: Path) -> None:
    """Add to a file until nothing more fits."""
    with ballast.open("ab", buffering=0) as file:
        for size in (BLOCK, 512, 1):
            try:
                while file.write(b"\0" * size):
                    continue
            except OSError:
                continue


def soak(stage: Stage, seconds: float) -> Figures:
    """Nothing but load. Memory is that of the workers; the growth compares the last fifth with the second."""
    samples: list[float] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(SAMPLE_SECONDS)
        samples.append(stage.memory_mb())
    fifth = max(1, len(samples) // 5)
    early, late = statistics.median(samples[fifth : 2 * fifth] or samples), statistics.median(samples[-fifth:])
    return {
        "memory_mb": [round(value, 1) for value in itertools.islice(samples, 0, None, max(1, len(samples) // 20))],
        "memory_growth": round(late / early - 1, 4),
    }
