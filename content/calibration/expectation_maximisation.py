"""Item curves by marginal maximum likelihood: expectation and maximisation in turn, accelerated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from content.calibration.acceleration import Progress, find_fixed_point, nobody_listens
from content.calibration.marginal import Curves, Expectation, Marginal
from content.calibration.maximisation import Slopes, bounded, maximise
from content.calibration.quadrature import Grid
from content.calibration.responses import CalibrationError, Reals, Responses

TOLERANCE = 1e-5
MOST_STEPS = 3000


@dataclass(frozen=True)
class Fitting:
    """How a fit is carried out.

    Attributes:
        n_points: of quadrature; None takes as many as the longest list of answers needs.
        tolerance: largest change of a parameter in the last step, on the scale of slopes and intercepts.
        most_steps: of expectation and maximisation.
        progress: told the number of steps and the log-likelihood.
    """

    n_points: int | None = None
    tolerance: float = TOLERANCE
    most_steps: int = MOST_STEPS
    progress: Progress = nobody_listens

    def __post_init__(self) -> None:
        if not self.tolerance > 0.0:
            raise CalibrationError(f"tolerance {self.tolerance} is not above 0")
        if self.most_steps < 1:
            raise CalibrationError(f"{self.most_steps} steps are too few; give at least 1")

    def grid(self, responses: Responses) -> Grid:
        """The points for these answers."""
        if self.n_points is not None:
            return Grid.of(self.n_points)
        return Grid.for_answers(int(np.bincount(responses.learner).max()))


@dataclass(frozen=True)
class Fit:
    """Where it ended: the curves, what is expected under them, the answers as they were laid out."""

    curves: Curves
    expected: Expectation
    marginal: Marginal
    n_steps: int
    converged: bool


def fit_curves(responses: Responses, slopes: Slopes, fitting: Fitting) -> Fit:
    """Maximise the marginal likelihood, from slopes of 1 and intercepts by the share of right answers.

    Args:
        responses: each item with right and wrong answers, see `content.calibration.calibration.calibratable`.
    """
    marginal = Marginal(responses, fitting.grid(responses))
    n_items = responses.n_items

    def step(parameters: Reals) -> tuple[Reals, float]:
        curves = bounded(*parameters.reshape(2, n_items))
        expected = marginal.expect(curves)
        better = maximise(expected, curves, marginal.grid, slopes)
        return np.concatenate([better.slope, better.intercept]), expected.log_likelihood

    share = marginal.n_right / np.bincount(responses.item, minlength=n_items)
    start = np.concatenate([np.ones(n_items), np.log(share / (1.0 - share))])
    found = find_fixed_point(step, start, fitting.tolerance, fitting.most_steps, fitting.progress)
    curves = Curves(*found.at.reshape(2, n_items))
    return Fit(curves, marginal.expect(curves), marginal, found.n_steps, found.converged)
