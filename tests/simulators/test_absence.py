"""Absences: who is away, from when, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulators.absence import Absence
from simulators.noise import Draws
from simulators.population import UNRULY

MakeDraws = Callable[[int], Draws]


def test_absences_have_the_distributions_they_state(draws: MakeDraws) -> None:
    n = 4000
    absence = Absence(n, replace(UNRULY, absent=0.5, absent_after_days=10.0))
    absence.begin(np.arange(n), draws(n))
    gone = np.isfinite(absence.since)
    assert gone.mean() == pytest.approx(0.5, abs=0.03)
    since, length = absence.since[gone], absence.until[gone] - absence.since[gone]
    assert (since.mean(), np.median(since)) == pytest.approx((10.0, 10.0 * np.log(2.0)), rel=0.08)
    assert np.median(length) == pytest.approx(10.0, rel=0.05)
    assert length.min() == pytest.approx(2.0)


def test_a_learner_is_away_from_the_first_day_until_before_the_last() -> None:
    absence = Absence(2, UNRULY)
    absence.since[0], absence.until[0] = 3.0, 5.0
    days = np.array([[0.0, 2.9, 3.0, 4.9, 5.0]] * 2)
    assert absence.away(np.arange(2), days).tolist() == [[False, False, True, True, False], [False] * 5]


def test_nobody_is_away_by_default(draws: MakeDraws) -> None:
    absence = Absence(3, replace(UNRULY, absent=0.0))
    absence.begin(np.arange(3), draws(3))
    assert not absence.away(np.arange(3), np.array([[0.0, 1e6]] * 3)).any()
