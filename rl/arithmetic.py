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
    """Functions named as in `math` or numpy; `maximum` and `minimum` take a bound of either kind.

    `half`, `one` and `nothing` (0) are bare arrays for arrays, which combine with these faster than Python's numbers.
    """

    half: Number
    one: Number
    nothing: Number
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
    half=np.array(0.5),
    one=np.array(1.0),
    nothing=np.array(0.0),
    exp=np.exp,
    log=np.log,
    log1p=np.log1p,
    sqrt=np.sqrt,
    tanh=np.tanh,
    isfinite=np.isfinite,
    maximum=np.maximum,
    minimum=np.minimum,
    where=np.where,
)
SCALARS: Arithmetic[float] = Arithmetic(
    half=0.5,
    one=1.0,
    nothing=0.0,
    exp=math.exp,
    log=math.log,
    log1p=math.log1p,
    sqrt=math.sqrt,
    tanh=math.tanh,
    isfinite=math.isfinite,
    maximum=_greater,
    minimum=_less,
    where=_where,
)


def sigmoid(x: Number, m: Arithmetic[Number]) -> Number:
    """The logistic function, by tanh (one call, no overflow)."""
    return m.half * m.tanh(m.half * x) + m.half


def column(of_learners: Array) -> Array:
    """One number for each learner (L,), to be broadcast along skills; of one learner a bare number, which is faster."""
    return of_learners[:, None] if of_learners.shape[0] != 1 else of_learners.reshape(())
