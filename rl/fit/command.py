"""`pacer fit`: student models fitted to logs of real learners, with plots and a line of JSON at the end."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from rl.commands import rounded
from rl.fit.logs import SETS, LogError, data_folder, first_learners, read_log


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of the logs.  [default: PACER_DATA, ../shared/data]"
)
@click.option("--log", "names", multiple=True, type=click.Choice(SETS), help="Default: all.")
@click.option("--seed", default=1, show_default=True, help="One seed reproduces the run.")
@click.option("--epochs", type=click.IntRange(1), help="Passes of the recurrent learner over the logs.")
@click.option("--learners", type=click.IntRange(10), help="At most so many of each log: a quick look.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("runs/fit"), show_default=True)
@click.option(
    "--weights", type=click.Path(dir_okay=False, path_type=Path), help="The recurrent learner's.  [default: OUT]"
)
@click.option("--threads", default=1, show_default=True, help="Threads of torch.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the last line here."
)
def fit(
    data: Path | None,
    names: tuple[str, ...],
    seed: int,
    epochs: int | None,
    learners: int | None,
    out: Path,
    weights: Path | None,
    threads: int,
    json_file: Path | None,
) -> None:
    """Fit student models to logs of real learners, and say how far they are from the data.

    Knowledge tracing, additive and performance factors are fitted to answers whose order is known; three laws of
    forgetting and the log-normal of response times to answers with times; the recurrent learner to all. Everything is
    judged on learners it was not fitted to. docs/fitting.md names the logs. The last line is JSON.

    \b
    pacer fit                                       what docs/fitting.md tells of, about 13 minutes
    pacer fit --learners 100 --epochs 1             a quick look
    pacer fit --log cloze --data ~/logs             one log, elsewhere
    pacer fit --weights simulators/neural/recurrent.npz   replace the recurrent learner that comes with Pacer
    """
    import torch

    from rl.fit.plots import plot_curves
    from rl.fit.recurrent import RecurrentSettings
    from rl.fit.study import Study

    torch.set_num_threads(threads)
    begun, console = time.perf_counter(), _console()
    settings = replace(RecurrentSettings(), **({"epochs": epochs} if epochs else {}))
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int, note: str) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, description=f"{stage} {note}".strip())

        try:
            folder = data_folder(data)
            logs = [first_learners(read_log(name, folder), learners) for name in dict.fromkeys(names or SETS)]
        except LogError as error:
            raise click.ClickException(str(error)) from error
        study = Study(logs, settings, seed, progress)
        findings = study.run()
    weights = weights or out / "recurrent.npz"
    study.recurrent.weights([part.fitted for part in study.parts]).save(weights)
    plot_curves(findings.curves, out / "curves.png")
    for table in _tables(findings):
        console.print(table)
    figures = {
        "command": "fit",
        "seed": seed,
        "epochs": settings.epochs,
        "learnersAtMost": learners,
        **msgspec.to_builtins(findings),
        "weights": str(weights),
        "weightsBytes": weights.stat().st_size,
        "plot": str(out / "curves.png"),
        "seconds": round(time.perf_counter() - begun, 1),
    }
    line = msgspec.json.encode(rounded(figures)).decode()
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


def _console() -> Console:
    """As wide as the terminal; wide enough for the tables where there is none."""
    console = Console(stderr=True)
    return console if console.is_terminal else Console(stderr=True, width=120)


def _tables(findings: Any) -> list[Table]:
    """Predictions of unseen learners, and misfits of curves."""
    held = Table("log", "answers", "model", "AUC", "log-likelihood", title="learners that nothing was fitted to")
    for part in findings.held_out:
        for name, told in part.models.items():
            of = f"{part.n_answers:,} {part.what}"
            held.add_row(part.log, of, name, f"{told.auc:.4f}", f"{told.log_likelihood:.4f}")
    misfit = Table("curve", "model", "off by (RMSE)", "95 %", "noise", title="curves of unseen learners")
    for curve in findings.curves:
        for name, told in curve.misfits.items():
            interval = f"{told.low:.4f} to {told.high:.4f}"
            misfit.add_row(f"{curve.name}, {curve.log}", name, f"{told.rmse:.4f}", interval, f"{curve.noise:.4f}")
    return [held, misfit]
