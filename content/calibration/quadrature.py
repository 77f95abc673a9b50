"""Points of ability that integrals over learners are summed at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from content.calibration.responses import CalibrationError, Reals

REACH = 6.0  # standard deviations on each side; beyond lie 2e-9 of a normal population
FEWEST, MOST = 61, 401
STEPS_PER_SD = 0.8  # of the narrowest posterior; the trapezoid rule then errs by exp(-2 (pi .8)^2) = 3e-6


@dataclass(frozen=True)
class Grid:
    """Q equidistant points of a standard normal ability.

    Attributes:
        points: (Q,) in standard deviations, rising.
        log_weights: (Q,) log of weights that sum to 1.
    """

    points: Reals
    log_weights: Reals

    @classmethod
    def of(cls, n_points: int) -> Grid:
        """Points from -6 to 6 with weights in proportion to the normal density."""
        if n_points < 3:
            raise CalibrationError(f"{n_points} quadrature points are too few; give at least 3")
        points = np.linspace(-REACH, REACH, n_points)
        density = -0.5 * points**2
        return cls(points, density - np.logaddexp.reduce(density))

    @classmethod
    def for_answers(cls, most_answers: int) -> Grid:
        """A grid fine enough for a learner with so many answers.

        An answer to an item of slope 1 informs by at most 1/4, so that the posterior is no narrower than
        1 / sqrt(1 + n / 4) standard deviations, and points stand .8 to that width.
        """
        wanted = math.ceil(2.0 * REACH * STEPS_PER_SD * math.sqrt(1.0 + most_answers / 4.0)) + 1
        return cls.of(min(max(wanted, FEWEST), MOST))
