"""A replica set that loses its primary under load: what was acknowledged is there once, and appending goes on."""

from __future__ import annotations

import asyncio
import signal
import uuid
from typing import get_args

import pytest

from api.store.mongo.drivers import Driver
from api.store.mongo.store import MongoStore
from api.store.ports import Commit, DuplicateEventError, JournalEntry, SequenceClashError, StoreError
from tests.servers.mongo import ReplicaSet

N_LEARNERS = 16
# An election takes a second or two here; the machine may be busy with other tests.
PATIENCE_S = 60.0


def commit(learner: str, seq: int) -> Commit:
    event = JournalEntry(id=str(uuid.uuid4()), kind="answer", effective_at=seq, body=b"x" * 100)
    return Commit(learner_id=learner, seq=seq, events=(event,), facts=(), accepted_at=seq)


async def append_for_ever(store: MongoStore, learner: str, acknowledged: list[Commit], stop: asyncio.Event) -> None:
    """As a client does: what failed is sent again as it was, and a duplicate is as good as an acknowledgement."""
    while not stop.is_set():
        asked = commit(learner, len(acknowledged) + 1)
        while True:
            try:
                await store.journal.append(asked)
            except DuplicateEventError:
                break
            except SequenceClashError as error:
                raise AssertionError("nobody else writes to this learner") from error
            except StoreError:
                await asyncio.sleep(0.1)
                continue
            break
        acknowledged.append(asked)


async def more(acknowledged: dict[str, list[Commit]]) -> None:
    """Wait until every learner has got further."""
    before = {learner: len(commits) for learner, commits in acknowledged.items()}
    async with asyncio.timeout(PATIENCE_S):
        while any(len(acknowledged[learner]) <= n + 2 for learner, n in before.items()):
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("driver", get_args(Driver))
async def test_no_acknowledged_commit_is_lost_or_doubled_when_the_primary_goes(
    replica_set: ReplicaSet, driver: Driver
) -> None:
    store = await MongoStore.open(replica_set.url(), driver)
    acknowledged: dict[str, list[Commit]] = {f"l{n}": [] for n in range(N_LEARNERS)}
    stop = asyncio.Event()
    tasks = [asyncio.ensure_future(append_for_ever(store, *each, stop)) for each in acknowledged.items()]
    await more(acknowledged)
    await asyncio.to_thread(replica_set.step_down, 5)
    await more(acknowledged)
    killed = await asyncio.to_thread(lambda: replica_set.primary)
    await asyncio.to_thread(killed.stop, signal.SIGKILL)
    await more(acknowledged)
    await asyncio.to_thread(killed.start)
    await more(acknowledged)
    stop.set()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*tasks)
    for learner, commits in acknowledged.items():
        assert await store.journal.read(learner) == commits
    await store.close()
