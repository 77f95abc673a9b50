"""Formulas are written once, for arrays of learners and for plain numbers.

A formula takes its functions from an `Arithmetic`: `ARRAYS` in training, where numpy serves thousands of learners in a
call; `SCALARS` for one answer of one learner, where numpy would take ten times as long as Python's `math`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Number = TypeVar("Number", float, Array)
"""One number, or an array of them."""


@dataclass(frozen=True)
class Arithmetic(Generic[Number]):
    """Functions named as in `math` or numpy; `maximum` and `minimum` take a bound of either kind."""

    exp: Callable[[Number], Number]
    log: Callable[[Number], Number]
    log1p: Callable[[Number], Number]
    sqrt: Callable[[Number], Number]
    tanh: Callable[[Number], Number]
    isfinite: Callable[[Number], Any]
    maximum: Callable[[Number, Any], Number]
    minimum: Callable[[Number, Any], Number]
    where: Callable[[Any, Any, Any], Number]


def _greater(x: float, y: float) -> float:
    return x if x >= y else y


def _less(x: float, y: float) -> float:
    return x if x <= y else y


def _where(condition: bool, x: float, y: float) -> float:
    return x if condition else y


ARRAYS: Arithmetic[Array] = Arithmetic(
    np.exp, np.log, np.log1p, np.sqrt, np.tanh, np.isfinite, np.maximum, np.minimum, np.where
)
SCALARS: Arithmetic[float] = Arithmetic(
    math.exp, math.log, math.log1p, math.sqrt, math.tanh, math.isfinite, _greater, _less, _where
)


def sigmoid(x: Number, m: Arithmetic[Number]) -> Number:
    """The logistic function, by tanh (one call, no overflow)."""
    return 0.5 * m.tanh(0.5 * x) + 0.5


def column(of_learners: Array) -> Array:
    """One number for each learner (L,), to be broadcast along skills; of one learner a bare number, which is faster."""
    return of_learners[:, None] if of_learners.shape[0] != 1 else of_learners.reshape(())
