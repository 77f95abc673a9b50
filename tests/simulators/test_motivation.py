"""Motivation, the hazards that hang on it, and response times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise
from simulators.learners import Learners
from simulators.motivation import Motivation
from simulators.noise import Draws, NoiseTape
from simulators.population import EngagementPopulation, Population
from simulators.spread import LogNormal

ONE = np.array([0])
Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


PLAIN = EngagementPopulation(
    start=(0.5, 0.5), recovery=sure(0.1), frustration=sure(0.2), boredom=sure(0.3), drop_out=sure(0.001),
    no_return=sure(0.01), miss=sure(0.1),
)  # fmt: skip


def begun(draws: MakeDraws) -> Motivation:
    motivation = Motivation(1, PLAIN)
    motivation.begin(ONE, draws(1))
    return motivation


def move(motivation: Motivation, probability: float, correct: bool, skill: int = 0) -> float:
    motivation.move(ONE, np.array([skill]), np.array([probability]), np.array([correct]), np.zeros(1))
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


def measure(engagement: EngagementPopulation, chain: Chain, draws: MakeDraws) -> dict[str, float]:
    """What the knobs can be seen in: means over 500 learners, each kept at one kind of exercise."""
    n = 500
    rows, courses, zero = np.arange(n), chain(n, n_skills=4, guess=0.1), np.zeros(n, dtype=np.int64)
    learners = Learners(n, 4, 1, Population(engagement=engagement), ("strength", "markov"))
    random = draws(n)
    learners.begin(rows, zero, courses, random)
    tape = NoiseTape(n, 8)
    tape.begin(rows, random)
    motivation = learners.motivation
    result = {
        "start": motivation.level.mean(),
        "leave": motivation.leave_chance(rows, zero > 0).mean(),
        "stay away": motivation.leave_chance(rows, zero == 0).mean(),
        "miss": motivation.miss_chance(rows).mean(),
        "pause": learners.pause_seconds.mean(),
    }
    seconds, hints = [], []
    for turn in range(8):
        exercise = Exercise(rows, zero + turn % 4, zero, np.full(n, turn / 1440))
        response = learners.practise(exercise, tape.uniforms[:, turn], tape.seconds[:, turn])
        seconds.append(response.seconds)
        hints.append(response.hints)
    quick = np.concatenate(seconds)
    result |= {"seconds": np.median(quick), "spread": np.log(quick[quick > 5]).std(), "hints": np.mean(hints)}
    result["rapid"] = (quick < 4).mean()
    for name, probability, correct in (("flow", 0.75, True), ("failing", 0.5, False), ("easy", 1.0, False)):
        motivation.begin(rows, draws(n))
        before = motivation.level.mean()
        for turn in range(8):
            motivation.move(rows, zero + turn % 4, np.full(n, probability), np.full(n, correct), np.zeros(n))
        result[name] = motivation.level.mean() - before
    return result


KNOBS = [
    ("start", (0.1, 0.2), (0.8, 0.9), "start", +1),
    ("recovery", sure(0.02), sure(0.3), "flow", +1),
    ("frustration", sure(0.01), sure(0.3), "failing", -1),
    ("boredom", sure(0.01), sure(0.3), "easy", -1),
    ("drop_out", sure(0.0001), sure(0.02), "leave", +1),
    ("no_return", sure(0.001), sure(0.1), "stay away", +1),
    ("miss", sure(0.01), sure(0.5), "miss", +1),
    ("rapid", sure(0.01), sure(0.5), "rapid", +1),
    ("hint", sure(0.01), sure(0.8), "hints", +1),
    ("pace_seconds", sure(6.0), sure(30.0), "seconds", +1),
    ("pace_spread", 0.1, 0.8, "spread", +1),
    ("pause_seconds", sure(10.0), sure(50.0), "pause", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    chain: Chain, draws: MakeDraws, knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less = measure(replace(EngagementPopulation(), **{knob: low}), chain, draws)[seen_in]
    more = measure(replace(EngagementPopulation(), **{knob: high}), chain, draws)[seen_in]
    assert direction * (more - less) > 1e-3
