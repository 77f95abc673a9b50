"""The logistic function, which every response model here is made of, and the logarithm that goes with it."""

from __future__ import annotations

import numpy as np

from content.calibration.responses import Reals


def sigmoid(x: Reals) -> Reals:
    """1 / (1 + exp(-x)), in (0, 1); without overflow, as tanh is bounded."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x), np.float64)


def softplus(x: Reals) -> Reals:
    """ln(1 + exp(x)): the integral of `sigmoid`, and minus the log of the chance of a wrong answer."""
    return np.logaddexp(0.0, x)
