"""The answer as pictures (PNG): the matrix, gain by horizon, learning curves, who is better off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rl.benchmark.bars import BETTER_OFF
from rl.benchmark.benchmark import Report
from rl.benchmark.figures import CellFigures
from rl.pictures import panels_of, save
from rl.record import N_MARKS
from simulators.groups import USUAL

RULE_COLOUR, POLICY_COLOUR, REFERENCE_COLOUR = "#8a94a6", "#1f6feb", "#c9892b"
Draw = Callable[[str, Sequence[CellFigures], Path], None]


def draw(report: Report, folder: Path) -> list[Path]:
    """Every picture that there is something to draw for, of every entrant; their paths."""
    central = [told for told in report.cells if told.cell.central] or _first_of_each_family(report.cells)
    by_horizon = [told for told in report.cells if told.cell.size == USUAL]
    pictures: list[tuple[str, Draw, Sequence[CellFigures]]] = [
        ("matrix", plot_matrix, report.cells),
        ("horizons", plot_horizons, by_horizon),
        ("curves", plot_curves, central),
        ("better-off", plot_better_off, central),
    ]
    paths = []
    for name in report.standings:
        for picture, plot, cells in pictures:
            if cells:
                paths.append(folder / f"{picture}-{name}.png")
                plot(name, cells, paths[-1])
    return paths


def plot_matrix(name: str, cells: Sequence[CellFigures], path: Path) -> None:
    """Gain over that of the best rule: families down, calendars and sizes across; blue is better, red is worse."""
    families = list(dict.fromkeys(told.cell.family for told in cells))
    columns = list(dict.fromkeys(told.cell.where for told in cells))
    ratios = np.full((len(families), len(columns)), np.nan)
    for told in cells:
        ratio = told.teachers[name].everybody.ratio
        if ratio is not None:
            ratios[families.index(told.cell.family), columns.index(told.cell.where)] = ratio.value
    from matplotlib.figure import Figure  # heavy, and only plots need it

    figure = Figure(figsize=(2.5 + 0.8 * len(columns), 1.8 + 0.35 * len(families)), layout="constrained", dpi=120)
    panel = figure.subplots()
    image = panel.imshow(ratios, cmap="RdBu", vmin=0.4, vmax=1.6, aspect="auto")
    panel.set_xticks(range(len(columns)), columns, rotation=40, ha="right", fontsize=8)
    panel.set_yticks(range(len(families)), families, fontsize=8)
    for (row, column), ratio in np.ndenumerate(ratios):
        if np.isfinite(ratio):
            colour = "white" if abs(ratio - 1.0) > 0.45 else "black"
            panel.text(column, row, f"{ratio:.2f}", ha="center", va="center", fontsize=7, color=colour)
    figure.colorbar(image, ax=panel, label="gain / gain of the best rule")
    panel.set_title(f"{name}, calendars/courses", fontsize=9)
    save(figure, path)


def plot_horizons(name: str, cells: Sequence[CellFigures], path: Path) -> None:
    """Gain against the mean number of exercises given, on courses of the usual size."""

    def one(panel: Any, family: Sequence[CellFigures]) -> None:
        ordered = sorted(family, key=lambda told: told.teachers[name].everybody.exercises.value)
        for label, colour in _three(name):
            found = [told.teachers[_called(label, told)].everybody for told in ordered]
            at = [told.teachers[name].everybody.exercises.value for told in ordered]
            gains = [own.gain for own in found]
            errors = [[g.value - g.low for g in gains], [g.high - g.value for g in gains]]
            panel.errorbar(at, [g.value for g in gains], yerr=errors, label=label, color=colour, marker="o", ms=3)
        for told, x in zip(ordered, at, strict=True):
            panel.annotate(told.cell.plan, (x, 0.0), fontsize=6, rotation=90, color="grey")
        panel.set_xscale("log")
        panel.set_xlabel("exercises")
        panel.set_ylabel("gain on the delayed test")

    _by_family(cells, one, path)


def plot_curves(name: str, cells: Sequence[CellFigures], path: Path) -> None:
    """Mean knowledge along the plan."""

    def one(panel: Any, family: Sequence[CellFigures]) -> None:
        marks = np.arange(N_MARKS + 1) / N_MARKS
        for label, colour in _three(name):
            panel.plot(marks, family[0].teachers[_called(label, family[0])].curve, label=label, color=colour)
        panel.set_xlabel("share of the planned exercises")
        panel.set_ylabel("expected score now")

    _by_family(cells, one, path)


def plot_better_off(name: str, cells: Sequence[CellFigures], path: Path) -> None:
    """Share of learners better and worse off than under the best rule, by family."""
    found = [(told.cell.family, told.teachers[name].everybody) for told in cells]
    known = [(family, own.better_off, own.worse_off) for family, own in found if own.better_off and own.worse_off]
    figure, (panel,) = panels_of(1, height=1.2 + 0.3 * len(known))
    names = [family for family, _, _ in known]
    better = [interval for _, interval, _ in known]
    errors = [[b.value - b.low for b in better], [b.high - b.value for b in better]]
    panel.barh(names, [b.value for b in better], xerr=errors, color=POLICY_COLOUR, capsize=2)
    panel.barh(names, [-worse.value for _, _, worse in known], color="#d9d9d9")
    panel.axvline(BETTER_OFF, color="black", linewidth=0.8, linestyle="--")
    panel.axvline(0.0, color="black", linewidth=0.8)
    panel.set_title(name)
    panel.set_xlabel("worse off | better off than under the best rule (share of learners)")
    save(figure, path)


def _three(name: str) -> tuple[tuple[str, str], ...]:
    return (name, POLICY_COLOUR), ("best rule", RULE_COLOUR), ("reference", REFERENCE_COLOUR)


def _called(label: str, told: CellFigures) -> str:
    return {"best rule": told.best_rule, "reference": told.reference}.get(label, label)


def _by_family(cells: Sequence[CellFigures], one: Callable[[Any, Sequence[CellFigures]], None], path: Path) -> None:
    """One panel for each family."""
    families = list(dict.fromkeys(told.cell.family for told in cells))
    figure, panels = panels_of(len(families), height=3.0)
    for panel, family in zip(panels, families, strict=True):
        one(panel, [told for told in cells if told.cell.family == family])
        panel.set_title(family)
        panel.legend(fontsize=7)
    save(figure, path)


def _first_of_each_family(cells: Sequence[CellFigures]) -> list[CellFigures]:
    return list({told.cell.family: told for told in reversed(cells)}.values())[::-1]
