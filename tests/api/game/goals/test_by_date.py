"""A date goal's load and forecast, by hand and by property."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.goals.by_date import ASSUMED, MOST_MINUTES, Scope, forecast, load
from rl.doubt import Z80

SECONDS = 22.0  # with 8 s of feedback, 8 exercises of a skill take 4 minutes


def scope(n: int = 5, known: float = 0.0, forecast: float = 0.2, spread: float = 0.1) -> Scope:
    return Scope(
        weights=np.full(n, 1.0 / n),
        known=np.full(n, known),
        forecast=np.full(n, forecast),
        spread=np.full(n, spread),
        seconds=np.full(n, SECONDS),
    )


def risen(start: float, share: float) -> float:
    """The expected rise after this share of the work."""
    return (ASSUMED.held - start) * (1.0 - exp(-ASSUMED.pace * share))


def test_a_goal_that_fits_is_spread_over_its_days() -> None:
    found = load(scope(), days=10, minutes_per_day=15)
    assert (found.feasible, found.minutes_needed, found.minutes_per_day, found.exercises_per_day) == (True, 20, 2, 4)
    assert found.instead is None
    assert found.forecast.expected == pytest.approx(0.2 + risen(0.2, 1.0))
    assert found.forecast.unpractised == pytest.approx(0.2)


def test_without_minutes_it_takes_what_it_takes() -> None:
    found = load(scope(), days=4, minutes_per_day=None)
    assert (found.feasible, found.minutes_per_day) == (True, 5)


def test_a_goal_that_does_not_fit_says_what_would() -> None:
    found = load(scope(), days=2, minutes_per_day=4)
    assert found.feasible is False
    assert found.instead is not None
    assert (found.instead.minutes_per_day, found.instead.days, found.instead.n_skills) == (10, 5, 2)
    assert found.minutes_per_day == 4
    assert found.forecast.expected == pytest.approx(0.2 + risen(0.2, 2 / 5))


def test_a_date_that_is_years_away_is_none() -> None:
    found = load(scope(n=5000), days=2, minutes_per_day=1)
    assert found.instead is not None
    assert found.instead.days is None


def test_nobody_is_told_to_learn_more_hours_a_day_than_help() -> None:
    for offered in (None, 60.0):
        found = load(scope(n=2000), days=1, minutes_per_day=offered)
        assert not found.feasible
        assert found.instead is not None
        assert found.instead.minutes_per_day is None
        assert found.minutes_per_day <= MOST_MINUTES


def test_the_interval_holds_the_doubt_of_the_belief_and_of_the_pace() -> None:
    found = forecast(scope(n=1), minutes=4.0)
    spread = Z80 * sqrt(0.1**2 + ASSUMED.doubt**2 + (ASSUMED.rise_doubt * risen(0.2, 1.0)) ** 2)
    assert (found.low, found.high) == pytest.approx((found.expected - spread, min(1.0, found.expected + spread)))


def test_nobody_is_promised_to_forget_by_practice() -> None:
    found = forecast(scope(known=0.5, forecast=0.97), minutes=50.0)
    assert found.expected == pytest.approx(0.97)


def test_what_is_known_already_takes_no_time() -> None:
    found = load(scope(known=1.0, forecast=0.5), days=3, minutes_per_day=10)
    assert (found.feasible, found.minutes_needed, found.forecast.expected) == (True, 0, pytest.approx(0.5))


@settings(max_examples=60)
@given(
    st.integers(1, 30),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 0.4),
    st.floats(0, 500),
    st.floats(0, 100),
)
def test_a_forecast_is_a_probability_in_its_interval_and_rises_with_practice(
    n: int, known: float, later: float, spread: float, minutes: float, more: float
) -> None:
    one = forecast(scope(n, known, later, spread), minutes)
    other = forecast(scope(n, known, later, spread), minutes + more)
    assert 0.0 <= one.low <= one.expected + 1e-9
    assert one.expected <= one.high + 1e-9 <= 1.0 + 2e-9
    assert one.unpractised <= one.expected + 1e-9
    assert one.expected <= other.expected + 1e-9
