"""An evaluation as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from rl.evaluation.bars import Bar
from rl.evaluation.bootstrap import Interval
from rl.evaluation.report import POLICIES, ConditionFigures


def condition_table(figures: ConditionFigures, title: str) -> Table:
    """All teachers under one condition, the best first."""
    table = Table(
        title=f"{title}; {figures.n_learners:,} learners; best rule: {figures.best_rule}", title_justify="left"
    )
    table.add_column("teacher", no_wrap=True)
    for name in ("gain", "normalised", "x best rule", "difference", "better off", "of greedy", "drop-out"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, told in sorted(figures.teachers.items(), key=lambda item: -item[1].gain.value):
        cells = (
            _number(told.gain),
            f"{told.normalised_gain.value:.3f}",
            _number(told.ratio, 2),
            _number(told.difference),
            _share(told.better_off),
            _share(told.share_of_greedy),
            f"{told.drop_out.value:.0%}",
        )
        table.add_row(name, *cells, style="bold" if name == POLICIES else None)
    return table


def bars_table(bars: Sequence[Bar]) -> Table:
    """What the policy is held to."""
    table = Table("demand", "measured", "met", title="Bars", title_justify="left")
    for bar in bars:
        table.add_row(bar.demand, f"{bar.value:.3f}", "yes" if bar.met else "NO")
    return table


def _number(interval: Interval, digits: int = 3) -> str:
    return f"{interval.value:.{digits}f} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"


def _share(interval: Interval) -> str:
    return f"{interval.value:.0%} [{interval.low:.0%}, {interval.high:.0%}]"
