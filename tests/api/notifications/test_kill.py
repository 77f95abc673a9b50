"""Processes that plan and send are killed; nobody is told the same thing twice, and nobody is forgotten."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.composition import system_clock
from api.notifications.channels.vapid import make_key, read_key
from api.notifications.channels.webpush import WebPush
from api.notifications.preferences import Choices, Preferences
from api.notifications.quiet import Quiet
from api.store.opening import open_store
from tests.api.conftest import MovableClock
from tests.api.notifications.conftest import HOUR, Room
from tests.servers.push import PushService

WORKER = Path(__file__).with_name("worker.py")
AHEAD_MS = round(23.6 * HOUR * 1000)
N_LEARNERS, N_KILLS = 16, 2
ROOT = WORKER.parents[3]


@contextmanager
def worker(file: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, str(WORKER), str(file), str(AHEAD_MS), *more], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(push: PushService, n_taken: int, process: subprocess.Popen[bytes]) -> None:
    """Until the push service took so many."""
    deadline = time.monotonic() + 60
    while len(push.taken) < n_taken:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)


async def test_killing_the_process_sends_nothing_twice_and_forgets_nobody(tmp_path: Path, push: PushService) -> None:
    file, clock = tmp_path / "pacer.db", MovableClock(system_clock())
    carrier = WebPush(read_key(make_key(), file), "mailto:a@b.example", clock, loopback=True)
    store = await open_store(file)
    room = Room(store, clock, push, carrier)
    await room.accounts.declare()
    await room.books.declare()
    learners = [await room.learner(personalised=False) for _ in range(N_LEARNERS)]
    for learner in learners:
        await room.service.choose(learner, Preferences(push=Choices(reminder=True), quiet=Quiet(0, 0)))
        await room.browser(learner)
        await room.practise(learner)
    await store.close()
    push.delay_seconds = 0.02
    for number in range(N_KILLS):
        with worker(file) as process:
            wait_for(push, (number + 1) * 3, process)
    with worker(file, "settle") as process:
        process.wait(timeout=60)
    store = await open_store(file)
    room = Room(store, clock, push, carrier)
    await room.books.declare()
    messages = [message for learner in learners for message in await room.log(learner)]
    await store.close()
    await carrier.close()
    taken = Counter(request.path for request in push.taken)
    assert max(taken.values()) == 1
    assert len(messages) == N_LEARNERS
    assert {message.state for message in messages} == {"sent"}
    unsure = [message for message in messages for each in message.deliveries.values() if each.state == "unsure"]
    assert len(taken) + len(unsure) >= N_LEARNERS
    assert len(unsure) <= N_KILLS * 8
