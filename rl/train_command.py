"""`pacer train`: one policy from one seed, with progress, checkpoints and a line of JSON at the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

FAMILIES = ("mixed", "strength", "markov")


@click.command()
@click.option("--seed", default=1, show_default=True, help="One seed reproduces the run.")
@click.option("--family", type=click.Choice(FAMILIES), default="mixed", show_default=True, help="Learners to train on.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/tutor.onnx"), show_default=True)
@click.option("--run", "folder", type=click.Path(path_type=Path), help="Folder of the run.  [default: runs/train-SEED]")
@click.option("--resume", is_flag=True, help="Go on from the folder's last checkpoint.")
@click.option("--imitation-steps", type=click.IntRange(1), help="Choices of the first stage.")
@click.option("--steps", type=click.IntRange(0), help="Choices of the second stage, PPO.")
@click.option("--learners", type=click.IntRange(1), help="Simulated learners side by side.")
@click.option("--privileged", is_flag=True, help="Feed the hidden state: a reference, not a policy for people.")
@click.option("--threads", default=1, show_default=True, help="Threads of torch.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the last line to this file.")
def train(
    seed: int,
    family: str,
    out: Path,
    folder: Path | None,
    resume: bool,
    imitation_steps: int | None,
    steps: int | None,
    learners: int | None,
    privileged: bool,
    threads: int,
    json_file: Path | None,
) -> None:
    """Train a policy on simulated learners and export it.

    \b
    pacer train                        the released policy's run, about 15 minutes
    pacer train --seed 2 --out b.onnx  another seed
    pacer train --resume               after an interruption
    tensorboard --logdir runs          watch it learn
    """
    import torch

    from rl.export import export_policy
    from rl.train import Run, TrainingSettings, card_of

    torch.set_num_threads(threads)
    settings = TrainingSettings(family=family, seed=seed, privileged=privileged)
    given: dict[str, Any] = {"imitation_steps": imitation_steps, "steps": steps, "n_learners": learners}
    settings = replace(settings, **{key: value for key, value in given.items() if value is not None})
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, TextColumn("{task.fields[note]}"), console=console) as bars:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int, note: str) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, note="")
            bars.update(tasks[stage], completed=done, note=note)

        run = Run(folder or Path(f"runs/train-{family}-{seed}"), settings, progress)
        try:
            scorer = run.train(resume)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    out.parent.mkdir(parents=True, exist_ok=True)
    card = card_of(run)
    export_policy(scorer, card, out)
    figures = {
        "command": "train",
        "simulated": True,
        "policy": str(out),
        "version": card.version,
        "family": family,
        "seed": seed,
        "imitation_steps": settings.imitation_steps,
        "steps": settings.steps,
        "validation_gain": run.best,
        "history": run.history,
        "seconds": round(run.seconds, 1),
        "bytes": out.stat().st_size,
    }
    line = msgspec.json.encode(figures).decode()
    if json_file is not None:
        json_file.write_text(line + "\n")
    click.echo(line)
