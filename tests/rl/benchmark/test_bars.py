"""Bars are met by the figure itself, and told where there is nothing to compare with."""

from __future__ import annotations

from msgspec.structs import replace

from rl.benchmark.bars import LeftOut, bars, left_out_bars
from rl.benchmark.bootstrap import Interval
from rl.benchmark.standing import Standing

JUST = Standing(
    mean_ratio=Interval(1.3, 1.2, 1.4),
    mean_share=Interval(0.9, 0.8, 0.95),
    above=14,
    n_families=15,
    worst_family="fsrs",
    worst_family_ratio=Interval(1.0, 0.9, 1.1),
    worst_cell="fsrs, short/usual",
    worst_ratio=Interval(1.0, 0.8, 1.2),
    least_better_off_family="bkt",
    least_better_off=Interval(0.6, 0.5, 0.7),
    worst_group="bkt, slow",
    worst_group_difference=Interval(-0.01, -0.02, 0.01),
    groups_below=0,
    n_groups=90,
    regret={"gated, usual/small": Interval(0.2, 0.1, 0.3)},
)
MISSED = replace(
    JUST,
    mean_ratio=Interval(1.29, 1.2, 1.4),
    mean_share=Interval(0.89, 0.8, 0.95),
    worst_family_ratio=Interval(0.99, 0.9, 1.1),
    worst_ratio=Interval(0.99, 0.8, 1.2),
    least_better_off=Interval(0.59, 0.5, 0.7),
    groups_below=1,
)


def test_bars_say_what_is_met() -> None:
    # In between, in how many families the policy is surely better, and at the end regret: told, not demanded.
    assert [bar.met for bar in bars(JUST)] == [True, True, True, True, None, True, True, None]
    assert [bar.met for bar in bars(MISSED)] == [False, False, False, False, None, False, False, None]


def test_bars_name_the_worst() -> None:
    told = [(bar.where, bar.count, bar.of) for bar in bars(JUST)]
    assert told[1] == ("fsrs", None, None)
    assert told[4:] == [("", 14, 15), ("bkt, slow", 0, 90), ("bkt", None, None), ("gated, usual/small", None, None)]


def test_without_a_figure_a_bar_is_neither_met_nor_missed() -> None:
    nothing = replace(JUST, mean_ratio=None, n_groups=0, worst_group="", worst_group_difference=None)
    found = bars(nothing)
    assert (found[0].met, found[5].met) == (None, None)


def family(name: str, gain: float, above: bool) -> LeftOut:
    """A family in which the best rule gains .2, surely at least .18."""
    return LeftOut(
        kind="memory",
        family=name,
        best_rule="leitner",
        gain=Interval(gain, gain, gain),
        rule_gain=Interval(0.2, 0.18, 0.22),
        ratio=Interval(gain / 0.2, 0.0, 2.0),
        difference=Interval(gain - 0.2, 0.0, 0.0),
        not_below=gain >= 0.18,
        above=above,
    )


def test_with_kinds_left_out_no_family_may_be_below_and_three_quarters_must_be_above() -> None:
    families = [family("hlr", 0.3, True), family("dash", 0.3, True), family("fsrs", 0.3, True)]
    first, second = left_out_bars([*families, family("actr", 0.18, False)])
    assert (first.met, first.where, first.count, first.of) == (True, "actr", 0, 4)
    assert (second.met, second.count, second.of) == (True, 3, 4)
    first, second = left_out_bars([*families[1:], family("bkt", 0.25, False), family("actr", 0.17, False)])
    assert (first.met, first.where, first.count) == (False, "actr", 1)
    assert (second.met, second.count) == (False, 2)
