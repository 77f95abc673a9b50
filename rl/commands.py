"""The agent's commands: `tune` the rivals, `train` a policy, `evaluate` policies against the rivals."""

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
from rl.evaluation.contest import Condition
from rl.evaluation.evaluation import FAMILIES as EVALUATED
from rl.evaluation.evaluation import Answer, Figures, Question
from rl.evaluation.evaluation import evaluate as run_evaluation
from rl.evaluation.plots import plot_better_off, plot_distributions, plot_gains
from rl.evaluation.report import ConditionFigures
from rl.evaluation.tables import bars_table, condition_table
from rl.policy import PolicyError
from rl.seeds import EVALUATION_SEEDS
from rl.teachers.tuning import TUNED, Plan, tuned_settings
from rl.teachers.tuning import tune as tune_rules
from rl.train_command import train
from simulators.families import FAMILIES, families_of

__all__ = ["evaluate", "train", "tune"]

RUNS = Path("runs")
SIZES = (4, 6, 64, 96, 128)  # of courses; policies are trained on 8 to 40 skills


def _console() -> Console:
    """As wide as the terminal; wide enough for the tables where there is none."""
    console = Console()
    return console if console.is_terminal else Console(width=170)


def progress_bar(console: Console) -> Progress:
    """A bar with a description, counts and the time that is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


@click.command()
@click.argument("policies", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--privileged", multiple=True, type=click.Path(exists=True, path_type=Path), help="Policy fed the truth.")
@click.option("--family", "families", multiple=True, type=click.Choice(EVALUATED), help="Default: all three.")
@click.option("--sizes", is_flag=True, help=f"Also courses of {', '.join(map(str, SIZES))} skills.")
@click.option(
    "--transfer",
    multiple=True,
    type=(click.Choice(EVALUATED[:2]), click.Path(exists=True, dir_okay=False, path_type=Path)),
    metavar="FAMILY FILE",
    help="A policy trained on that family alone, to be tested on the other.",
)
@click.option("--learners", type=click.IntRange(2), default=512, show_default=True, help="For each seed.")
@click.option("--size-learners", type=click.IntRange(2), default=128, show_default=True, help="For each seed and size.")
@click.option(
    "--seeds",
    type=click.IntRange(1, len(EVALUATION_SEEDS)),
    default=len(EVALUATION_SEEDS),
    show_default=True,
    help="How many of them.",
)
@click.option("--sampled", is_flag=True, help="Policies sample, rather than take the likeliest.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes side by side.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=RUNS / "evaluation",
    show_default=True,
    help="Plots, episodes.",
)
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the figures here."
)
def evaluate(
    policies: tuple[Path, ...],
    privileged: tuple[Path, ...],
    families: tuple[str, ...],
    sizes: bool,
    transfer: tuple[tuple[str, Path], ...],
    learners: int,
    size_learners: int,
    seeds: int,
    sampled: bool,
    jobs: int,
    out: Path,
    json_file: Path | None,
) -> None:
    """Compare policies with every tuned rule on simulated learners that nothing was trained or tuned on.

    POLICIES are ONNX files of one recipe, one for each training seed; intervals span them, the evaluation's seeds and
    the learners. Without any, the rivals are compared among themselves. The best rule is the best on these very
    learners, which favours it. Episodes are kept in the output folder, so that a new policy does not teach the rivals'
    again. The last line is JSON.

    \b
    pacer evaluate                                       the rivals alone
    pacer evaluate a.onnx b.onnx c.onnx --sizes          three training seeds, also on other sizes
    pacer evaluate --transfer strength s.onnx            trained on one family, tested on the other
    pacer evaluate a.onnx --learners 64 --seeds 2        a quick look
    """
    question = Question(
        policies=policies,
        privileged=privileged,
        families=families or EVALUATED,
        sizes=SIZES if sizes else (),
        transfer=transfer,
        seeds=EVALUATION_SEEDS[:seeds],
        n_learners=learners,
        n_size_learners=size_learners,
        sampled=sampled,
        n_processes=jobs,
        folder=out / "episodes",
    )
    console = _console()
    try:
        with progress_bar(console) as bar:
            task = bar.add_task("evaluating", total=None)
            answer = run_evaluation(
                question, lambda done, total, what: bar.update(task, completed=done, total=total, description=what)
            )
    except PolicyError as error:
        raise click.ClickException(str(error)) from error
    for title, told in _titled(answer.figures):
        console.print(condition_table(told, title))
    if answer.figures.bars:
        console.print(bars_table(answer.figures.bars))
    for path in _draw(answer, out):
        console.print(f"[dim]{path}[/dim]")
    _tell(answer.figures, json_file)


def _tell(figures: Figures, json_file: Path | None) -> None:
    """One line of JSON, to the terminal and to the file if one is named."""
    line = msgspec.json.encode(rounded(msgspec.to_builtins(figures))).decode()
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


def _titled(figures: Figures) -> list[tuple[str, ConditionFigures]]:
    """Every condition with its title."""
    named = [(Condition(f.family, f.skills, 0).title, f) for f in (*figures.families, *figures.sizes)]
    return named + [
        (f"trained on {moved.trained_on}, tested on {moved.figures.family}", moved.figures)
        for moved in figures.transfer
    ]


def _draw(answer: Answer, folder: Path) -> list[Path]:
    """Draw the plots, and say where."""
    titled = _titled(answer.figures)
    families = titled[: len(answer.taught)]
    paths = [folder / name for name in ("gains.png", "distributions.png", "better-off.png")]
    plot_gains(titled, paths[0])
    plot_distributions([(*named, taught) for named, taught in zip(families, answer.taught, strict=True)], paths[1])
    plot_better_off(families, paths[2])
    return paths


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
