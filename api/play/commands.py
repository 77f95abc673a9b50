"""The command `pacer play`."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console

from api.play.cohort import Plan
from api.play.lessons import ARMS, AUTHOR, MS_PER_DAY, TUTOR, ZONES, Class, play_classes
from api.play.outcome import Outcome
from api.play.phone import Phone, PlayError
from api.play.screen import SIMULATED, live, outcome_table
from api.play.server import own_server
from api.sessions.opening import read_tracks, track_paths
from api.settings import Settings, SettingsError, load_settings
from api.workers.worker import first
from content.catalogue import CourseIndex, index_course
from content.faults import ContentError
from content.tracks import content_hash
from simulators.families import FAMILIES, MIXED
from simulators.noise import Reals

MAX_DAYS = 28
"""The service takes an event to be at most 30 days old; two remain for a clock that is wrong and for playing."""

TIMEOUT_SECONDS = 60.0
DEFAULTS = Plan()


@click.command()
@click.option("--url", help="A running server that takes simulated days. Without it one is started.")
@click.option("--policy", help="Policy for the server that is started [the shipped one]")
@click.option("--track", "tracks", multiple=True, help="Id of a track; give it several times for several. [all]")
@click.option("--learners", default=DEFAULTS.n_learners, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--sessions", default=DEFAULTS.n_sessions, show_default=True, type=click.IntRange(1, 100))
@click.option("--exercises", default=DEFAULTS.n_exercises, show_default=True, type=click.IntRange(1, 50))
@click.option(
    "--days",
    default=DEFAULTS.days,
    show_default=True,
    type=click.FloatRange(1, MAX_DAYS),
    help="Simulated days that the lessons are spread over; they end now.",
)
@click.option(
    "--delay", default=DEFAULTS.delay_days, show_default=True, type=click.FloatRange(0, 365), help="Days to the test."
)
@click.option("--family", default=MIXED, show_default=True, type=click.Choice((*FAMILIES, MIXED)))
@click.option("--seed", default=DEFAULTS.seed, show_default=True, type=click.IntRange(0))
@click.option("--concurrency", default=16, show_default=True, type=click.IntRange(1, 256), help="Learners at a time.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def play(
    url: str | None, policy: str | None, tracks: tuple[str, ...], concurrency: int, json_file: Path | None, **plan: Any
) -> None:
    """Let simulated learners use a running server, and show what they learn.

    Each learner is a client of its own: it signs in as a guest, enrols and plays lessons over HTTP. A student model
    decides whether it knows the answer; then it sends the key, or one of the item's wrong answers. Simulated days go
    into the events' times. Its twin, with the same luck, is taught in the author's order.

    --learners is per track, --sessions and --exercises are lessons per learner and exercises per lesson. The learners
    are simulated, so that nothing here says what people would learn. They stay in the server's database as guests.
    The last line is JSON.

    \b
    On a server of its own, all tracks:
        pacer play
    Against one that was started with PACER_BACKDATING=30, as the simulated days lie before now:
        pacer play --url http://127.0.0.1:8000 --track python-from-zero --learners 50
    """
    names = {"learners": "n_learners", "sessions": "n_sessions", "exercises": "n_exercises", "delay": "delay_days"}
    made = Plan(**{names.get(name, name): value for name, value in plan.items()})
    if url is not None and policy is not None:
        raise click.UsageError("--policy is for a server that is started here; leave out --url, or --policy")
    try:
        indices = find_tracks(load_settings(os.environ), tracks)
        with nullcontext(url) if url else own_server(policy) as address:
            line = json.dumps(asyncio.run(run(address, indices, made, concurrency, own=url is None)))
    except* (PlayError, SettingsError, ContentError) as group:
        raise click.ClickException(str(first(group))) from group
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


def find_tracks(settings: Settings, wanted: Sequence[str]) -> list[CourseIndex]:
    """The tracks of these ids, or all. Raises PlayError for an id that is none."""
    found = {track.id: track for track in read_tracks(track_paths(settings))}
    unknown = sorted(set(wanted) - set(found))
    if unknown:
        raise PlayError(f"there is no track {', '.join(unknown)}; there are: {', '.join(sorted(found))}")
    return [index_course(found[name]) for name in (dict.fromkeys(wanted) or sorted(found))]


async def run(url: str, indices: list[CourseIndex], plan: Plan, concurrency: int, *, own: bool) -> dict[str, Any]:
    """Play, show, and give the figures. Raises PlayError."""
    console = Console(highlight=False)
    starts_at = time.time() * 1000.0 - plan.days * MS_PER_DAY
    classes = [Class.of(arm, index, plan, starts_at) for index in indices for arm in ARMS]
    before = {playing.index.track.id: playing.cohort.scores() for playing in classes}
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    started = time.monotonic()
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, limits=limits, trust_env=not own) as client:
        await check_versions(client, indices)
        async with live(console, classes):
            await play_classes(client, classes, concurrency)
    seconds = time.monotonic() - started
    outcomes = outcomes_of(classes, before)
    titles = {index.track.id: index.track.title for index in indices}
    console.print(outcome_table(outcomes, titles, plan.delay_days, plan.seed))
    console.print(SIMULATED, markup=False)
    return figures_of(classes, outcomes, plan, seconds)


async def check_versions(client: httpx.AsyncClient, indices: list[CourseIndex]) -> None:
    """Whether the server teaches the very tracks whose keys are known here. Raises PlayError."""
    phone = Phone(client, ZONES[0])
    await phone.sign_in()
    for index in indices:
        track = index.track
        if await phone.track_version(track.id) != content_hash(track):
            raise PlayError(
                f"the server teaches another version of track {track.id!r} than the one here; play from the "
                "installation that serves, with the same PACER_TRACKS"
            )


def outcomes_of(classes: Sequence[Class], before: dict[str, Reals]) -> list[Outcome]:
    """What was learned on each track."""
    after = {(playing.index.track.id, playing.arm): playing.cohort.scores() for playing in classes}
    return [Outcome(name, scores, after[name, TUTOR], after[name, AUTHOR]) for name, scores in before.items()]


def figures_of(classes: Sequence[Class], outcomes: Sequence[Outcome], plan: Plan, seconds: float) -> dict[str, Any]:
    """Everything that was counted and measured, for JSON."""
    n_answers = sum(playing.tally.n_answers for playing in classes)
    tracks: dict[str, Any] = {outcome.track_id: outcome.figures(plan.seed) for outcome in outcomes}
    for playing in classes:
        dropped_out = int(playing.cohort.dropped_out.sum())
        tracks[playing.index.track.id][playing.arm] = asdict(playing.tally) | {"n_dropped_out": dropped_out}
    return {
        "command": "play",
        "simulated": True,
        "plan": asdict(plan),
        "seconds": round(seconds, 2),
        "answers_per_second": round(n_answers / seconds, 1),
        "tracks": tracks,
    }
