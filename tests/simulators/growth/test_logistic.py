"""What the logistic families share: where learners start, what a person's factors do, that nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.growth.afm import AfmLearners, AfmPopulation
from simulators.growth.irt import IrtLearners, IrtPopulation
from simulators.growth.logistic import LogisticPopulation
from simulators.growth.pfa import PfaLearners, PfaPopulation
from simulators.growth.scaled import ScaledLearners, ScaledPopulation
from simulators.learner import Exercise, Persons
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
FAMILIES = (
    (PfaLearners, PfaPopulation),
    (AfmLearners, AfmPopulation),
    (IrtLearners, IrtPopulation),
    (ScaledLearners, ScaledPopulation),
)
EVERY = pytest.mark.parametrize(("model", "population"), FAMILIES, ids=["pfa", "afm", "irt", "scaled"])
N = 200
ROWS = np.arange(N)


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def begun(model: Any, parameters: Any, chain: Chain, draws: MakeDraws, persons: Persons) -> Any:
    learners = model(N, 3, parameters)
    learners.begin(ROWS, chain(N, n_skills=3), draws(N), persons)
    return learners


def ability(learners: Any) -> np.ndarray:
    values: np.ndarray = learners.ability(learners._table(ROWS))[:, :, 0]
    return values


KNOBS = [
    ("learner", 0.1, 1.0, "between learners", +1),
    ("skill", Normal(-3.0, 0.5), Normal(-1.0, 0.5), "success", +1),
    ("skill", Normal(-2.0, 0.1), Normal(-2.0, 1.0), "between skills", +1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "ability", +1),
    ("known_gain", sure(1.5), sure(5.0), "ability", +1),
    ("slip", sure(0.01), sure(0.15), "success", -1),
    ("hint_lift", 0.0, 0.6, "hinted", +1),
    ("hint_share", 0.2, 1.0, "aided", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[f"{k[0]}: {k[3]}" for k in KNOBS])
@EVERY
def test_every_shared_knob_does_what_it_says(
    check_knob: Callable[..., None],
    model: Any,
    population: Any,
    knob: str,
    low: object,
    high: object,
    seen_in: str,
    direction: int,
) -> None:
    less, more = (replace(population(), **{knob: value}) for value in (low, high))
    check_knob(model, less, more, seen_in, direction)


def test_no_shared_knob_is_untested() -> None:
    assert {row[0] for row in KNOBS} == {field.name for field in fields(LogisticPopulation)}


@EVERY
def test_a_start_is_learner_plus_skill_plus_what_is_known(
    model: Any, population: Any, chain: Chain, draws: MakeDraws
) -> None:
    alike = population(learner=0.0, skill=Normal(-2.0, 0.0), known_share=(0.0, 0.0))
    assert ability(begun(model, alike, chain, draws, Persons.usual(N))) == pytest.approx(np.full((N, 3), -2.0))
    spread = replace(alike, learner=0.6, skill=Normal(-2.0, 0.4))
    values = ability(begun(model, spread, chain, draws, Persons.usual(N)))
    assert values.mean() == pytest.approx(-2.0, abs=0.15)
    assert (values[:, 0] - values[:, 1]).std() == pytest.approx(0.4 * np.sqrt(2), rel=0.15)


@EVERY
def test_success_is_the_logistic_curve_with_guess_and_slip(
    model: Any, population: Any, chain: Chain, draws: MakeDraws
) -> None:
    learners = model(N, 2, population(learner=0.0, skill=Normal(-1.0, 0.0), known_share=(0.0, 0.0)))
    learners.begin(ROWS, chain(N, difficulty=(0.5,), guess=0.2), draws(N), Persons.usual(N))
    learners.traits["slip"][:] = 0.1
    if "discrimination" in learners.traits:
        learners.traits["discrimination"][:] = 1.0
    # sigmoid(-1.5) = .182426
    at = np.zeros(N)
    assert learners.success_probability(ROWS, at) == pytest.approx(np.full((N, 2, 1), 0.2 + 0.7 * 0.182426), abs=1e-6)
    assert learners.score_at(ROWS, at) == pytest.approx(np.full((N, 2), 0.9 * 0.182426), abs=1e-6)


@EVERY
def test_persons_learn_and_know_by_their_factors(model: Any, population: Any, chain: Chain, draws: MakeDraws) -> None:
    one, none = np.ones(N), np.zeros(N)
    gains = []
    for factor in (1.0, 0.5):
        learners = begun(model, population(), chain, draws, Persons(one * factor, one * 3, one, one * 50))
        before = ability(learners)[:, 0]
        learners.learn(Exercise(ROWS, ROWS * 0, ROWS * 0, none), one > 0, one < 0, none)
        gains.append(ability(learners)[:, 0] - before)
    assert gains[1].mean() == pytest.approx(0.5 * gains[0].mean(), rel=0.05)
    without = begun(model, population(), chain, draws, Persons(one, one, none, none))
    assert ability(without).mean() < ability(begun(model, population(), chain, draws, Persons.usual(N))).mean() - 0.3


@EVERY
def test_nothing_is_forgotten(model: Any, population: Any, chain: Chain, draws: MakeDraws) -> None:
    learners = begun(model, population(), chain, draws, Persons.usual(N))
    soon, late = learners.score_at(ROWS, np.full(N, 1.0)), learners.score_at(ROWS, np.full(N, 1000.0))
    assert (soon == late).all()


@EVERY
def test_a_new_skill_takes_several_practices(model: Any, population: Any, chain: Chain, draws: MakeDraws) -> None:
    learners = begun(model, population(known_share=(0.0, 0.0)), chain, draws, Persons.usual(N))
    rng, needed = np.random.default_rng(0), np.full(N, 40)
    first = Exercise(ROWS, ROWS * 0, ROWS * 0, np.zeros(N))
    for count in range(40):
        chance = learners.attempt(first, np.zeros(N))
        needed = np.minimum(needed, np.where(learners.score_at(ROWS, np.zeros(N))[:, 0] > 0.7, count, 40))
        learners.learn(first, rng.random(N) < chance, np.zeros(N, np.bool_), np.zeros(N))
    assert 4 <= np.median(needed) <= 11
