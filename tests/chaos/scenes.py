"""The scenes: a fault, the stage it happens on, and how a storm of learners comes through it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.chaos import faults
from tests.chaos.faults import Fault, Figures
from tests.chaos.fleet import Fleet, sailing
from tests.chaos.stage import Stage, on_sqlite, whole_stage
from tests.chaos.verdict import felt, heard_again, kept, losses, whole

WARM_SECONDS = 2.0
MAX_GROWTH = 0.1
Setting = Callable[[Path], AbstractContextManager[Stage]]

ONE = partial(whole_stage, n_members=1, n_workers=2)
THREE = partial(whole_stage, n_members=3, n_workers=2)
FULL = partial(whole_stage, n_members=1, n_workers=2, disk_mb=700)


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens, where, for how many seconds unless told otherwise."""

    fault: Fault
    setting: Setting
    seconds: float = 12.0


SCENES = {
    "kill_worker": Scene(faults.kill_workers, ONE),
    "kill_redis": Scene(faults.kill_redis, ONE),
    "slow_store": Scene(faults.slow_store, ONE),
    "clock_jump": Scene(faults.clock_jump, ONE),
    "stop_under_load": Scene(faults.stop_under_load, ONE, 6.0),
    "step_down": Scene(faults.step_down, THREE),
    "kill_primary": Scene(faults.kill_primary, THREE),
    "full_disk_mongo": Scene(faults.full_disk, FULL),
    "full_disk_sqlite": Scene(faults.full_disk, on_sqlite),
    "soak": Scene(faults.soak, ONE, 600.0),
}


async def storm(stage: Stage, fault: Fault, seconds: float, n_learners: int, seed: int = 7) -> Figures:
    """Let learners play while the fault happens, and judge. Raises FleetError if the service does not come back."""
    fleet = Fleet(stage.url)
    began = time.monotonic()
    async with sailing(fleet, n_learners):
        await asyncio.sleep(WARM_SECONDS)
        started = time.monotonic()
        told = await asyncio.to_thread(fault, stage, seconds)
    ended = time.monotonic()
    changed = await heard_again(fleet, random.Random(seed))
    if stage.mongo is None:  # a file has one user
        await asyncio.to_thread(stage.stop)
    figures = {
        "seconds": round(ended - began, 1),
        "answers_per_second": round(len(fleet.heard) / (ended - began), 1),
        **felt(fleet, started, ended),
        **told,
        **losses(fleet, await kept(stage.place, set(fleet.tokens))),
        "changed": changed,
    }
    good = whole(figures) and figures.get("exit_code", 0) == 0 and figures.get("memory_growth", 0.0) <= MAX_GROWTH
    return {**figures, "ok": good}
