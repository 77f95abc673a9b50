"""The answer as tables, for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table

from rl.benchmark.bars import Bar, LeftOut
from rl.benchmark.benchmark import Report
from rl.benchmark.bootstrap import Interval
from rl.benchmark.figures import CellFigures

NOTHING = "–"


@dataclass(frozen=True)
class Sheet:
    """A table: the first column is text, the others are figures."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def table(self) -> Table:
        """For a terminal."""
        table = Table(title=self.title, title_justify="left")
        for place, name in enumerate(self.head):
            table.add_column(name, justify="right" if place else "left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """For a file."""
        lines = [self.head, ["---", *["---:"] * (len(self.head) - 1)], *self.rows]
        return f"## {self.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def overview(report: Report) -> list[Sheet]:
    """Of each entrant the matrix, the families and the sub-populations; then kinds left out; at the end the bars."""
    sheets = []
    for name in report.standings:
        central = [told for told in report.cells if told.cell.central]
        sheets.append(_matrix_sheet(name, report.cells))
        if central:
            sheets += [_families_sheet(name, central), _groups_sheet(name, central)]
    if report.left_out:
        sheets.append(_left_out_sheet(report.left_out))
    sheets += [_bars_sheet(f"{name}: bars", bars) for name, bars in report.bars.items()]
    if report.left_out_bars:
        sheets.append(_bars_sheet("A kind of learner left out: bars", report.left_out_bars))
    return sheets


def details(report: Report) -> list[Sheet]:
    """Every teacher in every cell."""
    return [_cell_sheet(told) for told in report.cells]


def _left_out_sheet(families: Sequence[LeftOut]) -> Sheet:
    head = ("family", "trained without", "best rule", "its gain", "gain", "ratio", "difference", "not below", "above")
    rows = [
        [
            one.family,
            one.kind,
            one.best_rule,
            told(one.rule_gain, 3),
            told(one.gain, 3),
            told(one.ratio, 2),
            told(one.difference, 3),
            _yes(one.not_below),
            _yes(one.above),
        ]
        for one in families
    ]
    return Sheet("Policies with the families that they were trained without, in their usual cell", head, rows)


def _bars_sheet(title: str, bars: Sequence[Bar]) -> Sheet:
    rows = []
    for bar in bars:
        count = NOTHING if bar.of is None else f"{bar.count} of {bar.of}"
        rows.append([bar.demand, bar.where, told(bar.measured, 3), count, _yes(bar.met)])
    return Sheet(title, ("demand", "of", "measured", "how many", "met"), rows)


def _yes(met: bool | None) -> str:
    return NOTHING if met is None else "yes" if met else "NO"


def _matrix_sheet(name: str, cells: Sequence[CellFigures]) -> Sheet:
    columns = _unique(told.cell.where for told in cells)
    families = _unique(told.cell.family for told in cells)
    found = {(one.cell.family, one.cell.where): one for one in cells}
    rows = [[family, *[_ratio_of(found.get((family, where)), name) for where in columns]] for family in families]
    return Sheet(f"{name}: gain over that of the best rule, calendars/courses", ("family", *columns), rows)


def _families_sheet(name: str, cells: Sequence[CellFigures]) -> Sheet:
    head = ("family", "best rule", "its gain", "gain", "ratio", "of reference", "better off", "knowledge", "drop-out")
    rows = []
    for one in cells:
        own, rule = one.teachers[name].everybody, one.teachers[one.best_rule].everybody
        rows.append(
            [
                one.cell.family if one.tuned_on == one.cell.family else f"{one.cell.family} (tuned on {one.tuned_on})",
                one.best_rule,
                told(rule.gain, 3),
                told(own.gain, 3),
                told(own.ratio, 2),
                told(own.share_of_reference, 2),
                share(own.better_off),
                f"{own.knowledge.value:.3f} / {rule.knowledge.value:.3f}",
                f"{own.drop_out.value:.0%} / {rule.drop_out.value:.0%}",
            ]
        )
    return Sheet(f"{name}: families, in their usual cell (last columns: against the best rule's)", head, rows)


def _groups_sheet(name: str, cells: Sequence[CellFigures]) -> Sheet:
    groups = _unique(group for one in cells for group in one.teachers[name].groups)
    rows = []
    for one in cells:
        found = one.teachers[name].groups
        rows.append([one.cell.family, *[told(found[g].difference if g in found else None, 3) for g in groups]])
    return Sheet(f"{name}: difference of gain to the best rule, by sub-population", ("family", *groups), rows)


def _cell_sheet(one: CellFigures) -> Sheet:
    head = (
        "teacher", "gain", "normalised", "ratio", "of reference", "better off", "knowledge", "mastered",
        "exercises to mastery", "drop-out", "regret",
    )  # fmt: skip
    ranked = sorted(one.teachers.items(), key=lambda item: -item[1].everybody.gain.value)
    rows = [
        [
            name,
            told(own.gain, 3),
            f"{own.normalised_gain.value:.3f}" if own.normalised_gain else NOTHING,
            told(own.ratio, 2),
            told(own.share_of_reference, 2),
            share(own.better_off),
            f"{own.knowledge.value:.3f}",
            f"{own.mastered.value:.0%}",
            f"{own.mastery_exercises.value:.1f}",
            f"{own.drop_out.value:.0%}",
            told(own.regret, 2),
        ]
        for name, own in ((name, teacher.everybody) for name, teacher in ranked)
    ]
    n_learners = one.cell.n_learners * one.cell.n_seeds
    title = f"{one.cell.family}, {one.cell.where}: {n_learners:,} learners, best rule {one.best_rule}"
    return Sheet(f"{title}, tuned on {one.tuned_on}", head, rows)


def _ratio_of(one: CellFigures | None, name: str) -> str:
    ratio = None if one is None else one.teachers[name].everybody.ratio
    return NOTHING if ratio is None else f"{ratio.value:.2f}"


def told(interval: Interval | None, digits: int) -> str:
    """A figure with its interval."""
    if interval is None:
        return NOTHING
    return f"{interval.value:.{digits}f} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"


def share(interval: Interval | None) -> str:
    """A share with its interval."""
    return NOTHING if interval is None else f"{interval.value:.0%} [{interval.low:.0%}, {interval.high:.0%}]"


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
