"""`pacer content calibrate`: how items do, from a file of answers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.calibration.stored import calibrate_course
from api.calibration.tables import ORDER, figures_of, table_of, wide_console, write_items
from api.game.operating import DATA, STORE, Place
from content.calibration.answer_files import Form, Layout, read_answers
from content.calibration.calibration import Calibration
from content.calibration.conditional import fit_conditional_rasch
from content.calibration.expectation_maximisation import Fitting
from content.calibration.expectations import Expected, expected_of_track
from content.calibration.health import ItemHealth, item_health
from content.calibration.rasch import fit_rasch
from content.calibration.responses import CalibrationError, Responses
from content.calibration.two_pl import fit_two_pl
from content.faults import ContentError
from content.formats.yaml_track import load_track

MODELS = ("2pl", "rasch", "conditional")
LINES_A_TICK = 20_000
USUAL_FACETS = Form().facets


@click.command()
@click.argument("answers", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--course", help="Instead of a file: the answers to a course of a server, by its id; kept with its items."
)
@click.option("--organisation", default="home", show_default=True, help="Of the course.")
@DATA
@STORE
@click.option("--model", type=click.Choice(MODELS), default="2pl", show_default=True)
@click.option("--wide", is_flag=True, help="A learner a line, an item a column; else an answer a line.")
@click.option("--learner", default="learner", show_default=True, help="Name of the column.")
@click.option("--item", default="item", show_default=True, help="Name of the column.")
@click.option("--score", default="score", show_default=True, help="Name of the column: 0 to 1, or yes and no.")
@click.option("--facet", "facets", multiple=True, help="Column with groups.  [default: locale, device, group]")
@click.option("--right-from", default=1.0, show_default=True, help="Score from which an answer is right.")
@click.option("--repeats", type=click.Choice(("first", "last", "refuse")), default="first", show_default=True)
@click.option(
    "--track", type=click.Path(exists=True, path_type=Path), help="Track file: what its author says of items."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every item to this CSV file.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the last line here."
)
def calibrate(
    answers: Path | None, course: str | None, organisation: str, data: str | None, store: str | None, **asked: Any
) -> None:
    """Calibrate items from a file of answers, or those of a course, and say what is wrong with them.

    The file is CSV, or JSON lines if its name ends in .jsonl, with learner, item and score, and perhaps choice,
    seconds, locale, device and group. The last line is JSON.

    \b
    Answers to try it on:
        pacer content simulate-answers answers.csv
    Every item with its figures and findings:
        pacer content calibrate answers.csv --out items.csv
    A test with a column for each item, by the Rasch model:
        pacer content calibrate test.csv --wide --model rasch
    \b
    What learners answered to a course, kept for its authors to see (stop a server on SQLite first):
        pacer content calibrate --course 0198f000-0000-7000-8000-000000000000 --data ./data
    """
    if (answers is None) == (course is None):
        raise click.UsageError("give a file of answers or --course, one of both")
    if course is not None:
        calibrate_course(Place(data, store), organisation, course, asked["out"], asked["json_file"])
    elif answers is not None:
        _calibrate_file(answers, **asked)


def _calibrate_file(
    answers: Path, model: str, track: Path | None, out: Path | None, json_file: Path | None, wide: bool, **form: Any
) -> None:
    begun, console = time.perf_counter(), wide_console()
    form["facets"] = form["facets"] or USUAL_FACETS
    layout: Layout = "wide" if wide else "jsonl" if answers.suffix == ".jsonl" else "csv"
    try:
        said = {} if track is None else _said(track)
        with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bars:
            responses, n_repeats = _read(answers, Form(layout, **form), bars)
            calibration = _fit(responses, model, bars)
            found = _judge(responses, calibration, said, bars)
    except CalibrationError as error:
        raise click.ClickException(f"{answers}: {error}") from error
    console.print(table_of(found))
    if out is not None:
        write_items(out, found)
    figures = {
        "command": "content calibrate",
        **figures_of(responses, calibration, found),
        "repeatsLeftOut": n_repeats,
        "out": None if out is None else str(out),
        "seconds": round(time.perf_counter() - begun, 1),
    }
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


def _said(track: Path) -> dict[str, Expected]:
    try:
        return expected_of_track(load_track(track))
    except ContentError as error:
        raise click.ClickException(str(error)) from error


def _read(path: Path, form: Form, bars: Progress) -> tuple[Responses, int]:
    """With a bar by the bytes of the file."""
    task = bars.add_task("reading answers", total=path.stat().st_size)
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            read = read_answers(_ticking(file, bars, task), form)
        except UnicodeDecodeError as error:
            raise CalibrationError(f"byte {error.start} is not UTF-8; save the file as UTF-8") from error
    bars.update(task, completed=path.stat().st_size)
    return read


def _ticking(lines: Iterator[str], bars: Progress, task: TaskID) -> Iterator[str]:
    n_characters = 0
    for number, line in enumerate(lines):
        n_characters += len(line)
        if number % LINES_A_TICK == 0:
            bars.update(task, completed=n_characters)
        yield line


def _fit(responses: Responses, model: str, bars: Progress) -> Calibration:
    """With a bar that runs until the steps have become small."""
    task = bars.add_task("fitting", total=None)

    def progress(n_steps: int, log_likelihood: float) -> None:
        bars.update(task, description=f"fitting: step {n_steps}, log-likelihood {log_likelihood:.2f}")

    fitting = replace(Fitting(), progress=progress)
    if model == "conditional":
        calibration = fit_conditional_rasch(responses)
    elif model == "rasch":
        calibration = fit_rasch(responses, fitting=fitting)
    else:
        calibration = fit_two_pl(responses, fitting=fitting)
    bars.update(task, total=1, completed=1)
    return calibration


def _judge(
    responses: Responses, calibration: Calibration, said: dict[str, Expected], bars: Progress
) -> list[ItemHealth]:
    """Worst first."""
    task = bars.add_task("judging items", total=1)
    found = item_health(responses, calibration=calibration, expected=said)
    bars.update(task, completed=1)
    return sorted(found, key=lambda health: ORDER.index(health.status))
