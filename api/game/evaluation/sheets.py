"""What was measured, as tables for a terminal and for a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True)
class Sheet:
    """A title, a heading for each column, and rows of text."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def table(self) -> Table:
        """For a terminal."""
        table = Table(*self.heads, title=self.title, title_justify="left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """For a document."""
        lines = [self.heads, ["---"] * len(self.heads), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def percent(share: Sequence[float], digits: int = 0) -> str:
    """A share with its interval, in percent; "none" where nothing was counted."""
    value, low, high = (100.0 * number for number in share)
    return "none" if value < 0 else f"{value:.{digits}f} % [{low:.{digits}f}, {high:.{digits}f}]"


def number(mean: Sequence[float], digits: int = 3) -> str:
    """A mean with its interval."""
    value, low, high = mean
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
