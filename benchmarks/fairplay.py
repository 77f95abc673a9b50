"""What looking for unfair play costs: a pass of the job, and the daily walk through everybody.

Run as ``python -m benchmarks.fairplay [--learners 20000] [--active 100] [--json FILE]``. The last line printed is JSON;
`--json` also writes it to a file. Everything runs in this process, on one core, with a store in a file.

- `pass_seconds`: the job looks at `--active` learners who gave an answer since, of so many who gave 30 each before.
- `idle_seconds`: the same where nobody answered.
- `walk_seconds`: once a day everybody's journal is asked for what was never looked at; nothing was.
- `peak_mb`: memory that the pass had at most beyond what it began with, by Python's own count, in a pass of its own.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
import tracemalloc
from functools import partial
from pathlib import Path
from typing import Any

import click

from api.game.fairplay.busy import Busy
from api.game.fairplay.cases import Cases, Seen
from api.game.fairplay.watching import Watch
from api.learners.entries import Happening, commit_of
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded, XpGranted
from api.store import Store, open_store
from api.store.ports import Commit
from content.answers import ShortTextAnswer

MONDAY = 1_772_409_600_000  # 2026-03-02
N_BEFORE = 30
SEED_PAGE = 500
N_ITEMS = 400
MINUTE_MS = 60_000
Figures = dict[str, Any]


def name_of(i: int) -> str:
    """A learner's id."""
    return f"learner-{i:07d}"


def answer_of(i: int, seq: int, rng: random.Random) -> Commit:
    """An answer at a pace at which people answer."""
    at, id = MONDAY + seq * MINUTE_MS + i, f"{name_of(i)}-{seq}"
    seconds, correct = round(rng.lognormvariate(2.7, 0.4), 1), rng.random() < 0.75
    event = ExerciseAnswered(
        client_time=at,
        zone="UTC",
        device_id="phone",
        sequence=seq,
        session_id="session",
        decision_id=id,
        answer=ShortTextAnswer(text=str(rng.randrange(50))),
        seconds_taken=seconds,
    )
    graded = AnswerGraded(
        decision_id=id,
        session_id="session",
        enrolment_id="enrolment",
        item_id=f"item-{rng.randrange(N_ITEMS)}",
        skills=("skill",),
        band="band",
        score=float(correct),
        correct=correct,
        feedback="",
        expected="",
        seconds=seconds,
        usual_seconds=15.0,
        day_starts_at=0,
    )
    granted = XpGranted(amount=2, reasons=("correct",), rules_version=1, decision_id=id, session_id="session")
    happening = Happening(id=id, effective_at=at, accepted_at=at, event=event, facts=(graded, granted))
    return commit_of(name_of(i), seq, [happening])


async def seed(store: Store, n: int, rng: random.Random) -> None:
    """Learners who gave answers that were all looked at."""
    cases = Cases(store.documents)
    for first in range(0, n, SEED_PAGE):
        some = range(first, min(n, first + SEED_PAGE))
        await store.contents.add([answer_of(i, seq, rng) for i in some for seq in range(1, N_BEFORE + 1)], ())
        for i in some:
            await cases.mark(name_of(i), Seen(seq=N_BEFORE))


def watch_on(store: Store) -> Watch:
    """A process's watch that has seen nothing yet. Nobody is flagged here."""

    async def settle(*arguments: Any) -> Any:
        raise RuntimeError(f"somebody would be flagged: {arguments}")

    return Watch(store.journal, store.documents, Cases(store.documents), settle, lambda _: 0.25, lambda: MONDAY)


async def answers(store: Store, n: int, active: int, rng: random.Random, seq: int) -> None:
    """One more answer of each of the active, noted as by a server."""
    busy = Busy()
    for i in range(0, n, n // active):
        commit = answer_of(i, seq, rng)
        await store.journal.append(commit)
        busy.put(commit)
    await busy.write(store.documents)


async def timed(work: Any) -> float:
    """Seconds until it has nothing left to do."""
    begun = time.perf_counter()
    while await work():
        pass
    return time.perf_counter() - begun


async def measure(folder: Path, n: int, active: int) -> Figures:
    """Everything."""
    rng, store = random.Random(11), await open_store(folder / "pacer.db")
    try:
        watch, cases = watch_on(store), Cases(store.documents)
        await cases.declare()
        await watch.declare()
        await seed(store, n, rng)
        figures: Figures = {"learners": n, "active": active}
        figures["idle_seconds"] = round(await timed(watch.look), 4)
        await answers(store, n, active, rng, N_BEFORE + 1)
        figures["pass_seconds"] = round(await timed(watch.look), 3)
        await answers(store, n, active, rng, N_BEFORE + 2)
        again = watch_on(store)
        tracemalloc.start()
        await timed(again.look)
        figures["peak_mb"] = round(tracemalloc.get_traced_memory()[1] / 1e6, 1)
        tracemalloc.stop()
        figures["walk_seconds"] = round(await timed(partial(watch.walk)), 2)
        return figures
    finally:
        await store.close()


@click.command()
@click.option("--learners", default=20_000, show_default=True, type=click.IntRange(100), help="who gave answers")
@click.option("--active", default=100, show_default=True, type=click.IntRange(1), help="of them since the last pass")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(learners: int, active: int, json_file: Path | None) -> None:
    """Measure what looking for unfair play costs."""
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(Path(folder), learners, active))
    text = json.dumps(figures)
    if json_file:
        json_file.write_text(text + "\n")
    click.echo(text)


if __name__ == "__main__":
    main()
