"""The optimal teacher's gain is known where it can be, and nobody gains more on average."""

from __future__ import annotations

import numpy as np
import pytest

from rl.belief import BeliefParameters
from rl.benchmark.cells import Cell
from rl.benchmark.contest import Job, run
from rl.benchmark.contestants import PRIVILEGED, Contestant
from rl.benchmark.optimal import optimal_gain


@pytest.mark.parametrize(("family", "size"), [("markov", "small"), ("gated", "usual")])
def test_elsewhere_the_optimum_is_not_known(family: str, size: str) -> None:
    assert optimal_gain(Cell(family, "short", size, 2, 1, 1)) is None


def test_privileged_greedy_gains_nearly_what_is_optimal_and_not_more() -> None:
    cell = Cell("gated", "short", "small", n_learners=100, n_seeds=2, n_relived=1)
    best = optimal_gain(cell)
    assert best is not None
    assert best.shape == (2, 100)
    greedy = Contestant(kind=PRIVILEGED, name="privileged-greedy")
    job = Job(contestant=greedy, condition=cell.condition(), seeds=cell.seeds, belief=BeliefParameters())
    reached = run(job).gain.reshape(2, 100)
    room = 3.0 * (reached - best).std() / np.sqrt(200)  # of chance
    assert reached.mean() < best.mean() + room
    assert reached.mean() > 0.6 * best.mean()
