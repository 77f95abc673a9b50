"""The agent's commands: `tune` the rivals, `train` a policy; `rl.benchmark.command` compares them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from rl.belief import BeliefParameters
from rl.teachers.tuning import TUNED, Plan, tuned_settings
from rl.teachers.tuning import tune as tune_rules
from rl.train_command import train
from simulators.families import FAMILIES, families_of

__all__ = ["train", "tune"]

RUNS = Path("runs")


def _console() -> Console:
    """As wide as the terminal; wide enough for the tables where there is none."""
    console = Console()
    return console if console.is_terminal else Console(width=170)


def progress_bar(console: Console) -> Progress:
    """A bar with a description, counts and the time that is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def rounded(value: Any) -> Any:
    """Floats to five decimals, so that a line of JSON can be read."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list | tuple) else value


@click.command()
@click.option("--family", "families", multiple=True, help="See pacer benchmark --help.  [default: every family]")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=TUNED, help="Folder: one file a family."
)
@click.option(
    "--runs", type=click.Path(path_type=Path), default=RUNS / "tuning", show_default=True, help="To go on from."
)
@click.option("--trials", type=click.IntRange(10), default=Plan().n_trials, show_default=True, help="Of each family.")
@click.option("--learners", type=click.IntRange(1), default=Plan().n_learners, show_default=True, help="In each trial.")
def tune(families: tuple[str, ...], out: Path, runs: Path, trials: int, learners: int) -> None:
    """Tune the rule-based rivals to families of simulated learners. A run that was stopped goes on where it was.

    \b
    pacer tune                                           every family, two minutes each
    pacer tune --family hlr --family mixed               one, and all together
    pacer tune --family bkt --trials 20 --runs /tmp/t --out /tmp/tuned
    """
    console = _console()
    out.mkdir(parents=True, exist_ok=True)
    for family in families or tuple(FAMILIES):
        try:
            families_of(family)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        plan = Plan(family=family, n_trials=trials, n_learners=learners)
        with progress_bar(console) as bar:
            task = bar.add_task(f"tuning to {family}", total=None)
            result = tune_rules(plan, BeliefParameters(), runs, partial(bar.advance, task), tuned_settings())
        text = msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
        (out / f"{family}.json").write_bytes(text)
        table = Table(
            "rule", "mean gain", "trials", "settings", title=f"{family}: {trials} trials of {learners} learners"
        )
        for name, tuned in sorted(result.rules.items(), key=lambda item: -item[1].gain):
            settings = ", ".join(f"{k} {v:.3g}" for k, v in tuned.settings.items())
            table.add_row(name, f"{tuned.gain:.4f}", str(tuned.n_trials), settings)
        console.print(table)
