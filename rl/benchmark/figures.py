"""The figures of a cell: every teacher with everybody, and those who matter most with each sub-population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from rl.benchmark.bootstrap import Array, Resamples
from rl.benchmark.cells import N_REPLICATES, Cell
from rl.benchmark.contestants import RULE, SEEING
from rl.benchmark.measures import (
    EVERYBODY,
    Lessons,
    Measures,
    Sums,
    better_and_worse,
    ceiling,
    expected_end,
    measures,
    members,
    quotients,
)
from rl.episodes import Episodes

N_BOOTSTRAP = 1000
SEED = 0  # of the bootstrap


class TeacherFigures(msgspec.Struct, frozen=True, rename="camel"):
    """One teacher in a cell.

    Attributes:
        kind: of contestant.
        everybody: all learners.
        groups: by sub-population; of the best rule, the reference and the entrants only.
        curve: mean knowledge at the start and after each twentieth of the plan.
    """

    kind: str
    everybody: Measures
    groups: dict[str, Measures]
    curve: list[float]


class CellFigures(msgspec.Struct, frozen=True, rename="camel"):
    """A cell. `best_rule` has the greatest mean gain on these very learners, which favours it; so has `reference`.

    Attributes:
        tuned_on: the family, or mixture, that the rules' settings were tuned on.
        reference: of the teachers that see the hidden state.
    """

    cell: Cell
    tuned_on: str
    best_rule: str
    reference: str
    teachers: dict[str, TeacherFigures]


@dataclass(frozen=True)
class Taught:
    """Everything that was taught in a cell.

    Attributes:
        kinds: of contestant, by name; in the order in which they are told.
        once: episodes of every learner by name, for each training seed.
        relived: of the best rule and the entrants, episodes of the learners with several lives.
        optimal_gain: (S, n) what the optimal teacher would gain, where the optimum is known.
    """

    kinds: Mapping[str, str]
    once: Mapping[str, Sequence[Episodes]]
    relived: Mapping[str, Sequence[Episodes]]
    optimal_gain: Array | None = None


def best_rule(kinds: Mapping[str, str], once: Mapping[str, Sequence[Episodes]]) -> str:
    """The rule with the greatest mean gain.

    Raises:
        ValueError: there is no rule.
    """
    return _best("rule", (RULE,), kinds, once)


def best_reference(kinds: Mapping[str, str], once: Mapping[str, Sequence[Episodes]]) -> str:
    """The teacher with the greatest mean gain of those that see the hidden state.

    Raises:
        ValueError: there is none.
    """
    return _best("privileged teacher", SEEING, kinds, once)


def _best(what: str, wanted: Sequence[str], kinds: Mapping[str, str], once: Mapping[str, Sequence[Episodes]]) -> str:
    names = [name for name, kind in kinds.items() if kind in wanted]
    if not names:
        raise ValueError(f"there is no {what} to compare with")
    return max(names, key=lambda name: float(once[name][0].gain.mean()))


@dataclass(frozen=True)
class Told:
    """A cell's figures, and by name of the entrants the bootstrap replicates (R,) of two of them; NaN where undefined.

    The draws are the same in every cell of equal scale, where learners take the same courses by the same calendars, so
    that means over cells are paired too.
    """

    figures: CellFigures
    ratio: Mapping[str, Array]
    share: Mapping[str, Array]


def cell_figures(cell: Cell, tuned_on: str, taught: Taught, n_bootstrap: int = N_BOOTSTRAP) -> Told:
    """Everything worth telling of a cell.

    Raises:
        ValueError: there is no rule or no privileged teacher to compare with.
    """
    rule = best_rule(taught.kinds, taught.once)
    reference = best_reference(taught.kinds, taught.once)
    lessons = {name: Lessons.of(runs, cell.n_seeds) for name, runs in taught.once.items()}
    n_training = max(len(runs) for runs in taught.once.values())
    rng = np.random.default_rng(SEED)
    once = Resamples(n_training, cell.n_seeds, cell.n_learners, n_bootstrap, rng)
    again = Resamples(n_training, cell.n_seeds, cell.n_relived, n_bootstrap, rng)
    told, gains, most = _told(lessons, taught, rule, reference, once)
    _add_better_off(told, taught, rule, cell, again)
    entrants = [name for name in taught.relived if name != rule]
    figures = CellFigures(
        cell=cell,
        tuned_on=tuned_on,
        best_rule=rule,
        reference=reference,
        teachers={
            name: TeacherFigures(
                kind, told[name].pop(EVERYBODY), told[name], [round(float(x), 4) for x in lessons[name].curve]
            )
            for name, kind in taught.kinds.items()
        },
    )
    return Told(
        figures,
        ratio={name: quotients(gains[name], gains[rule]) for name in entrants},
        share={name: quotients(gains[name], most) for name in entrants},
    )


def _told(
    lessons: Mapping[str, Lessons], taught: Taught, rule: str, reference: str, resamples: Resamples
) -> tuple[dict[str, dict[str, Measures]], dict[str, Array], Array]:
    """Measures by teacher and group; replicates (R,) of everybody's gain, by teacher and with the best reference."""
    told = {name: dict[str, Measures]() for name in lessons}
    gains: dict[str, Array] = {}
    most = np.empty(0)
    for group, chosen in members(lessons[rule].group).items():
        sums = {
            name: Sums.of(_columns(lesson, taught.optimal_gain), chosen, resamples)
            for name, lesson in lessons.items()
            if group == EVERYBODY or name in (rule, reference, *taught.relived)
        }
        top = ceiling(sums[reference])
        if group == EVERYBODY:
            gains = {name: found.replicates["gain"] for name, found in sums.items()}
            most = top.replicates["gain"]
        for name, found in sums.items():
            told[name][group] = measures(found, sums[rule], top, int(chosen.sum()))
    return told, gains, most


def _columns(lesson: Lessons, optimal_gain: Array | None) -> dict[str, Array]:
    columns = dict(lesson.columns)
    if optimal_gain is not None:
        columns["optimal"] = np.broadcast_to(optimal_gain, columns["gain"].shape)
        columns["missed"] = columns["optimal"] - columns["gain"]
    return columns


def _add_better_off(
    told: Mapping[str, dict[str, Measures]], taught: Taught, rule: str, cell: Cell, resamples: Resamples
) -> None:
    """Who is better off than under the best rule, by everybody and by group, into `told`."""
    ends = {
        name: [expected_end(run, N_REPLICATES, cell.n_seeds) for run in runs] for name, runs in taught.relived.items()
    }
    group = taught.relived[rule][0].group.reshape(N_REPLICATES, cell.n_seeds, -1)[0]
    for name, scores in ends.items():
        if name == rule:
            continue
        better, worse = better_and_worse(scores, ends[rule][0])
        columns = {"one": np.ones_like(better), "better": better, "worse": worse}
        for label, chosen in members(group).items():
            if label not in told[name]:
                continue
            sums = Sums.of(columns, chosen, resamples)
            told[name][label] = msgspec.structs.replace(
                told[name][label], better_off=sums.over("better"), worse_off=sums.over("worse")
            )
