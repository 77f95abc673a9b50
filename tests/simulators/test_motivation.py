"""Motivation, and the hazards that hang on it, on the length of the lesson and on the days away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulators.motivation import Motivation
from simulators.noise import Draws
from simulators.population import EngagementPopulation
from simulators.spread import LogNormal, Normal

ONE = np.array([0])
MakeDraws = Callable[[int], Draws]


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


PLAIN = EngagementPopulation(
    start=(0.5, 0.5), recovery=sure(0.1), frustration=sure(0.2), boredom=sure(0.3), drop_out=sure(0.001),
    no_return=sure(0.01), miss=sure(0.1),
)  # fmt: skip


def begun(draws: MakeDraws, population: EngagementPopulation = PLAIN) -> Motivation:
    motivation = Motivation(1, population)
    motivation.begin(ONE, draws(1))
    return motivation


def move(motivation: Motivation, probability: float, correct: bool, skill: int = 0, now: float = 0.0) -> float:
    motivation.move(ONE, np.array([skill]), np.array([probability]), np.array([correct]), np.full(1, now))
    return float(motivation.level[0])


def test_success_at_three_in_four_raises_it_most(draws: MakeDraws) -> None:
    assert move(begun(draws), 0.75, True) == pytest.approx(0.55)  # .5 + .1 * .5
    assert move(begun(draws), 0.6, True) == pytest.approx(0.5 + 0.05 * 0.606531)  # exp(-1/2)
    assert move(begun(draws), 0.75, False) == pytest.approx(0.5)


def test_the_third_failure_in_a_row_frustrates(draws: MakeDraws) -> None:
    motivation = begun(draws)
    levels = [move(motivation, 0.5, False, skill) for skill in range(4)]
    assert levels == pytest.approx([0.5, 0.5, 0.4, 0.32])  # times 1 - .2
    assert move(motivation, 0.2, True, 9) == pytest.approx(0.32, abs=1e-3)
    assert motivation.failures[0] == 0


def test_the_too_easy_bores(draws: MakeDraws) -> None:
    assert move(begun(draws), 1.0, False) == pytest.approx(0.35)  # .5 (1 - .3)
    assert move(begun(draws), 0.95, False) == pytest.approx(0.425)  # half as dull


def test_the_fourth_time_on_one_skill_tires(draws: MakeDraws) -> None:
    motivation = begun(draws)
    levels = [move(motivation, 0.1, index == 2) for index in range(4)]
    assert levels[2] == pytest.approx(0.5, abs=1e-3)
    assert levels[3] == pytest.approx(0.35, abs=1e-3)


def test_hazards_by_hand(draws: MakeDraws) -> None:
    motivation = begun(draws)
    motivation.level[:] = 0.25  # exp(-4 * -.25) = e, exp(-2 * -.25) = 1.648721
    assert motivation.leave_chance(ONE, np.array([False])) == pytest.approx(0.001 * np.e)
    assert motivation.leave_chance(ONE, np.array([True])) == pytest.approx(0.011 * np.e)
    assert motivation.miss_chance(ONE) == pytest.approx(0.1648721)
    motivation.level[:] = 0.0
    assert motivation.miss_chance(ONE) == pytest.approx(0.2718282)
    motivation._miss[:] = 0.5
    assert motivation.miss_chance(ONE) == pytest.approx(0.6)  # not .5 e


SLOPES = replace(PLAIN, weariness=Normal(0.4, 0.0), estrangement=Normal(0.05, 0.0))
NO_END = np.array([False])


def leave(motivation: Motivation) -> float:
    """The chance to leave within a session, as many times the hazard at motivation .5."""
    motivation.level[:] = 0.5
    return float(motivation.leave_chance(ONE, NO_END)[0]) / 0.001


def test_a_long_lesson_wearies_until_it_ends(draws: MakeDraws) -> None:
    motivation = begun(draws, SLOPES)
    assert leave(motivation) == pytest.approx(1.0)
    for turn in range(25):
        move(motivation, 0.5, True, turn, now=turn / 1440)
    assert motivation.lesson[0] == 25
    assert leave(motivation) == pytest.approx(np.e)  # .4 for every ten exercises
    move(motivation, 0.5, True, 99, now=24 / 1440 + 1 / 49)
    assert motivation.lesson[0] == 26  # a pause of less than half an hour
    move(motivation, 0.5, True, 99, now=24 / 1440 + 1 / 49 + 1 / 48)
    assert motivation.lesson[0] == 1
    assert motivation.days_away[0] == pytest.approx(1 / 48)


def test_days_away_make_it_likelier_to_leave_and_to_miss(draws: MakeDraws) -> None:
    motivation = begun(draws, replace(SLOPES, weariness=Normal(0.0, 0.0)))
    move(motivation, 0.5, True, 0, now=3.0)
    assert leave(motivation) == pytest.approx(1.0)  # nobody is away before the first lesson
    move(motivation, 0.5, True, 1, now=23.0)
    move(motivation, 0.5, True, 2, now=23.001)
    assert leave(motivation) == pytest.approx(np.e)  # .05 for each of twenty days
    assert motivation.miss_chance(ONE) == pytest.approx(0.1 * np.e)
    move(motivation, 0.5, True, 3, now=123.001)
    assert leave(motivation) == pytest.approx(np.exp(1.5))  # no more than thirty days count
    motivation.begin(ONE, draws(1))
    assert leave(motivation) == pytest.approx(1.0)


def test_a_clock_put_back_counts_no_days_away(draws: MakeDraws) -> None:
    motivation = begun(draws, SLOPES)
    move(motivation, 0.5, True, 0, now=50.0)
    move(motivation, 0.5, True, 0, now=0.0)
    assert (motivation.lesson[0], motivation.days_away[0]) == (2, 0.0)


def test_groups_differ_in_their_hazards(draws: MakeDraws) -> None:
    motivation = Motivation(1, PLAIN)
    motivation.begin(ONE, draws(1), leaving=3.0, missing=2.0)
    assert leave(motivation) == pytest.approx(3.0)
    assert motivation.miss_chance(ONE) == pytest.approx(0.2)
