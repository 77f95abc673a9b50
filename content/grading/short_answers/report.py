"""The figures of the short-answer model as a table, and coverage against agreement as a plot (needs matplotlib)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from content.grading.short_answers.fitting import Examples
from content.grading.short_answers.model import Calibration
from content.grading.short_answers.trials import HeldOut, Line, Point, calibration_error, coverage_curve

PLOT_NAME = "grading-coverage.svg"
TABLE_NAME = "grading-figures.md"


def write_report(
    folder: Path,
    examples: Examples,
    on_answers: HeldOut,
    on_questions: HeldOut,
    calibration: Calibration,
    lines: Sequence[Line],
) -> None:
    """Write the table and the plot into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    curves = {
        "unseen answers": coverage_curve(examples, on_answers, calibration.temperature_known),
        "unseen questions": coverage_curve(examples, on_questions, calibration.temperature),
    }
    errors = {
        "unseen answers": calibration_error(examples, on_answers, calibration.temperature_known),
        "unseen questions": calibration_error(examples, on_questions, calibration.temperature),
    }
    (folder / TABLE_NAME).write_text(table(lines, curves, errors), encoding="utf-8")
    plot(folder / PLOT_NAME, curves, calibration.threshold)


def table(lines: Sequence[Line], curves: dict[str, list[Point]], errors: dict[str, float]) -> str:
    """Figures with intervals, calibration, and the curve, as Markdown."""
    rows = ["| set | held out | measure | value [95 %] | answers |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {one.set} | {one.unseen} | {one.measure} | {one.measured} | {one.measured.n} |" for one in lines]
    rows += ["", "| held out | expected calibration error |", "| --- | --- |"]
    rows += [f"| {name} | {error:.3f} |" for name, error in errors.items()]
    rows += ["", f"| coverage | {' | '.join(f'threshold, {n} | agreement, {n}' for n in curves)} |"]
    rows.append("| --- |" + " --- | --- |" * len(curves))
    for points in zip(*curves.values(), strict=True):
        cells = " | ".join(f"{point.threshold:.2f} | {point.agreement:.3f}" for point in points)
        rows.append(f"| {points[0].coverage:.2f} | {cells} |")
    return "\n".join(rows) + "\n"


def plot(path: Path, curves: dict[str, list[Point]], threshold: float) -> None:
    """Agreement with people over the share of answers graded without one; the shipped threshold is marked. Equal curves
    give equal files."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.subplots()
    for (name, points), style in zip(curves.items(), ("-", "--"), strict=False):
        axes.plot([point.coverage for point in points], [point.agreement for point in points], style, label=name)
        chosen = [point for point in points if point.threshold >= threshold]
        if chosen:
            axes.plot(chosen[-1].coverage, chosen[-1].agreement, "o", color="black", markersize=5)
    axes.set_xlabel("share of answers graded without a person")
    axes.set_ylabel("agreement with people on these")
    axes.set_ylim(0.5, 1.0)
    axes.grid(alpha=0.3)
    axes.legend(title="dots: the shipped threshold", frameon=False)
    with rc_context({"svg.hashsalt": PLOT_NAME}):
        figure.savefig(path, metadata={"Date": None})
