"""Bootstrap intervals widen with everything that was drawn by chance, and pair teachers of the same learners."""

from __future__ import annotations

import numpy as np
import pytest

from rl.benchmark.bootstrap import Resamples, spread


def test_intervals_widen_with_what_is_drawn_again() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(1, 5, 200))
    seeds_apart = noise + rng.normal(size=(1, 5, 1))
    runs_apart = np.repeat(noise, 3, axis=0) + np.array([-1.0, 0.0, 1.0])[:, None, None]
    resamples = Resamples(3, 5, 200, 500, np.random.default_rng(0))
    widths = {}
    for name, values in (("learners", noise), ("seeds", seeds_apart), ("runs", runs_apart)):
        interval = spread(float(values.mean()), resamples.means(values))
        assert interval.low < interval.value < interval.high
        widths[name] = interval.high - interval.low
    # The mean of 1,000 has a standard error of .0316: an interval of about .124.
    assert widths["learners"] == pytest.approx(0.124, rel=0.3)
    assert widths["seeds"] > 4 * widths["learners"]
    assert widths["runs"] > 4 * widths["learners"]


def test_differences_are_paired_by_learner() -> None:
    values = np.random.default_rng(1).normal(size=(1, 3, 50))
    resamples = Resamples(1, 3, 50, 100, np.random.default_rng(0))
    np.testing.assert_allclose(resamples.means(values + 0.25) - resamples.means(values), 0.25)


def test_values_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="values must have shape"):
        Resamples(1, 3, 50, 10, np.random.default_rng(0)).means(np.zeros((2, 3, 50)))
