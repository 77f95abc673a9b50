"""`pacer benchmark`: the matrix, with progress, tables, pictures and a line of JSON at the end."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from envs.calendar import PLANS
from rl.benchmark.benchmark import RELEASED, Question, Report, entrant, reference, trained_without
from rl.benchmark.benchmark import benchmark as run_benchmark
from rl.benchmark.cells import CORE, MATRICES, SIZES, Cell, matrix
from rl.benchmark.contest import BACKENDS, LOKY
from rl.benchmark.contestants import Contestant
from rl.benchmark.plots import draw
from rl.benchmark.sheets import details, overview
from rl.commands import progress_bar, rounded
from rl.policy import PolicyError
from rl.seeds import EVALUATION_SEEDS
from simulators.families import FAMILIES, MIXED, families_of

WIDTH = 200  # of tables where there is no terminal


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is to be run, as it was given; see the command's help."""

    entrants: tuple[str, ...]
    matrix: str
    family: str
    plans: tuple[str, ...]
    sizes: tuple[str, ...]
    learners: int | None
    relived: int | None
    seeds: int | None
    references: tuple[str, ...]
    without: tuple[str, ...]
    rivals: bool
    sampled: bool
    jobs: int
    backend: str


@click.command()
@click.argument("entrants", nargs=-1)
@click.option("--matrix", type=click.Choice(MATRICES), default=CORE, show_default=True, help="How much.")
@click.option("--family", default=MIXED, show_default=True, help="Families or kinds: hlr,bkt  mixed,-memory")
@click.option("--plan", "plans", multiple=True, type=click.Choice(list(PLANS)), help="Only these calendars.")
@click.option("--size", "sizes", multiple=True, type=click.Choice(list(SIZES)), help="Only these courses.")
@click.option("--learners", type=click.IntRange(2), help="For each seed of a cell, in place of the matrix's.")
@click.option("--relived", type=click.IntRange(1), help="Of these, with several lives.")
@click.option("--seeds", type=click.IntRange(1, len(EVALUATION_SEEDS)), help="How many, in place of the matrix's.")
@click.option("--reference", "references", multiple=True, metavar="FILE", help="A policy that is fed the hidden state.")
@click.option("--without", multiple=True, metavar="KIND=FILE", help="A policy trained without a kind of family.")
@click.option("--rivals", is_flag=True, help="No entrant at all: the rivals among themselves.")
@click.option("--sampled", is_flag=True, help="Policies sample, as when they serve, rather than take the likeliest.")
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
def benchmark(out: Path, json_file: Path | None, **given: Any) -> None:
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
    pacer benchmark --reference privileged.onnx          beside the greedy choice by the truth
    pacer benchmark --without memory=a.onnx --without growth=b.onnx    each on the families it never met
    pacer benchmark --matrix full --backend ray --jobs 64
    """
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where people keep teachers of their own
    try:
        question = _question(Options(**given), out / "episodes")
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


def _question(options: Options, folder: Path) -> Question:
    """Who teaches whom. Where only policies without a kind of family are named, nothing else is judged than these.

    Raises:
        PolicyError: a policy or teacher cannot be used.
        ValueError: a name that there is not, or nothing to do.
    """
    cells = matrix(options.matrix, families_of(options.family), options.plans, options.sizes)
    named = [trained_without(text) for text in options.without]
    left_out = dict(named)
    if len(left_out) < len(named):
        raise ValueError("a kind is named --without twice; name several training seeds as KIND=a.onnx,b.onnx")
    if missing := [kind for kind in left_out if not _central(cells, [kind])]:
        raise ValueError(f"nothing to judge --without {missing[0]} by: no usual cell of such a family is in the matrix")
    entrants = () if options.rivals else options.entrants or (() if left_out else (RELEASED,))
    if left_out and not entrants:
        cells = _central(cells, left_out)
    return Question(
        entrants={name: _sampling(group, options.sampled) for name, group in map(entrant, entrants)},
        cells=[_rescaled(cell, options) for cell in cells],
        references=[reference(text) for text in options.references],
        left_out={kind: _sampling(group, options.sampled) for kind, group in left_out.items()},
        folder=folder,
        n_processes=options.jobs,
        backend=options.backend,
    )


def _central(cells: Sequence[Cell], kinds: Collection[str]) -> list[Cell]:
    """The usual cells of the families of some kinds."""
    return [cell for cell in cells if cell.central and FAMILIES[cell.family].kind in kinds]


def _sampling(group: Sequence[Contestant], sampled: bool) -> list[Contestant]:
    return [msgspec.structs.replace(who, sampled=sampled) for who in group]


def _rescaled(cell: Cell, options: Options) -> Cell:
    """The cell with other numbers of learners where these are given."""
    n_learners = options.learners or cell.n_learners
    return msgspec.structs.replace(
        cell,
        n_learners=n_learners,
        n_relived=min(options.relived or cell.n_relived, n_learners),
        n_seeds=options.seeds or cell.n_seeds,
    )
