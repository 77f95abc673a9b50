"""The one entrance to jobs."""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

from api.jobs.embedded import EmbeddedWakes
from api.jobs.outbox import Outbox
from api.jobs.runner import Count, Runner
from api.jobs.service import JobService, Timing
from api.jobs.wakes import Wakes
from api.live.ports import Blame, Live, LiveError
from api.store.ports import Documents
from api.wire import Clock

N_RUNNERS = 4


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told: what became of a job of a kind, how many are dead, failures of Redis."""

    count: Count
    show_dead: Callable[[int], None]
    blame: Blame


def open_jobs(
    documents: Documents, clock: Clock, live: Live, redis_url: str, watch: Watch, timing: Timing | None = None
) -> JobService:
    """Jobs in this process, or on the Redis of a URL; not started yet. Belongs to the running event loop.

    Raises:
        LiveError: the URL cannot be used, or the packages for Redis are missing.
    """
    timing = timing or Timing()
    outbox = Outbox(documents, clock)
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    runner = Runner(outbox, name, timing.lease, random.Random(secrets.randbits(64)), watch.count)
    wakes = open_wakes(redis_url, timing.grace, watch)
    return JobService(outbox, runner, wakes, live.rate_limits, watch.count, watch.show_dead, timing)


def open_wakes(redis_url: str, grace_seconds: float, watch: Watch) -> Wakes:
    """How runners are told of jobs. Raises LiveError."""
    if not redis_url:
        return EmbeddedWakes(N_RUNNERS, grace_seconds)
    try:
        from api.jobs.saq_wakes import SaqWakes
    except ModuleNotFoundError as error:
        raise LiveError(f"jobs on Redis need the package {error.name!r}; run: pip install 'pacer[scale]'") from error
    return SaqWakes(redis_url, N_RUNNERS, grace_seconds, watch.blame)
