"""`pacer train`: one policy from one seed, with progress, checkpoints and a line of JSON at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from envs.calendar import PLANS, VARIED
from simulators.families import MIXED, families_of

if TYPE_CHECKING:
    from rl.policy import PolicyCard
    from rl.train import Run

# Options that are settings of the run; one that is not given leaves the setting as it is.
SETTINGS = (
    click.option("--imitation-steps", type=click.IntRange(1), help="Choices of the first stage."),
    click.option("--steps", type=click.IntRange(0), help="Choices of the second stage, PPO."),
    click.option("--validation", "n_validation", type=click.IntRange(1), help="Of each family, to judge a checkpoint."),
    click.option("--learners", "n_learners", type=click.IntRange(1), help="Simulated learners side by side."),
)


def _check_families(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        families_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return value


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(SETTINGS):
        command = option(command)
    return command


@click.command()
@click.option("--seed", default=1, show_default=True, help="One seed reproduces the run.")
@click.option(
    "--family",
    default=MIXED,
    show_default=True,
    callback=_check_families,
    help="Learners to train on: families, kinds, or what to leave out, as in mixed,-memory.",
)
@click.option("--plan", default=VARIED, show_default=True, type=click.Choice(tuple(PLANS)), help="Their calendars.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/tutor.onnx"), show_default=True)
@click.option("--run", "folder", type=click.Path(path_type=Path), help="Its folder.  [default: runs/train-FAMILY-SEED]")
@click.option("--resume", is_flag=True, help="Go on from the folder's last checkpoint.")
@click.option("--privileged", is_flag=True, help="Feed the hidden state: a reference, not a policy for people.")
@click.option("--threads", default=1, show_default=True, help="Threads of torch.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the last line to this file.")
@_with_settings
def train(out: Path, folder: Path | None, resume: bool, threads: int, json_file: Path | None, **settings: Any) -> None:
    """Train a policy on simulated learners and export it.

    \b
    pacer train                                       the released policy's run
    pacer train --seed 2 --out b.onnx                 another seed
    pacer train --family mixed,-memory                without a kind of learner
    pacer train --resume                              after an interruption
    tensorboard --logdir runs                         watch it learn
    """
    import torch

    from rl.train import Run, card_of
    from rl.training_settings import TrainingSettings

    torch.set_num_threads(threads)
    given = {key: value for key, value in settings.items() if value is not None}
    chosen = replace(TrainingSettings(), **given)
    with _progress() as progress:
        run = Run(folder or Path(f"runs/train-{chosen.family}-{chosen.seed}"), chosen, progress)
        try:
            scorer = run.train(resume)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    card = card_of(run)
    _export(scorer, card, out)
    line = msgspec.json.encode(_figures(run, card, out)).decode()
    if json_file is not None:
        json_file.write_text(line + "\n")
    click.echo(line)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int, str], None]]:
    """A bar for each stage; what is given tells them how far they are."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int, note: str) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, note="")
            bars.update(tasks[stage], completed=done, note=note)

        yield tell


def _export(scorer: Any, card: PolicyCard, out: Path) -> None:
    from rl.export import export_policy

    out.parent.mkdir(parents=True, exist_ok=True)
    export_policy(scorer, card, out)


def _figures(run: Run, card: PolicyCard, out: Path) -> dict[str, Any]:
    settings = run.settings
    return {
        "command": "train",
        "simulated": True,
        "policy": str(out),
        "version": card.version,
        "family": settings.family,
        "plan": settings.plan,
        "seed": settings.seed,
        "imitation_steps": settings.imitation_steps,
        "steps": settings.steps,
        "validation": run.best,
        "history": run.history,
        "seconds": round(run.seconds, 1),
        "bytes": out.stat().st_size,
    }
