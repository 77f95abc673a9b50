"""A benchmark from end to end: who enters, what is taught, and the figures of every cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from rl.belief import BeliefParameters
from rl.benchmark.bars import Bar, LeftOut, bars, left_out, left_out_bars, without
from rl.benchmark.cells import Cell
from rl.benchmark.contest import LOKY, Condition, Job, run_all
from rl.benchmark.contestants import GREEDY, POLICY, PRIVILEGED, PRIVILEGED_POLICY, RULE, Contestant, plug_in
from rl.benchmark.figures import CellFigures, Taught, Told, best_rule, cell_figures
from rl.benchmark.optimal import optimal_gain
from rl.benchmark.standing import Standing, standing
from rl.episodes import Episodes
from rl.policy import Policy, PolicyError
from rl.teachers.tuning import tuned_rules
from simulators.families import FAMILIES, KINDS, families_of

RELEASED = "released"
RELEASED_FILE = Path(__file__).parents[1] / "released/tutor.onnx"
BELIEF_GREEDY, PRIVILEGED_GREEDY = "belief-greedy", "privileged-greedy"
Advance = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Question:
    """What is to be run.

    Attributes:
        entrants: by name, the policies in question: one contestant for each training seed.
        cells: of the matrix.
        references: policies that are fed the hidden state, beside the privileged greedy choice.
        left_out: by kind of family, policies that were trained without it; they teach its families' usual cells.
        folder: where episodes are kept.
        n_processes, backend: see `rl.benchmark.contest.run_all`.
    """

    entrants: Mapping[str, Sequence[Contestant]]
    cells: Sequence[Cell]
    references: Sequence[Contestant] = ()
    left_out: Mapping[str, Sequence[Contestant]] = field(default_factory=dict)
    folder: Path = field(default=Path("runs/benchmark/episodes"))
    n_processes: int = 1
    backend: str = LOKY

    def entering(self, cell: Cell) -> list[Contestant]:
        """The policies in question that teach in a cell."""
        unmet = self.left_out.get(FAMILIES[cell.family].kind, ()) if cell.central else ()
        return [*(who for group in self.entrants.values() for who in group), *unmet]

    def watched(self, cell: Cell) -> list[str]:
        """Their names; without any, the belief's own greedy choice stands in."""
        return list(dict.fromkeys(who.name for who in self.entering(cell))) or [BELIEF_GREEDY]


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """The answer, as it is written to JSON.

    Attributes:
        entrants, references: files by name; so are the policies of `left_out`.
        standings, bars: by entrant.
        left_out, left_out_bars: of policies trained without a kind of learner; empty where there are none.
    """

    entrants: dict[str, list[str]]
    references: dict[str, str]
    standings: dict[str, Standing]
    bars: dict[str, list[Bar]]
    left_out: list[LeftOut]
    left_out_bars: list[Bar]
    cells: list[CellFigures]


def entrant(text: str) -> tuple[str, list[Contestant]]:
    """An entrant by what it is called on the command line.

    ``released``, ``policy.onnx``, ``module:attribute`` or ``module:attribute@argument``, each with ``NAME=`` in front
    if it likes; and ``NAME=a.onnx,b.onnx``, one policy of several training seeds.

    Raises:
        PolicyError: it cannot be used.
    """
    name, _, what = text.rpartition("=") if "=" in text.partition("@")[0] else ("", "", text)
    if what == RELEASED:
        return name or RELEASED, [_policy(name or RELEASED, RELEASED_FILE)]
    if ":" in what.partition("@")[0]:
        name = name or what.partition("@")[0].rpartition(":")[2]
        return name, [plug_in(name, what)]
    files = [Path(part) for part in what.split(",")]
    name = name or files[0].stem
    return name, [_policy(name, path) for path in files]


def reference(text: str) -> Contestant:
    """A policy that is fed the hidden state, by ``policy.onnx`` or ``NAME=policy.onnx``.

    Raises:
        PolicyError: it cannot be used.
    """
    name, _, path = text.rpartition("=")
    return _policy(name or Path(path).stem, Path(path), PRIVILEGED_POLICY)


def trained_without(text: str) -> tuple[str, list[Contestant]]:
    """The kind of family and the policies of ``KIND=a.onnx`` or, with several training seeds, ``KIND=a.onnx,b.onnx``.

    Raises:
        ValueError: there is no such kind.
        PolicyError: a policy cannot be used.
    """
    kind, _, files = text.partition("=")
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r} in {text!r}; name KIND=policy.onnx, of {', '.join(KINDS)}")
    paths = [Path(path) for path in files.split(",")]
    for path in paths:
        _check_training(path, kind)
    return kind, [_policy(without(kind), path) for path in paths]


def _check_training(path: Path, kind: str) -> None:
    """That a policy's card says of which families it met, and that none is of this kind."""
    trained_on = Policy.load(path).card.trained_on
    try:
        met = families_of(trained_on.partition(" ")[0])
    except ValueError as error:
        raise PolicyError(f"policy {path} does not say of which families it met, but {trained_on!r}") from error
    if known := [family for family in met if FAMILIES[family].kind == kind]:
        raise PolicyError(f"policy {path} was trained on {', '.join(known)}; train it with --family mixed,-{kind}")


def _policy(name: str, path: Path, kind: str = POLICY) -> Contestant:
    """A policy, looked at now rather than after an hour; one that needs the truth is no entrant. Raises PolicyError."""
    card = Policy.load(path).card
    if kind == POLICY and card.is_privileged:
        raise PolicyError(f"policy {path} was trained on the hidden state; it can only be a --reference")
    return Contestant(kind=kind, name=name, file=str(path))


def rivals(family: str) -> tuple[str, list[Contestant]]:
    """What the rules were tuned on, and every rule tuned so, the belief's own greedy choice, and the reference."""
    tuned_on, rules = tuned_rules(family)
    found = [
        Contestant(kind=RULE, name=name, settings=tuple(sorted(settings.items()))) for name, settings in rules.items()
    ]
    found.append(Contestant(kind=GREEDY, name=BELIEF_GREEDY))
    found.append(Contestant(kind=PRIVILEGED, name=PRIVILEGED_GREEDY))
    return tuned_on, found


def benchmark(question: Question, advance: Advance) -> Report:
    """Teach everything that was not taught before, then count. `advance(done, total, what)` is told of every job.

    First every contestant teaches every learner once. That settles the best rule of each cell; it and the entrants then
    teach some of the learners several times. Without entrants the belief's own greedy choice stands in for one.

    Raises:
        ValueError: two contestants have one name.
    """
    runs = _Runs(question, advance)
    named = {cell: rivals(cell.family) for cell in question.cells}
    asked = {cell: [*group, *question.references, *question.entering(cell)] for cell, (_, group) in named.items()}
    _check_names(question, named)
    n_again = sum(1 + max(len(question.entering(cell)), 1) for cell in question.cells)
    once = runs.teach({cell: (cell.condition(), group) for cell, group in asked.items()}, n_again)
    again = {}
    for cell, group in asked.items():
        kinds = {who.name: who.kind for who in group}
        first = best_rule(kinds, once[cell])
        again[cell] = (cell.relived(), [who for who in group if who.name in (first, *question.watched(cell))])
    twice = runs.teach(again, 0)
    told = []
    for cell, group in asked.items():
        kinds = {who.name: who.kind for who in group}
        taught = Taught(kinds, once[cell], twice[cell], optimal_gain(cell))
        told.append(cell_figures(cell, named[cell][0], taught))
    return _report(question, told)


def _check_names(question: Question, named: Mapping[Cell, tuple[str, Sequence[Contestant]]]) -> None:
    taken = {who.name for _, group in named.values() for who in group} | {without(kind) for kind in KINDS}
    for name in (*question.entrants, *(who.name for who in question.references)):
        if name in taken:
            raise ValueError(f"{name!r} is the name of a rival or of another policy; put another in front, NAME=...")
        taken.add(name)


def _report(question: Question, told: Sequence[Told]) -> Report:
    names = list(question.entrants) or ([] if question.left_out else [BELIEF_GREEDY])
    files = {name: [who.file for who in group] for name, group in question.entrants.items()}
    files |= {without(kind): [who.file for who in group] for kind, group in question.left_out.items()}
    standings = {name: standing(name, told) for name in names}
    cells = [one.figures for one in told]
    families = left_out(cells)
    return Report(
        entrants=files,
        references={who.name: who.file for who in question.references},
        standings=standings,
        bars={name: bars(found) for name, found in standings.items()},
        left_out=families,
        left_out_bars=left_out_bars(families) if families else [],
        cells=cells,
    )


class _Runs:
    """Jobs of all cells together, so that no process waits for the end of a cell."""

    def __init__(self, question: Question, advance: Advance) -> None:
        self._question, self._advance, self._done = question, advance, 0

    def teach(
        self, asked: Mapping[Cell, tuple[Condition, Sequence[Contestant]]], n_later: int
    ) -> dict[Cell, dict[str, list[Episodes]]]:
        """Episodes by cell and name, for each training seed; `n_later` jobs are still to come."""
        belief = BeliefParameters()
        jobs = {
            (cell, who): Job(contestant=who, condition=condition, seeds=cell.seeds, belief=belief)
            for cell, (condition, group) in asked.items()
            for who in group
        }
        total, found = self._done + len(jobs) + n_later, {}
        question = self._question
        for job, episodes in run_all(
            _longest_first(jobs.values()), question.folder, question.n_processes, question.backend
        ):
            found[job] = episodes
            self._done += 1
            self._advance(self._done, total, f"{job.contestant.name}: {job.condition.title}")
        return {
            cell: {
                name: [found[jobs[cell, who]] for who in group if who.name == name]
                for name in dict.fromkeys(who.name for who in group)
            }
            for cell, (_, group) in asked.items()
        }


def _longest_first(jobs: Iterable[Job]) -> list[Job]:
    """So that no process is left with the longest at the end."""

    def effort(job: Job) -> float:
        condition = job.condition
        n_lives = condition.n_learners * condition.replicates * len(job.seeds)
        return n_lives * condition.settings().n_steps * condition.skills[1]

    return sorted(jobs, key=effort, reverse=True)
