"""The agent's commands: `tune` the rivals, `evaluate` policies against them."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from rl.belief import BeliefParameters
from rl.teachers.rules import RULES
from rl.teachers.tuning import TUNED_FILE, Plan, tune

RUNS = Path("runs")


def progress_bar(console: Console) -> Progress:
    """A bar with a description, counts and the time that is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


@click.command("tune")
@click.option("--out", type=click.Path(path_type=Path), default=TUNED_FILE, help="File for the tuned settings.")
@click.option("--runs", type=click.Path(path_type=Path), default=RUNS / "tuning", show_default=True)
@click.option("--trials", type=click.IntRange(1), default=Plan().n_trials, show_default=True)
@click.option("--learners", type=click.IntRange(1), default=Plan().n_learners, show_default=True)
def tune_command(out: Path, runs: Path, trials: int, learners: int) -> None:
    """Tune the rule-based rivals on simulated learners. A run that was stopped goes on with the next rule."""
    console = Console()
    plan = Plan(n_trials=trials, n_learners=learners)
    with progress_bar(console) as bar:
        task = bar.add_task("tuning", total=trials * len(RULES))

        def advance(name: str, n: int) -> None:
            bar.update(task, advance=n, description=name)

        result = tune(RULES, plan, BeliefParameters(), runs, advance)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    table = Table("rule", "mean gain", "settings", title=f"{trials} trials of {learners} learners each")
    for name, tuned in sorted(result.rules.items(), key=lambda item: -item[1].gain):
        table.add_row(name, f"{tuned.gain:.4f}", ", ".join(f"{k} {v:.3g}" for k, v in tuned.settings.items()))
    console.print(table)
