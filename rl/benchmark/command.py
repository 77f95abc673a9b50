"""`pacer benchmark`: the matrix, with progress, tables, pictures and a line of JSON at the end."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console

from envs.calendar import PLANS
from rl.benchmark.benchmark import RELEASED, Question, Report, entrant
from rl.benchmark.benchmark import benchmark as run_benchmark
from rl.benchmark.cells import CORE, MATRICES, SIZES, Cell, matrix
from rl.benchmark.contest import BACKENDS, LOKY
from rl.benchmark.plots import draw
from rl.benchmark.sheets import details, overview
from rl.commands import progress_bar, rounded
from rl.policy import PolicyError
from rl.seeds import EVALUATION_SEEDS
from simulators.families import MIXED, families_of

WIDTH = 200  # of tables where there is no terminal


@click.command()
@click.argument("entrants", nargs=-1)
@click.option("--matrix", "name", type=click.Choice(MATRICES), default=CORE, show_default=True, help="How much.")
@click.option(
    "--family", "families", default=MIXED, show_default=True, help="Families or kinds: hlr,bkt  mixed,-memory"
)
@click.option("--plan", "plans", multiple=True, type=click.Choice(list(PLANS)), help="Only these calendars.")
@click.option("--size", "sizes", multiple=True, type=click.Choice(list(SIZES)), help="Only these courses.")
@click.option("--learners", type=click.IntRange(2), help="For each seed of a cell, in place of the matrix's.")
@click.option("--relived", type=click.IntRange(1), help="Of these, with several lives.")
@click.option("--seeds", type=click.IntRange(1, len(EVALUATION_SEEDS)), help="How many, in place of the matrix's.")
@click.option("--rivals", is_flag=True, help="No entrant at all: the rivals among themselves.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes side by side.")
@click.option("--backend", type=click.Choice(BACKENDS), default=LOKY, show_default=True, help="What runs them.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs/benchmark"),
    show_default=True,
    help="Tables, pictures, episodes.",
)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the line here.")
def benchmark(
    entrants: tuple[str, ...],
    name: str,
    families: str,
    plans: tuple[str, ...],
    sizes: tuple[str, ...],
    learners: int | None,
    relived: int | None,
    seeds: int | None,
    rivals: bool,
    jobs: int,
    backend: str,
    out: Path,
    json_file: Path | None,
) -> None:
    """Run policies against tuned rules and the truth: every family of learners, calendar and size of course.

    ENTRANTS are policy files, `released` (the default), or anyone's teacher as module:attribute or
    module:attribute@argument; NAME=a.onnx,b.onnx is one policy of several training seeds. What was taught is kept in
    the output folder, and only what changed is taught again: stop it and start it as you like. The last line is JSON.
    docs/benchmark.md explains every figure.

    \b
    pacer benchmark --matrix smoke                       does everything run? a minute or two
    pacer benchmark --jobs 2                             the core matrix of the released policy
    pacer benchmark a.onnx --family memory               a policy on the families of one kind
    pacer benchmark mine.teachers:Best                   anyone's teacher
    pacer benchmark --matrix full --backend ray --jobs 64
    """
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where people keep teachers of their own
    try:
        cells = matrix(name, families_of(families), plans, sizes)
        chosen = dict(entrant(text) for text in (() if rivals else entrants or (RELEASED,)))
        question = Question(
            entrants=chosen,
            cells=[_rescaled(cell, learners, relived, seeds) for cell in cells],
            folder=out / "episodes",
            n_processes=jobs,
            backend=backend,
        )
        with progress_bar(console) as bar:
            task = bar.add_task("teaching", total=None)
            report = run_benchmark(
                question, lambda done, total, what: bar.update(task, completed=done, total=total, description=what)
            )
    except (PolicyError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    _show(console, report, out)
    line = msgspec.json.encode(rounded(msgspec.to_builtins(report))).decode()
    for path in filter(None, (json_file, out / "benchmark.json")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


def _show(console: Console, report: Report, out: Path) -> None:
    """Tables on the terminal, all of them with those of every cell in a file, and pictures."""
    sheets = overview(report)
    for sheet in sheets:
        console.print(sheet.table())
    path = out / "benchmark.md"
    path.write_text("\n".join(sheet.markdown() for sheet in (*sheets, *details(report))), encoding="utf-8")
    for written in (path, *draw(report, out)):
        console.print(f"[dim]{written}[/dim]")


def _rescaled(cell: Cell, learners: int | None, relived: int | None, seeds: int | None) -> Cell:
    """The cell with other numbers of learners where these are given."""
    n_learners = learners or cell.n_learners
    return msgspec.structs.replace(
        cell,
        n_learners=n_learners,
        n_relived=min(relived or cell.n_relived, n_learners),
        n_seeds=seeds or cell.n_seeds,
    )
