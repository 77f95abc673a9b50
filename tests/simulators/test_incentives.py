"""How learners react to a game: each parameter does what its source says, and nothing where it is 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from simulators.incentives import IncentivePopulation, Incentives, Seen
from simulators.noise import Draws
from simulators.spread import LogNormal

ONE = np.array([0])
MakeDraws = Callable[[int], Draws]
ALIKE = LogNormal(1.0, 0.0, 1.0, 1.0)
NOTHING = IncentivePopulation(
    **{
        field.name: 0.0
        for field in fields(IncentivePopulation)
        if field.name not in ("sensitivity", "novelty_half_life", "remainder")
    },
    novelty_half_life=10.0,
    remainder=1.0,
    sensitivity=ALIKE,
)
QUIET = Seen(*(np.array([value]) for value in (0.0, 0.0, np.inf, np.nan, 0.0, np.nan, 0.0)))


def seen(**changes: float) -> Seen:
    return replace(QUIET, **{name: np.array([value]) for name, value in changes.items()})


def incentives(draws: MakeDraws, **changes: float) -> Incentives:
    made = Incentives(1, replace(NOTHING, **changes))  # type: ignore[arg-type]
    made.begin(ONE, draws(1))
    return made


def log_odds(draws: MakeDraws, what: Seen, **changes: float) -> float:
    return float(incentives(draws, **changes).come_log_odds(ONE, what)[0])


def test_without_effects_a_game_changes_nothing(draws: MakeDraws) -> None:
    shown = seen(day=3.0, streak=30.0, broken=0.0, place=0.9, quest=1.0, pay=5.0, farming=9.0)
    none = incentives(draws)
    assert none.come_log_odds(ONE, shown)[0] == 0.0
    assert none.planned(ONE, shown, np.array([8]), np.array([10]), np.zeros(1))[0] == 8
    assert none.strain(ONE, shown, np.zeros(1))[0] == none.farm_chance(ONE, shown)[0] == 0.0


def test_a_streak_pulls_by_its_length_up_to_a_month(draws: MakeDraws) -> None:
    pulls = [log_odds(draws, seen(streak=days), streak_pull=0.6) for days in (0.0, 1.0, 3.0, 31.0, 300.0)]
    assert pulls == pytest.approx([0.0, 0.12, 0.24, 0.6, 0.6])


def test_a_broken_streak_keeps_away_less_with_every_day(draws: MakeDraws) -> None:
    falls = [log_odds(draws, seen(broken=days), streak_break=0.8) for days in (0.0, 1.0, 3.0, np.inf)]
    assert falls == pytest.approx([-0.8, -0.4, -0.1, 0.0])


def test_near_the_goal_a_lesson_is_stretched_to_it(draws: MakeDraws) -> None:
    eager = incentives(draws, goal_gradient=0.5)
    for exercises, goal, uniform, after in (
        (6, 10, 0.4, 10),
        (6, 10, 0.6, 6),
        (5, 10, 0.4, 5),
        (12, 10, 0.4, 12),
        (6, 0, 0.4, 6),
    ):
        planned = eager.planned(ONE, QUIET, np.array([exercises]), np.array([goal]), np.array([uniform]))
        assert planned[0] == after


def test_the_first_strive_and_the_last_lose_heart(draws: MakeDraws) -> None:
    assert log_odds(draws, seen(place=0.9), league_pull=0.3) == pytest.approx(0.3)
    assert log_odds(draws, seen(place=0.1), league_pull=0.3) == 0.0
    assert log_odds(draws, seen(place=0.1), league_fall=0.4) == pytest.approx(-0.4)
    assert log_odds(draws, seen(place=0.5), league_pull=0.3, league_fall=0.4) == 0.0


def test_a_quest_within_reach_pulls(draws: MakeDraws) -> None:
    assert log_odds(draws, seen(quest=1.0), quest_pull=0.2) == pytest.approx(0.2)


def test_novelty_wears_off_to_its_remainder(draws: MakeDraws) -> None:
    pulls = [
        log_odds(draws, seen(quest=1.0, day=day), quest_pull=1.0, novelty_half_life=10.0, remainder=0.4)
        for day in (0.0, 10.0, 20.0, 900.0)
    ]
    assert pulls == pytest.approx([1.0, 0.7, 0.55, 0.4])
    slower = log_odds(draws, seen(quest=1.0, day=10.0), quest_pull=1.0, novelty_half_life=20.0, remainder=0.4)
    assert slower > 0.7


def test_pressure_wears_down_who_comes_for_the_streak_alone(draws: MakeDraws) -> None:
    pressed = incentives(draws, pressure=0.1)
    strains = [
        float(pressed.strain(ONE, what, np.array([level]))[0])
        for what, level in (
            (seen(streak=7.0), 0.0),
            (seen(streak=7.0), 0.25),
            (seen(streak=7.0), 0.6),
            (seen(streak=6.0), 0.0),
            (seen(place=0.1), 0.0),
        )
    ]
    assert strains == pytest.approx([0.1, 0.05, 0.0, 0.0, 0.1])


def test_less_reward_than_usual_disappoints(draws: MakeDraws) -> None:
    used = incentives(draws, expectation=0.5)
    assert used.come_log_odds(ONE, seen(pay=2.0))[0] == 0.0  # nothing is usual yet
    used.grow_used(ONE, np.array([2.0]))
    assert used.come_log_odds(ONE, seen(pay=1.0))[0] == pytest.approx(-0.25)
    assert used.come_log_odds(ONE, seen(pay=3.0))[0] == pytest.approx(0.25)
    used.grow_used(ONE, np.array([3.0]))
    assert used.usual_pay[0] == pytest.approx(2.2)


def test_what_pays_more_than_learning_tempts(draws: MakeDraws) -> None:
    tempted = incentives(draws, temptation=0.25)
    chances = [float(tempted.farm_chance(ONE, seen(farming=times))[0]) for times in (0.0, 0.5, 1.0, np.e, 1e9)]
    assert chances == pytest.approx([0.0, 0.0, 0.0, 0.25, 0.9])


def test_the_sensitive_react_more(draws: MakeDraws) -> None:
    made = Incentives(1, replace(NOTHING, quest_pull=0.2, sensitivity=LogNormal(2.0, 0.0, 1.0, 4.0)))
    made.begin(ONE, draws(1))
    assert made.come_log_odds(ONE, seen(quest=1.0))[0] == pytest.approx(0.4)


def test_impossible_sizes_are_refused_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"streak_pull=-1.*pressure=2"):
        IncentivePopulation(streak_pull=-1.0, pressure=2.0)
