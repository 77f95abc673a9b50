"""What the released policy is held to, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rl.evaluation.report import POLICIES, ConditionFigures

RATIO, RATIO_LOW, SHARE = 1.3, 1.15, 0.95


class Bar(msgspec.Struct, frozen=True, rename="camel"):
    """One demand, the figure measured, and whether it is met."""

    demand: str
    value: float
    met: bool


class Transfer(msgspec.Struct, frozen=True, rename="camel"):
    """A policy trained on one family, tested on another."""

    trained_on: str
    figures: ConditionFigures


def main_bars(mixed: ConditionFigures) -> list[Bar]:
    """Against the best rule and privileged greedy, on both families together."""
    policy = mixed.teachers[POLICIES]
    ratio, share = policy.ratio, policy.share_of_greedy
    return [
        Bar(f"mean gain at least {RATIO} times the best rule's ({mixed.best_rule})", ratio.value, ratio.value >= RATIO),
        Bar(f"interval of that ratio above {RATIO_LOW}", ratio.low, ratio.low > RATIO_LOW),
        Bar(f"at least {SHARE:.0%} of privileged greedy's gain", share.value, share.value >= SHARE),
    ]


def size_bars(sizes: Sequence[ConditionFigures]) -> list[Bar]:
    """Better than the best rule on courses of sizes never trained on."""
    demand = "{} skills: interval of the difference to the best rule ({}) above 0"
    lows = [(c, c.teachers[POLICIES].difference.low) for c in sizes]
    return [Bar(demand.format(c.skills[1], c.best_rule), low, low > 0) for c, low in lows]


def transfer_bars(transfers: Sequence[Transfer]) -> list[Bar]:
    """Not below the best rule's interval on a family never met."""
    bars = []
    for transfer in transfers:
        teachers = transfer.figures.teachers
        above = teachers[POLICIES].gain.value - teachers[transfer.figures.best_rule].gain.low
        demand = f"trained on {transfer.trained_on}, tested on {transfer.figures.family}: gain above the low end of the"
        bars.append(Bar(f"{demand} best rule's interval ({transfer.figures.best_rule})", above, above >= 0))
    return bars
