"""What a calibration shows of items: on the screen, in a file, in a line of JSON."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from content.calibration.calibration import Calibration
from content.calibration.health import ItemHealth
from content.calibration.responses import Responses

ORDER = ("broken", "doubtful", "fine", "untold")
SHOWN = 40  # items on the screen
COLUMNS = (
    "item_id",
    "status",
    "n_answers",
    "p_value",
    "p_low",
    "p_high",
    "discrimination",
    "difficulty",
    "difficulty_error",
    "slope",
    "seconds",
)


def table_of(found: list[ItemHealth]) -> Table:
    """The first of them, to be read."""
    title = f"{min(SHOWN, len(found))} of {len(found)} items, the worst first"
    table = Table("item", "", "answers", "right", "discrimination", "difficulty", "slope", "findings", title=title)
    for health in found[:SHOWN]:
        table.add_row(
            health.item_id,
            health.status,
            f"{health.n_answers:,}",
            _number(health.p_value, ".0%"),
            _number(health.discrimination),
            f"{_number(health.difficulty)} ± {_number(health.difficulty_error)}",
            _number(health.slope),
            "\n".join(finding.says for finding in health.findings),
        )
    return table


def _number(value: float | None, form: str = ".2f") -> str:
    return "" if value is None else format(value, form)


def write_items(out: Path, found: list[ItemHealth]) -> None:
    """All of them as CSV."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*COLUMNS, "findings", "says", "do"))
        for health in found:
            figures = (getattr(health, name) for name in COLUMNS)
            writer.writerow(
                (
                    *(round(figure, 4) if isinstance(figure, float) else figure for figure in figures),
                    " ".join(finding.kind for finding in health.findings),
                    " ".join(finding.says for finding in health.findings),
                    " ".join(finding.do for finding in health.findings),
                )
            )


def figures_of(responses: Responses, calibration: Calibration, found: list[ItemHealth]) -> dict[str, Any]:
    """What it comes to."""
    sd = calibration.ability_sd
    return {
        "model": calibration.model,
        "answers": responses.n_answers,
        "learners": responses.n_learners,
        "items": responses.n_items,
        "logLikelihood": round(calibration.log_likelihood, 3),
        "abilitySd": round(sd, 4) if math.isfinite(sd) else None,
        "steps": calibration.n_steps,
        "converged": calibration.converged,
        "setAside": dict(calibration.set_aside),
        "statuses": {status: sum(health.status == status for health in found) for status in ORDER},
        "findings": dict(Counter(finding.kind for health in found for finding in health.findings)),
    }


def wide_console() -> Console:
    """As wide as the terminal; wide enough for the table where there is none."""
    console = Console(stderr=True)
    return console if console.is_terminal else Console(stderr=True, width=160)
