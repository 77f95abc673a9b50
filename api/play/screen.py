"""What a person sees: the lessons as they are played, and at the end what was learned."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from rich import box
from rich.console import Console
from rich.live import Live
from rich.table import Table

from api.play.lessons import AUTHOR, TUTOR, Class
from api.play.outcome import Outcome

REFRESH_SECONDS = 0.25
TEACHERS = {TUTOR: "tutor", AUTHOR: "author"}
SIMULATED = """All learners are simulated: models of learners, not people.
"tutor": exercises chosen by the tutor ("policy": the share chosen by the trained policy, the rest by its rule).
"author": the same learners, with the same luck, in the author's order.
"difference": tutor minus author, with its 95 % bootstrap interval over the learners; "better": with the tutor."""


@asynccontextmanager
async def live(console: Console, classes: Sequence[Class]) -> AsyncIterator[None]:
    """Show the lessons while they are played; on what is no terminal, only how it ended."""
    started = time.monotonic()

    async def refresh(view: Live) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            view.update(lessons_table(classes, time.monotonic() - started), refresh=True)

    with Live(lessons_table(classes, 0.0), console=console, auto_refresh=False) as view:
        task = asyncio.create_task(refresh(view))
        try:
            yield
        finally:
            task.cancel()
            view.update(lessons_table(classes, time.monotonic() - started), refresh=True)
    console.print()


def lessons_table(classes: Sequence[Class], seconds: float) -> Table:
    """Lessons, answers, accuracy and XP of each class so far."""
    n_answers = sum(playing.tally.n_answers for playing in classes)
    rate = n_answers / seconds if seconds > 0 else 0.0
    title = f"Simulated lessons over HTTP: {n_answers} answers, {rate:.0f} a second"
    table = Table(title=title, box=box.SIMPLE_HEAD)
    for heading in ("track", "taught by"):
        table.add_column(heading)
    for heading in ("done", "lessons", "answers", "right", "XP", "policy"):
        table.add_column(heading, justify="right")
    for playing in classes:
        tally = playing.tally
        table.add_row(
            playing.index.track.title,
            TEACHERS[playing.arm],
            f"{tally.n_learners}/{playing.cohort.plan.n_learners}",
            str(tally.n_lessons),
            str(tally.n_answers),
            share(tally.n_correct, tally.n_answers),
            str(tally.xp),
            share(tally.by_policy, tally.n_answers),
        )
    return table


def share(part: int, whole: int) -> str:
    """In percent."""
    return f"{part / whole:.0%}" if whole else ""


def outcome_table(outcomes: Sequence[Outcome], titles: dict[str, str], delay_days: float, seed: int) -> Table:
    """What was learned on each track, in percent of the test's points."""
    table = Table(title=f"Expected score in % on a test {delay_days:g} days after the end", box=box.SIMPLE_HEAD)
    table.add_column("track")
    for heading in ("before", "tutor", "author", "difference", "better"):
        table.add_column(heading, justify="right")
    for outcome in outcomes:
        low, high = (100 * bound for bound in outcome.interval(seed))
        before, tutor, author = (100 * float(s.mean()) for s in (outcome.before, outcome.tutor, outcome.author))
        table.add_row(
            titles[outcome.track_id],
            f"{before:.1f}",
            f"{tutor:.1f}",
            f"{author:.1f}",
            f"{tutor - author:+.1f} ({low:+.1f} to {high:+.1f})",
            f"{outcome.better:.0%}",
        )
    return table
