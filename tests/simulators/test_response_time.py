"""Response times: van der Linden's log-normal, and answers that are too fast."""

from __future__ import annotations

import numpy as np
import pytest

from simulators.conduct import COPIED, EARNEST, RAPID, TOLD
from simulators.population import EngagementPopulation
from simulators.response_time import MAX_SECONDS, MIN_SECONDS, hasty_seconds, response_seconds

USUAL = EngagementPopulation()


def earnest(normal: np.ndarray, population: EngagementPopulation = USUAL) -> np.ndarray:
    """Times of a learner of pace 12 s for an item of difficulty 1, at a chance of success of one half."""
    n = len(normal)
    return response_seconds(np.full(n, 12.0), np.full(n, 1.0), np.full(n, 0.5), normal, population)


def hasty(conduct: int, normal: np.ndarray, population: EngagementPopulation = USUAL) -> np.ndarray:
    return hasty_seconds(np.full(len(normal), conduct), normal, population)


def test_response_times_by_hand() -> None:
    assert earnest(np.array([0.0, 1.0])) == pytest.approx(12 * np.exp([0.15 + 0.2, 0.75]))
    assert earnest(np.array([50.0, -50.0])).tolist() == [MAX_SECONDS, MIN_SECONDS]
    for conduct, median in ((RAPID, 2.0), (COPIED, 4.0), (TOLD, 8.0)):
        assert hasty(conduct, np.array([0.0, 1.0])) == pytest.approx(median * np.exp([0.0, 0.3]))


def test_moments_are_those_of_the_log_normal() -> None:
    seconds = earnest(np.random.default_rng(0).standard_normal(400_000))
    mu, sigma = np.log(12.0) + 0.15 + 0.2, 0.4
    assert np.median(seconds) == pytest.approx(np.exp(mu), rel=0.005)
    assert seconds.mean() == pytest.approx(np.exp(mu + sigma**2 / 2), rel=0.005)
    assert seconds.var() == pytest.approx((np.exp(sigma**2) - 1.0) * np.exp(2 * mu + sigma**2), rel=0.02)
    logs = np.log(seconds)
    assert (logs.mean(), logs.std()) == pytest.approx((mu, sigma), abs=0.003)


def test_speed_shifts_every_log_time_alike() -> None:
    normal, half, one = np.random.default_rng(1).standard_normal(50), np.full(50, 0.5), np.full(50, 1.0)
    slow = response_seconds(np.full(50, 24.0), one, half, normal, USUAL)
    assert np.log(slow) - np.log(earnest(normal)) == pytest.approx(np.full(50, np.log(2.0)))


def test_an_earnest_answer_has_no_hasty_time() -> None:
    with pytest.raises(ValueError, match="takes its time"):
        hasty(EARNEST, np.zeros(1))
