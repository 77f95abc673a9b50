"""The quick ones of the scenes; `make chaos` plays them all, and longer."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import faults
from tests.chaos.fleet import Fleet, Heard
from tests.chaos.scenes import storm
from tests.chaos.stage import StageError, on_mongo, on_sqlite
from tests.chaos.verdict import Kept, felt, losses, whole
from tests.servers.mongo import ReplicaSet
from tests.servers.redis import RedisServer

N_LEARNERS = 6


def heard(event_id: str, sent: float, acknowledged: float, xp: int = 5) -> Heard:
    return Heard("ana", sent, acknowledged, "/p", {"eventId": event_id}, {"reward": {"xp": xp}})


def test_what_is_lost_doubled_or_unheard_is_counted() -> None:
    fleet = Fleet("http://x", heard=[heard("a", 0, 1), heard("b", 1, 2), heard("c", 2, 3)])
    found = Kept(answers=Counter(a=1, c=2, d=1), graded=Counter(e=2), xp=11)
    figures = losses(fleet, found)
    assert figures == {"acknowledged": 3, "lost": 1, "doubled": 2, "unheard": 1, "xp_astray": -4}
    assert not whole({**figures, "changed": 0})


@pytest.mark.parametrize(
    ("answered", "failed", "recovery", "silence"),
    [
        ([10.5, 14.0, 14.5], [9.0, 11.5, 12.0], 4.0, 3.5),  # silent for longer than requests failed
        ([10.5, 12.0, 12.5, 13.0, 13.5, 14.0, 14.5], [13.75], 3.75, 1.5),  # the other way round
        ([10.5, 13.0, 13.5, 14.0, 14.5], [], 3.0, 2.5),  # none failed, all waited
        ([10.5, 11.0, 11.75, 12.5, 13.25, 14.0, 14.5], [], 0.0, 0.75),  # nothing to be felt
        ([10.5, 11.0], [10.75], 5.0, 4.0),  # never answered again
    ],
)
def test_recovery_lasts_until_nothing_fails_and_the_longest_silence_is_over(
    answered: list[float], failed: list[float], recovery: float, silence: float
) -> None:
    fleet = Fleet("http://x", heard=[heard(str(at), at - 1, at) for at in answered])
    fleet.failed = [(at, "503") for at in failed]
    figures = felt(fleet, started=10.0, ended=15.0)
    assert (figures["recovery_s"], figures["silence_s"]) == (recovery, silence)


def test_failures_are_counted_by_kind_and_latencies_from_the_first_sending() -> None:
    fleet = Fleet("http://x", heard=[heard("a", 9.5, 10.5), heard("b", 11, 14), heard("c", 14, 14.5)])
    fleet.failed = [(9.0, "503"), (11.5, "503"), (12.0, "ReadError")]
    figures = felt(fleet, started=10.0, ended=15.0)
    assert figures["failed_requests"] == {"503": 2, "ReadError": 1}
    assert figures["latency_ms"] == {"p50": 1000.0, "p99": 3000.0, "max": 3000.0}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs signals")
async def test_no_acknowledged_answer_is_lost_when_a_worker_redis_or_the_database_fails(
    tmp_path: Path, mongo: ReplicaSet, redis: RedisServer
) -> None:
    with on_mongo(tmp_path, mongo, redis, n_workers=2) as stage:
        for fault in (faults.kill_worker, faults.kill_redis, faults.slow_store):
            figures = await storm(stage, fault, 4.0, N_LEARNERS)
            assert figures["ok"], (fault.__name__, figures)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs mount")
async def test_a_full_disk_refuses_answers_and_loses_none(tmp_path: Path) -> None:
    try:
        with on_sqlite(tmp_path) as stage:
            figures: Any = await storm(stage, faults.full_disk, 4.0, N_LEARNERS)
    except StageError as error:
        pytest.skip(str(error))
    assert figures["ok"], figures
    assert figures["failed_requests"]["503"] > 0
