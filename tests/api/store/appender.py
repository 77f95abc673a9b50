"""A process that appends under load and says on stdout what was acknowledged, until it is killed."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid

from api.store import Store, open_store
from api.store.ports import Commit, JournalEntry

N_LEARNERS = 24


def entry(id: str) -> JournalEntry:
    return JournalEntry(id=id, kind="exerciseAnswered", effective_at=1, body=b"x" * 300)


async def append_for_ever(store: Store, learner: str, n_events: int) -> None:
    seq = len(await store.journal.read(learner))
    while True:
        seq += 1
        events = tuple(entry(str(uuid.uuid4())) for _ in range(n_events))
        commit = Commit(learner_id=learner, seq=seq, events=events, facts=(entry("fact"),), accepted_at=1)
        await store.journal.append(commit)
        os.write(1, f"{learner} {seq} {' '.join(event.id for event in events)}\n".encode())


async def main() -> None:
    store = await open_store(sys.argv[1])
    await asyncio.gather(*(append_for_ever(store, f"learner-{n}", n % 3 + 1) for n in range(N_LEARNERS)))


if __name__ == "__main__":
    asyncio.run(main())
