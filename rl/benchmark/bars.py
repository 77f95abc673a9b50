"""What a tutor is held to, what was measured, and whether it is met; docs/benchmark.md says why these."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rl.benchmark.bootstrap import Interval
from rl.benchmark.figures import CellFigures
from rl.benchmark.standing import Standing
from simulators.families import FAMILIES

MEAN_RATIO, WORST_RATIO, SHARE, BETTER_OFF, STRICTLY_BETTER = 1.3, 1.0, 0.9, 0.6, 0.75


class Bar(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One demand.

    Attributes:
        demand: in words.
        where: the family, cell or sub-population that `measured` is of; "" for all together.
        measured: the figure, None where there is nothing to compare with.
        count, of: of so many families or sub-populations, how many are as the demand says.
        met: by the figure, not by an end of its interval; None where nothing is demanded or nothing was measured.
    """

    demand: str
    where: str = ""
    measured: Interval | None = None
    count: int | None = None
    of: int | None = None
    met: bool | None = None


class LeftOut(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A policy trained without a kind of learner, with a family of that kind.

    Attributes:
        kind, family: that it never met.
        best_rule: of those tuned on this family.
        gain, rule_gain: mean gain of the policy and of the best rule.
        ratio, difference: see `rl.benchmark.measures.Measures`.
        not_below: whether the policy's gain is not below the interval of the best rule's.
        above: whether the interval of the difference lies above 0.
    """

    kind: str
    family: str
    best_rule: str
    gain: Interval
    rule_gain: Interval
    ratio: Interval | None
    difference: Interval | None
    not_below: bool
    above: bool


def without(kind: str) -> str:
    """What a policy trained without this kind of learner is called."""
    return f"without-{kind}"


def left_out(cells: Sequence[CellFigures]) -> list[LeftOut]:
    """Every family with the policy that never met its kind, where there is one."""
    found = []
    for cell in cells:
        kind = FAMILIES[cell.cell.family].kind
        if not cell.cell.central or without(kind) not in cell.teachers:
            continue
        own, rule = cell.teachers[without(kind)].everybody, cell.teachers[cell.best_rule].everybody
        found.append(
            LeftOut(
                kind=kind,
                family=cell.cell.family,
                best_rule=cell.best_rule,
                gain=own.gain,
                rule_gain=rule.gain,
                ratio=own.ratio,
                difference=own.difference,
                not_below=own.gain.value >= rule.gain.low,
                above=own.difference is not None and own.difference.low > 0.0,
            )
        )
    return found


def left_out_bars(families: Sequence[LeftOut]) -> list[Bar]:
    """What policies are held to with kinds of learners that they never met."""
    below = [one for one in families if not one.not_below]
    n_above = sum(one.above for one in families)
    worst = min(families, key=lambda one: one.gain.value - one.rule_gain.low)
    return [
        Bar(
            demand="a kind left out: 0 families below the interval of the best rule; gain / best rule of the worst",
            where=worst.family,
            measured=worst.ratio,
            count=len(below),
            of=len(families),
            met=not below,
        ),
        Bar(
            demand=f"a kind left out: surely above the best rule in at least {STRICTLY_BETTER:.0%} of families",
            count=n_above,
            of=len(families),
            met=n_above >= STRICTLY_BETTER * len(families),
        ),
    ]


def bars(standing: Standing) -> list[Bar]:
    """What an entrant is held to; how many families are surely above, and regret, are told without a demand."""
    ratio = "gain / best rule"
    families = [
        _at_least(MEAN_RATIO, f"mean over families of {ratio}", "", standing.mean_ratio),
        _at_least(WORST_RATIO, f"{ratio} of the worst family", standing.worst_family, standing.worst_family_ratio),
        _at_least(WORST_RATIO, f"{ratio} of the worst cell", standing.worst_cell, standing.worst_ratio),
        _at_least(SHARE, "mean over families of the share of the best privileged reference", "", standing.mean_share),
        Bar(demand="families surely above the best rule", count=standing.above, of=standing.n_families),
    ]
    groups = Bar(
        demand="0 sub-populations surely below the best rule; difference of the worst served",
        where=standing.worst_group,
        measured=standing.worst_group_difference,
        count=standing.groups_below,
        of=standing.n_groups,
        met=standing.groups_below == 0 if standing.n_groups else None,
    )
    demand = "share of learners individually better off, in the family with the fewest"
    better = _at_least(BETTER_OFF, demand, standing.least_better_off_family, standing.least_better_off)
    regret = [Bar(demand="regret", where=where, measured=found) for where, found in standing.regret.items()]
    return [*families, groups, better, *regret]


def _at_least(goal: float, what: str, where: str, measured: Interval | None) -> Bar:
    met = None if measured is None else measured.value >= goal
    return Bar(demand=f"{what} at least {goal}", where=where, measured=measured, met=met)
