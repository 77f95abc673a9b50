"""An evaluation as pictures (PNG): gains with intervals, how gains are spread, who is better off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rl.evaluation.report import POLICIES, ConditionFigures, Taught

RULE_COLOUR, POLICY_COLOUR, REFERENCE_COLOUR = "#8a94a6", "#1f6feb", "#c9892b"
COLUMNS = 3


def plot_gains(conditions: Sequence[tuple[str, ConditionFigures]], path: Path) -> None:
    """Mean gain of every teacher with its interval, one panel for each condition."""
    figure, panels = panels_of(len(conditions), height=4.2)
    for panel, (title, told) in zip(panels, conditions, strict=True):
        ordered = sorted(told.teachers.items(), key=lambda item: item[1].gain.value)
        gains = [teacher.gain for _, teacher in ordered]
        errors = [[g.value - g.low for g in gains], [g.high - g.value for g in gains]]
        colours = [_colour(name, teacher.kind) for name, teacher in ordered]
        panel.barh([name for name, _ in ordered], [g.value for g in gains], xerr=errors, color=colours, capsize=2)
        panel.set_title(title)
        panel.set_xlabel("gain on the delayed test")
    save(figure, path)


def plot_distributions(conditions: Sequence[tuple[str, ConditionFigures, Mapping[str, Taught]]], path: Path) -> None:
    """Share of learners who gained at most so much: the policy (or the greedy belief), the best rule and reference."""
    figure, panels = panels_of(len(conditions), height=3.4)
    for panel, (title, told, teachers) in zip(panels, conditions, strict=True):
        first = POLICIES if POLICIES in teachers else "belief-greedy"
        for name in dict.fromkeys([first, told.best_rule, told.best_privileged]):
            gains = np.sort(teachers[name].gain.ravel())
            colour = POLICY_COLOUR if name == first else _colour(name, teachers[name].kind)
            panel.plot(gains, np.linspace(0.0, 1.0, len(gains)), label=name, color=colour)
        panel.set_title(title)
        panel.set_xlabel("gain on the delayed test")
        panel.set_ylabel("share of learners")
        panel.legend(fontsize=7, loc="lower right")
    save(figure, path)


def plot_better_off(conditions: Sequence[tuple[str, ConditionFigures]], path: Path) -> None:
    """Share of learners better and worse off than under the best rule, with intervals."""
    figure, panels = panels_of(len(conditions), height=4.2)
    for panel, (title, told) in zip(panels, conditions, strict=True):
        others = [(name, t) for name, t in told.teachers.items() if name != told.best_rule]
        ordered = sorted(others, key=lambda item: item[1].better_off.value)
        names = [name for name, _ in ordered]
        better = [teacher.better_off for _, teacher in ordered]
        errors = [[b.value - b.low for b in better], [b.high - b.value for b in better]]
        colours = [_colour(name, teacher.kind) for name, teacher in ordered]
        panel.barh(names, [b.value for b in better], xerr=errors, color=colours, capsize=2)
        panel.barh(names, [-teacher.worse_off.value for _, teacher in ordered], color="#d9d9d9")
        panel.axvline(0.0, color="black", linewidth=0.8)
        panel.set_title(f"{title}\nagainst {told.best_rule}")
        panel.set_xlabel("worse off | better off (share of learners)")
        panel.xaxis.set_major_formatter(lambda share, _: f"{abs(share):.0%}")
    save(figure, path)


def _colour(name: str, kind: str) -> str:
    if name == POLICIES:
        return POLICY_COLOUR
    return RULE_COLOUR if kind == "rule" else REFERENCE_COLOUR


def panels_of(n: int, height: float) -> tuple[Any, list[Any]]:
    """A figure of n panels, each of this height in inches."""
    from matplotlib.figure import Figure  # heavy, and only plots need it

    n_rows = -(-n // COLUMNS)
    figure = Figure(figsize=(5.4 * min(n, COLUMNS), height * n_rows), layout="constrained", dpi=120)
    panels = list(np.ravel(figure.subplots(n_rows, min(n, COLUMNS))))
    for unused in panels[n:]:
        unused.set_visible(False)
    return figure, panels[:n]


def save(figure: Any, path: Path) -> None:
    """Write a figure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
