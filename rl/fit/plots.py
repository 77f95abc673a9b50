"""Fits as pictures (PNG): the curves of real learners with intervals, and those of models beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rl.fit.curves import AWAY_SECONDS, Curve
from rl.pictures import panels_of, save

DATA_COLOUR = "black"
COLOURS = ("#1f6feb", "#c9892b", "#2a9d5c", "#b5485d", "#7a5cc9")
AXES = {
    "learning": ("answer to the skill", "share right"),
    "forgetting": ("time since the skill was met", "share right"),
    "time": ("seconds to answer", "share of answers"),
}
TICKS = {"30 s": 30 / 86_400, "5 min": 300 / 86_400, "1 h": 1 / 24, "1 d": 1.0, "7 d": 7.0}


def plot_curves(curves: Sequence[Curve], path: Path) -> None:
    """One panel a curve; the legend says how far each model is off."""
    figure, panels = panels_of(len(curves), height=4.0)
    names = list(dict.fromkeys(name for curve in curves for name in curve.models))
    for panel, curve in zip(panels, curves, strict=True):
        _draw(panel, curve, names)
    save(figure, path)


def _draw(panel: Any, curve: Curve, names: list[str]) -> None:
    x, observed = np.asarray(curve.x), np.asarray(curve.observed)
    errors = [observed - curve.low, np.asarray(curve.high) - observed]
    panel.errorbar(x, observed, yerr=errors, color=DATA_COLOUR, marker="o", ms=4, lw=1.2, capsize=2, label="data")
    for name, values in curve.models.items():
        style = "--" if "," in name else "-"
        misfit = curve.misfits[name].rmse
        colour = COLOURS[names.index(name) % len(COLOURS)]
        panel.plot(x, values, style, color=colour, lw=1.6, label=f"{name}: off by {misfit:.3f}")
    panel.set_title(f"{curve.name}, {curve.log}")
    panel.set_xlabel(AXES[curve.name][0])
    panel.set_ylabel(AXES[curve.name][1])
    if curve.name == "forgetting":
        panel.set_xscale("log")
        panel.set_xticks(list(TICKS.values()), list(TICKS))
        panel.minorticks_off()
        panel.set_xlim(x.min() / 1.5, max(x.max(), AWAY_SECONDS[1] / 86_400) * 1.5)
    panel.legend(fontsize=7)
