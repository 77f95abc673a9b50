"""Tables of how well unfair play is told apart."""

from __future__ import annotations

from api.game.evaluation.fairplay import FairplayReport
from api.game.evaluation.mixing import STRENGTHS
from api.game.evaluation.sheets import Sheet, percent


def sheets(report: FairplayReport) -> list[Sheet]:
    """Detectors, recall by kind of cheat, sub-populations."""
    return [_detectors(report), _recall(report), _parts(report)]


def _detectors(report: FairplayReport) -> Sheet:
    rows = [
        [
            name,
            f"{found.threshold:g}",
            f"{found.tuned:.2f}",
            percent(found.honest, 3),
            percent(found.precision),
            f"{100 * found.at_prevalence:.0f} %",
        ]
        for name, found in report.detectors.items()
    ]
    rows.append(["any", "", "", percent(report.any, 3), "", ""])
    title = (
        f"{report.n_honest:,} honest and {report.n_cheats:,} cheating simulated learners, {report.n_answers:,} answers"
    )
    heads = ["detector", "flags from", "least by tuning", "honest flagged", "precision here", "precision at 1 % cheats"]
    return Sheet(title, heads, rows)


def _recall(report: FairplayReport) -> Sheet:
    rows = [
        [kind, name, *(percent(shares[f"{strength:g}"]) for strength in STRENGTHS)]
        for name, found in report.detectors.items()
        for kind, shares in found.recall.items()
    ]
    return Sheet("Cheats found, by how much of the work is unfair", ["cheat", "detector", "0.3", "0.6", "1"], rows)


def _parts(report: FairplayReport) -> Sheet:
    rows = [
        [name, f"{part.n_honest:,}", percent(part.honest, 3), percent(part.recall), percent(part.precision)]
        for name, part in report.parts.items()
    ]
    return Sheet(
        "Sub-populations: all detectors together",
        ["sub-population", "honest", "honest flagged", "cheats found", "precision here"],
        rows,
    )
