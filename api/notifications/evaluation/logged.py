"""Decisions that were really made: what other policies would have brought, estimated by inverse propensity."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
import numpy as np

from api.notifications.bandit import USUAL
from api.notifications.evaluation.estimate import Estimate, inverse_propensity
from api.notifications.message import Decision


class LoggedDecision(msgspec.Struct, frozen=True):
    """A line of `pacer notifications decisions`."""

    returned: int
    decision: Decision


Target = Callable[[Decision], float]
"""The probability that a policy gives to the arm that was chosen."""

TARGETS: dict[str, Target] = {
    "asLogged": lambda decision: decision.propensity,
    "usual": lambda decision: float(decision.arm.slot == USUAL and decision.arm.variant == decision.arms[0].variant),
    "uniform": lambda decision: 1.0 / len(decision.arms),
}


def read_log(lines: Iterable[bytes]) -> list[LoggedDecision]:
    """The bandit's decisions of a log; those of the fixed rule tell nothing of others. Raises msgspec.DecodeError."""
    found = [msgspec.json.decode(line, type=LoggedDecision) for line in lines if line.strip()]
    return [each for each in found if each.decision.policy == "bandit"]


def estimates(log: list[LoggedDecision]) -> dict[str, Estimate]:
    """The rate of return of each target. Raises ValueError if there are no decisions."""
    rewards = np.array([float(each.returned) for each in log])
    propensities = np.array([each.decision.propensity for each in log])
    return {
        name: inverse_propensity(rewards, propensities, np.array([target(each.decision) for each in log]))
        for name, target in TARGETS.items()
    }
