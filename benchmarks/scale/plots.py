"""The curves of a run, as small SVG files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt

SIZE = (6.4, 3.2)
WITHOUT_DATE = {"Date": None}


def draw(figures: dict[str, Any], folder: Path) -> None:
    """`scale-throughput.svg` and `scale-flat.svg`, of what was measured."""
    folder.mkdir(parents=True, exist_ok=True)
    plt.rcParams["svg.hashsalt"] = "pacer"
    if "throughput" in figures:
        _bars(figures["throughput"], folder / "scale-throughput.svg")
    if "learners" in figures or "events" in figures:
        _curves(figures, folder / "scale-flat.svg")


def _bars(found: dict[str, Any], file: Path) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=SIZE, layout="constrained")
    names = list(found)
    left.bar(names, [found[name]["answers"]["median"] for name in names], color="#4269d0")
    left.set_ylabel("answers per second")
    bottom = [0.0] * len(names)
    for part, colour in (("workers", "#4269d0"), ("mongod0", "#3ca951"), ("redis", "#ff725c")):
        used = [found[name]["cpu_us"].get(part, {"median": 0.0})["median"] for name in names]
        right.bar(names, used, bottom=bottom, color=colour, label=part.rstrip("0"))
        bottom = [low + more for low, more in zip(bottom, used, strict=True)]
    right.set_ylabel("processor, µs per answer")
    right.legend(fontsize="small")
    for axes in (left, right):
        axes.tick_params(axis="x", labelsize="small")
    figure.savefig(file, metadata=WITHOUT_DATE)
    plt.close(figure)


def _curves(figures: dict[str, Any], file: Path) -> None:
    figure, axes = plt.subplots(figsize=SIZE, layout="constrained")
    for part, name, label in (
        ("learners", "open_ratio", "open a lesson, by learners in the store"),
        ("learners", "answer_ratio", "answer, by learners in the store"),
        ("events", "answer_ratio", "answer, by events of the learner"),
    ):
        rows = figures.get(part, [])
        counted = part if part == "events" else "learners"
        axes.plot([row[counted] for row in rows], [row[name]["median"] for row in rows], marker="o", label=label)
    axes.axhline(1.3, color="grey", linestyle=":", linewidth=1)
    axes.set_xscale("log")
    axes.set_ylim(0, 2)
    axes.set_ylabel("time, by that in a small store")
    axes.legend(fontsize="small")
    figure.savefig(file, metadata=WITHOUT_DATE)
    plt.close(figure)
