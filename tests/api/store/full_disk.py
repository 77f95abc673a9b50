"""Appends under a file size limit that strikes ever later; prints how many members failed and how many landed."""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

from api.store import check_store, open_store
from api.store.ports import Commit, JournalEntry, StoreError


def commit(learner: str, n_bytes: int) -> Commit:
    event = JournalEntry(id="event", kind="answer", effective_at=1, body=b"x" * n_bytes)
    return Commit(learner_id=learner, seq=1, events=(event,), facts=(), accepted_at=1)


def limit(n_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, resource.RLIM_INFINITY))


async def main(path: Path) -> None:
    store = await open_store(path)
    failed, written = set(), set()
    for round in range(40):
        names = [f"r{round}-{n}" for n in range(4)]
        limit(path.with_name(path.name + "-wal").stat().st_size + round * 701)
        appends = [store.journal.append(commit(name, 9000 if name.endswith("2") else 100)) for name in names]
        outcomes = await asyncio.gather(*appends, return_exceptions=True)
        limit(resource.RLIM_INFINITY)
        for name, outcome in zip(names, outcomes, strict=True):
            if outcome is not None and not isinstance(outcome, StoreError):
                raise outcome
            (failed if outcome else written).add(name)
        if set(await store.journal.learners(limit=10_000)) != written:
            raise SystemExit(f"round {round}: the file does not hold what was acknowledged")
    await store.close()
    again = await open_store(path)
    if set(await again.journal.learners(limit=10_000)) != written:
        raise SystemExit("after opening again the file does not hold what was acknowledged")
    await again.close()
    await check_store(path)
    sys.stdout.write(f"{len(failed)} {len(written)}\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
