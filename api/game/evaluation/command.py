"""`pacer evaluate fairplay`, `pacer evaluate game` and `pacer evaluate goals`, on simulated learners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.game.evaluation.sheets import Sheet

WIDTH = 200
JSON = click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the line here."
)


@click.command()
@click.option(
    "--learners", type=click.IntRange(100), default=24_000, show_default=True, help="Honest ones to check on."
)
@click.option("--tuning", type=click.IntRange(100), default=12_000, show_default=True, help="Honest ones to tune on.")
@click.option("--cheats", type=click.IntRange(1), default=60, show_default=True, help="Of each kind and strength.")
@JSON
def fairplay(learners: int, tuning: int, cheats: int, json_file: Path | None) -> None:
    """Measure the detectors of unfair play: honest learners flagged, cheats found, by kind and sub-population.

    \b
        pacer evaluate fairplay --json fairplay.json

    All learners are simulated. The last line is JSON; docs/game.md explains every figure.
    """
    from api.game.evaluation.fairplay import evaluate as run
    from api.game.evaluation.fairplay_sheets import sheets
    from api.game.fairplay.detectors import DETECTORS

    with _progress({"tuning": tuning, "checking": learners, "detecting": len(DETECTORS)}) as bars:
        report = run(tuning, learners, cheats, bars)
    _tell(sheets(report), report, json_file)


@click.command()
@click.option(
    "--people", type=click.IntRange(2), default=60, show_default=True, help="Of each seed, for each rule set."
)
@click.option("--farmers", type=click.IntRange(2), default=40, show_default=True, help="People who try each strategy.")
@click.option("--seeds", type=click.IntRange(1, 3), default=3, show_default=True, help="How many.")
@click.option("--days", type=click.IntRange(1, 90), default=90, show_default=True, help="How long.")
@click.option("--farming-days", type=click.IntRange(1, 90), default=7, show_default=True, help="How long of farming.")
@click.option("--farming-alone", is_flag=True, help="Compare strategies, and no sets of rules.")
@JSON
def game(
    people: int, farmers: int, seeds: int, days: int, farming_days: int, farming_alone: bool, json_file: Path | None
) -> None:
    """Compare sets of rules by what people know after 90 days, and strategies by XP and learning a minute.

    \b
        pacer evaluate game --json game.json

    \b
    What farming pays over four weeks, and nothing else:
        pacer evaluate game --farming-alone --farming-days 28

    All learners are simulated, and so is how they react to a game: figures compare rules, they do not predict what
    people do. The last line is JSON; docs/game.md explains every figure.
    """
    from api.game.evaluation.game import SEEDS, sheets
    from api.game.evaluation.game import evaluate as run

    with _progress({"farming": 2 * farming_days, "living": 0 if farming_alone else seeds * days}) as bars:
        report = run(
            people,
            farmers,
            SEEDS[:seeds],
            days,
            bars,
            farming_days=farming_days,
            farming_alone=farming_alone,
        )
    _tell(sheets(report), report, json_file)


@click.command()
@click.option(
    "--learners", type=click.IntRange(2), default=200, show_default=True, help="Of each seed and family of learners."
)
@click.option("--seeds", type=click.IntRange(1, 3), default=3, show_default=True, help="How many.")
@click.option("--tune", is_flag=True, help="Find the assumptions of the forecast instead, on a seed of their own.")
@JSON
def goals(learners: int, seeds: int, tune: bool, json_file: Path | None) -> None:
    """Count how often the forecast of a goal with a date holds.

    \b
        pacer evaluate goals --json goals.json
        pacer evaluate goals --tune

    All learners are simulated, of every family, and taught by the released tutor. The last line is JSON; docs/game.md
    explains every figure.
    """
    from api.game.evaluation import goals as room
    from simulators.families import FAMILIES

    with _progress({"teaching": len(FAMILIES) * (1 if tune else seeds)}) as bars:
        if tune:
            _tell([], room.tune(list(room.ask(learners, room.TUNING_SEED, bars))), json_file)
            return
        report = room.evaluate(learners, room.SEEDS[:seeds], bars)
    _tell(room.sheets(report), report, json_file)


class _Bars:
    """Progress of several tasks by name."""

    def __init__(self, progress: Progress, totals: dict[str, int]) -> None:
        self._progress = progress
        self._tasks = {name: progress.add_task(name, total=total) for name, total in totals.items()}

    def __call__(self, name: str, n: int) -> None:
        self._progress.advance(self._tasks[name], n)


@contextmanager
def _progress(totals: dict[str, int]) -> Iterator[_Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bars(progress, totals)


def _tell(sheets: list[Sheet], report: msgspec.Struct, json_file: Path | None) -> None:
    """Tables, then one line of JSON."""
    console = Console(width=WIDTH)
    for sheet in sheets:
        console.print(sheet.table())
    line = msgspec.json.encode(_rounded(msgspec.to_builtins(report))).decode()
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


def _rounded(value: object) -> object:
    """The same with six digits after the point."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value
