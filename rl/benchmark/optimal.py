"""What the optimal teacher would gain, in the cells where it can be computed."""

from __future__ import annotations

import numpy as np

from envs.core import TutoringCore
from rl.benchmark.bootstrap import Array
from rl.benchmark.cells import SIZES, Cell
from simulators.mastery.gated import GatedLearners
from simulators.mastery.optimum import MAX_SKILLS, optimum

FAMILY = "gated"


def optimal_gain(cell: Cell) -> Array | None:
    """(S, n) expected gain of each learner of a cell under the optimal teacher; None where the optimum is not known.

    That teacher knows the hidden state and is given all planned exercises, heeded earnestly: an upper bound.
    """
    if cell.family != FAMILY or SIZES[cell.size].skills[1] > MAX_SKILLS:
        return None
    return np.stack([_gain(cell, seed) for seed in cell.seeds])


def _gain(cell: Cell, seed: int) -> Array:
    core = TutoringCore(cell.n_learners, cell.condition().settings())
    rows = np.arange(cell.n_learners)
    core.begin(rows, [np.random.default_rng([seed, number]) for number in range(cell.n_learners)])
    (model,) = core.learners.models
    if not isinstance(model, GatedLearners):
        raise TypeError(f"the optimum is known of GatedLearners, not of {type(model).__name__}")
    left = core.exercises_left(rows)
    best = optimum(model, core.courses, rows, int(left.max()))
    gain: Array = best.gain(model.state["known"][rows] == 1.0, left)
    return gain
