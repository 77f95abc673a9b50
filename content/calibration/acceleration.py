"""Fewer steps of a slow fixed-point iteration such as EM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from content.calibration.responses import Reals

LONGEST_LEAP = 256.0  # in steps

Step = Callable[[Reals], tuple[Reals, float]]
Progress = Callable[[int, float], None]


def nobody_listens(n_steps: int, objective: float) -> None:
    """A progress that tells nobody."""


@dataclass(frozen=True)
class FixedPoint:
    """Where an iteration ended.

    Attributes:
        at: (P,) parameters.
        n_steps: how many were taken.
        converged: whether the last moved no parameter by as much as the tolerance.
    """

    at: Reals
    n_steps: int
    converged: bool


def find_fixed_point(step: Step, start: Reals, tolerance: float, most_steps: int, progress: Progress) -> FixedPoint:
    """Iterate, leaping ahead along the path of every two steps.

    From x0 and the steps x1, x2 with r = x1 - x0 and v = x2 - x1 - r, go on from x0 - 2 a r + a^2 v with
    a = -|r| / |v|, at most 256 steps far, unless the objective is lower there than at x1.
    Source: Varadhan and Roland (2008), Scandinavian Journal of Statistics 35(2), scheme S3 (SQUAREM).

    Args:
        step: gives the next parameters, and the objective at those it was given.
        progress: is told the number of steps and the last objective.
    """
    current, n_steps = start, 0
    while n_steps < most_steps:
        first, _ = step(current)
        second, objective = step(first)
        n_steps += 2
        progress(n_steps, objective)
        if np.abs(second - first).max() < tolerance:
            return FixedPoint(second, n_steps, converged=True)
        r, v = first - current, second - 2.0 * first + current
        stretch, bend = float(np.linalg.norm(r)), float(np.linalg.norm(v))
        factor = -min(max(stretch / bend, 1.0), LONGEST_LEAP) if bend else -1.0
        landed, there = step(current - 2.0 * factor * r + factor**2 * v)
        n_steps += 1
        current = landed if there >= objective else second
    return FixedPoint(current, n_steps, converged=False)
