"""Pictures (PNG) of several panels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

COLUMNS = 3


def panels_of(n: int, height: float) -> tuple[Any, list[Any]]:
    """A figure of n panels, each of this height in inches."""
    from matplotlib.figure import Figure  # heavy, and only pictures need it

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
