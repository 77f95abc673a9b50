"""What another policy would have earned on logged decisions: inverse propensity estimates with their intervals.

Source: D. Horvitz and D. Thompson (1952) for the weights; A. Swaminathan and T. Joachims, The Self-Normalized Estimator
for Counterfactual Learning (2015), equation 9; A. Kong (1992) for the effective sample size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of the mean reward, with half of its 95 % interval, and the sample size it is worth."""

    value: float
    half_width: float
    self_normalised: float
    effective_n: float


def inverse_propensity(rewards: Array, propensities: Array, target: Array) -> Estimate:
    """The mean reward of a target policy.

    Args:
        rewards: of the logged decisions, shape (decision,).
        propensities: of the arms that were drawn, in (0, 1].
        target: probabilities that the target policy gives to the same arms.

    Raises:
        ValueError: there are no decisions, or a propensity is not in (0, 1].
    """
    if not len(rewards):
        raise ValueError("there are no decisions to estimate from")
    if propensities.min() <= 0.0 or propensities.max() > 1.0:
        raise ValueError(f"propensities lie in (0, 1], not {propensities.min():g} to {propensities.max():g}")
    weights = target / propensities
    earned = weights * rewards
    n = len(rewards)
    spread = float(earned.std(ddof=1)) if n > 1 else 0.0
    total = float(weights.sum())
    return Estimate(
        value=float(earned.mean()),
        half_width=Z95 * spread / math.sqrt(n),
        self_normalised=float(earned.sum()) / total if total else 0.0,
        effective_n=total**2 / float((weights**2).sum()) if total else 0.0,
    )
