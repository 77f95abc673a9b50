"""How a policy stands over the whole matrix: the mean over families, the worst cell, the worst served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from rl.benchmark.bootstrap import Array, Interval, spread
from rl.benchmark.figures import CellFigures, Told


class Standing(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """How an entrant stands over the whole matrix. Families are compared in their central cells.

    Attributes:
        mean_ratio: over families, of gain over the best rule's.
        mean_share: over families, of the share of the reference.
        above: families in which the interval of the difference to the best rule lies above 0; of n_families.
        worst_family, worst_family_ratio: the family with the lowest ratio.
        worst_cell, worst_ratio: the cell of the whole matrix with the lowest ratio.
        least_better_off_family, least_better_off: the family with the lowest share of learners better off.
        worst_group, worst_group_difference: the family and sub-population with the lowest difference to the best rule.
        groups_below: sub-populations whose interval of that difference lies below 0; of n_groups.
        regret: by cell, where the optimum is known.
    """

    mean_ratio: Interval | None
    mean_share: Interval | None
    above: int
    n_families: int
    worst_family: str
    worst_family_ratio: Interval | None
    worst_cell: str
    worst_ratio: Interval | None
    least_better_off_family: str
    least_better_off: Interval | None
    worst_group: str
    worst_group_difference: Interval | None
    groups_below: int
    n_groups: int
    regret: dict[str, Interval]


def standing(name: str, told: Sequence[Told]) -> Standing:
    """Where the entrant of this name stands."""
    cells = [one.figures for one in told]
    central = [one for one in told if one.figures.cell.central]
    families = [one.figures for one in central]
    ratios = {_title(cell): cell.teachers[name].everybody.ratio for cell in cells}
    better = {cell.cell.family: cell.teachers[name].everybody.better_off for cell in families}
    groups = {
        f"{cell.cell.family}, {group}": found.difference
        for cell in families
        for group, found in cell.teachers[name].groups.items()
    }
    worst_family, worst_family_ratio = _lowest(
        {cell.cell.family: cell.teachers[name].everybody.ratio for cell in families}
    )
    worst_cell, worst_ratio = _lowest(ratios)
    family, least = _lowest(better)
    worst_group, worst_difference = _lowest(groups)
    differences = [cell.teachers[name].everybody.difference for cell in families]
    return Standing(
        mean_ratio=_mean([cell.teachers[name].everybody.ratio for cell in families], [c.ratio[name] for c in central]),
        mean_share=_mean(
            [cell.teachers[name].everybody.share_of_reference for cell in families], [c.share[name] for c in central]
        ),
        above=sum(found is not None and found.low > 0.0 for found in differences),
        n_families=len(families),
        worst_family=worst_family,
        worst_family_ratio=worst_family_ratio,
        worst_cell=worst_cell,
        worst_ratio=worst_ratio,
        least_better_off_family=family,
        least_better_off=least,
        worst_group=worst_group,
        worst_group_difference=worst_difference,
        groups_below=sum(found is not None and found.high < 0.0 for found in groups.values()),
        n_groups=len(groups),
        regret={_title(cell): found for cell in cells if (found := cell.teachers[name].everybody.regret) is not None},
    )


def _title(cell: CellFigures) -> str:
    return f"{cell.cell.family}, {cell.cell.where}"


def _lowest(found: Mapping[str, Interval | None]) -> tuple[str, Interval | None]:
    """The name and interval of the lowest value; "" where there is none."""
    known = {name: interval for name, interval in found.items() if interval is not None}
    if not known:
        return "", None
    name = min(known, key=lambda one: known[one].value)
    return name, known[name]


def _mean(values: Iterable[Interval | None], replicates: Sequence[Array]) -> Interval | None:
    """Mean over families, with the interval of the paired replicates; None where a family has no such figure."""
    known = list(values)
    if not known or any(one is None for one in known):
        return None
    return spread(float(np.mean([one.value for one in known if one is not None])), np.mean(replicates, axis=0))
