"""What holds for every memory: defined before all practice, for no time, for ever, and after thousands of times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.families import FAMILIES, MEMORY
from simulators.learner import Exercise, Persons, StudentModel
from simulators.noise import Draws

MEMORIES = tuple(name for name, family in FAMILIES.items() if family.kind == MEMORY)
DEFINED_BEFORE_PRACTICE = ("das3h",)  # by its equation; the others recall nothing then
Begin = Callable[..., StudentModel]
N = 120


def practise(model: StudentModel, rng: np.random.Generator, skill: int, now: float, n: int = N) -> None:
    """An exercise for everybody, answered by chance."""
    exercise = Exercise(np.arange(n), np.full(n, skill), rng.integers(0, 2, n), np.full(n, now))
    correct = rng.random(n) < model.attempt(exercise, rng.random(n))
    model.learn(exercise, correct, np.zeros(n, np.bool_), rng.random(n))


def scores(model: StudentModel, at: float, n: int = N) -> np.ndarray:
    return model.score_at(np.arange(n), np.full(n, at))


@pytest.mark.parametrize("name", MEMORIES)
def test_what_was_never_practised_is_not_recalled(name: str, begin: Begin) -> None:
    family = FAMILIES[name]
    model = begin(family, replace(family.parameters(), known_share=(0.0, 0.0)), N)
    if name in DEFINED_BEFORE_PRACTICE:
        assert 0.01 < scores(model, 10.0).mean() < 0.2
    else:
        assert scores(model, 10.0).max() < 1e-12


@pytest.mark.parametrize("name", MEMORIES)
def test_recall_stays_a_probability_after_thousands_of_practices(name: str, begin: Begin) -> None:
    model, rng, now = begin(FAMILIES[name], FAMILIES[name].parameters(), 4), np.random.default_rng(0), 0.0
    for turn in range(2_000):
        now += (0.0, 0.0, 1e-9, 1e-3, 0.4)[turn % 5] * (turn % 7 == 0)
        practise(model, rng, turn % 2, now, 4)
    rows = np.arange(4)
    for later in (0.0, 1e-12, 1.0, 400.0, 1e6, 1e12):
        at = np.full(4, now + later)
        for values in (model.success_probability(rows, at), model.score_at(rows, at)):
            assert np.isfinite(values).all()
            assert values.min() >= 0.0
            assert values.max() <= 1.0
        gain = model.score_gain(rows, np.full(4, now), at, np.full(4, 0.3))
        ahead = model.prospect(rows, np.full(4, now), at, np.full(4, 5))
        assert np.isfinite(gain).all()
        assert np.isfinite(ahead).all()
    assert scores(model, now + 1e12, 4).mean() < scores(model, now, 4).mean()


@pytest.mark.parametrize("name", MEMORIES)
def test_time_that_runs_backwards_is_no_time(name: str, begin: Begin) -> None:
    model, rng = begin(FAMILIES[name], FAMILIES[name].parameters(), 4), np.random.default_rng(0)
    practise(model, rng, 0, 5.0, 4)
    assert scores(model, 4.0, 4)[:, 0] == pytest.approx(scores(model, 5.0, 4)[:, 0], abs=1e-4)


@pytest.mark.parametrize("name", MEMORIES)
def test_what_is_practised_is_recalled_better_and_fades(name: str, begin: Begin) -> None:
    model, rng = begin(FAMILIES[name], FAMILIES[name].parameters(), N), np.random.default_rng(0)
    untaught = scores(model, 20.0)[:, 0].mean()
    for turn in range(6):
        practise(model, rng, 0, 2.0 * turn)
    taught = [scores(model, 10.0 + delay)[:, 0].mean() for delay in (0.5, 10.0, 30.0)]
    assert untaught < 0.5
    assert taught[1] > untaught + 0.2
    assert taught[0] > taught[1] > taught[2]
    assert 0.05 < scores(model, 20.0)[:, 0].std() < 0.5


FACTORS = [
    ("learning", 0.4, 2.5, +1),
    ("forgetting", 0.4, 2.5, -1),
    ("prior", 0.2, 1.0, +1),
    ("away_days", 0.0, 60.0, -1),
]


@pytest.mark.parametrize("name", MEMORIES)
@pytest.mark.parametrize(("factor", "low", "high", "direction"), FACTORS, ids=[row[0] for row in FACTORS])
def test_persons_differ_as_they_are_said_to(
    name: str, factor: str, low: float, high: float, direction: int, begin: Begin
) -> None:
    seen = []
    for value in (low, high):
        persons = replace(Persons.usual(N), **{factor: np.full(N, value)})
        model, rng = begin(FAMILIES[name], FAMILIES[name].parameters(), N, persons), np.random.default_rng(0)
        if factor in ("learning", "forgetting"):
            for turn in range(4):
                practise(model, rng, 0, 2.0 * turn)
        seen.append(scores(model, 20.0)[:, 0].mean())
    assert direction * (seen[1] - seen[0]) > 0.01


@pytest.mark.parametrize("name", MEMORIES)
def test_the_gain_is_the_expectation_over_answers_and_hints(name: str, chain: Callable[..., CourseBatch]) -> None:
    """Every outcome of a practice is tried on a learner of its own, after the same history."""
    same = Draws([np.random.default_rng(3) for _ in range(4)])
    model, rng, rows = FAMILIES[name].model(4, 2, FAMILIES[name].parameters()), np.random.default_rng(1), np.arange(4)
    model.begin(rows, chain(4, difficulty=(0.0, 1.0), guess=0.2), same, Persons.usual(4))
    for day in (0.0, 0.001, 2.0, 9.0):
        correct = np.full(4, rng.random() < 0.5)
        model.learn(Exercise(rows, rows * 0, rows * 0, np.full(4, day)), correct, np.zeros(4, np.bool_), np.zeros(4))
    now, test_at, hint = np.full(4, 9.5), np.full(4, 21.0), np.full(4, 0.4)
    gain = model.score_gain(rows, now, test_at, hint)[0, 0, 1]
    before = model.skill_score_at(rows, rows * 0, test_at)
    exercise = Exercise(rows, rows * 0, rows * 0 + 1, now)
    plain = model.attempt(exercise, np.zeros(4))
    aided, asks = model.hinted(exercise, plain), 0.4 * (1 - plain)
    correct, hinted = np.array([True, False, True, False]), np.array([False, False, True, True])
    model.learn(exercise, correct, hinted, np.zeros(4))
    chance = np.where(hinted, asks, 1 - asks) * np.where(hinted, aided, plain)
    chance = np.where(correct, chance, np.where(hinted, asks, 1 - asks) - chance)
    after = model.skill_score_at(rows, rows * 0, test_at)
    assert gain == pytest.approx((chance * (after - before)).sum(), abs=1e-12)
    assert after == pytest.approx(model.score_at(rows, test_at)[:, 0], abs=1e-12)


@pytest.mark.parametrize("name", MEMORIES)
def test_a_new_learner_remembers_nothing_of_the_one_before(
    name: str, begin: Begin, chain: Callable[..., CourseBatch]
) -> None:
    model, rng = begin(FAMILIES[name], FAMILIES[name].parameters(), 4), np.random.default_rng(0)
    for turn in range(50):
        practise(model, rng, turn % 3, 0.1 * turn, 4)
    fresh = begin(FAMILIES[name], FAMILIES[name].parameters(), 4)
    rows = np.array([1, 3])
    seeds = Draws([np.random.default_rng(row) for row in rows])
    model.begin(rows, chain(4, n_skills=3, difficulty=(0.0, 1.0)), seeds, Persons.usual(2))
    assert scores(model, 5.0, 4)[rows] == pytest.approx(scores(fresh, 5.0, 4)[rows], abs=1e-12)
    assert np.abs(scores(model, 5.0, 4)[[0, 2]] - scores(fresh, 5.0, 4)[[0, 2]]).max() > 0.01
