"""Times: medians, answers without thought, interruptions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calibration.responses import CalibrationError, Responses
from content.calibration.simulation import Design, Truth, simulate
from content.calibration.times import describe_times, medians_by


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e3, 1e3)), max_size=40))
def test_medians_by_group_are_those_of_each_group(pairs: list[tuple[int, float]]) -> None:
    group, values = np.asarray([pair[0] for pair in pairs], np.int32), np.asarray([pair[1] for pair in pairs])
    found = medians_by(group, values, 4)
    for g in range(4):
        own = values[group == g]
        assert np.isnan(found[g]) if not own.size else found[g] == pytest.approx(np.median(own))


def test_answers_without_thought_are_told_from_the_others() -> None:
    rng = np.random.default_rng(0)
    truth = Truth.drawn(1500, 20, rng)
    truth.seconds[:] = 40.0
    found = describe_times(simulate(truth, rng, Design(rushed=0.1)))
    assert found.rushed.mean() == pytest.approx(0.1, abs=0.01)
    assert found.rushed_right.mean() == pytest.approx(0.25, abs=0.03)
    assert found.median == pytest.approx(np.full(20, 38.0), rel=0.1)
    assert found.slow.mean() < 0.01


def test_an_interruption_is_told_from_a_slow_learner() -> None:
    rng = np.random.default_rng(1)
    responses = simulate(Truth.drawn(200, 20, rng), rng)
    assert responses.seconds is not None
    seconds = responses.seconds.copy()
    seconds[responses.learner == 3] *= 4.0
    seconds[100] *= 200.0
    found = describe_times(replace(responses, seconds=seconds))
    assert found.slow[100]
    assert found.slow[responses.learner == 3].mean() < 0.2


def test_unknown_times_are_left_out_and_none_at_all_are_refused() -> None:
    some = Responses.of(["a", "b", "c"], ["p", "p", "q"], [1, 0, 1], seconds=[10.0, np.nan, np.nan])
    found = describe_times(some)
    assert found.n.tolist() == [1, 0]
    assert found.median[0] == pytest.approx(10.0)
    assert np.isnan(found.median[1])
    assert not found.rushed.any()
    with pytest.raises(CalibrationError, match="answers have no times"):
        describe_times(Responses.of(["a"], ["p"], [1]))
    nothing = describe_times(replace(some, seconds=np.full(3, np.nan)))
    assert np.isnan(nothing.median).all()
