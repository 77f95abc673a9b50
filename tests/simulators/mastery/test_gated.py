"""Prerequisite-gated mastery: DINA and the gate by hand, every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise, Persons
from simulators.mastery.gated import GatedLearners, GatedPopulation
from simulators.noise import Draws
from simulators.spread import LogNormal

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
MakeExercise = Callable[..., Exercise]
ONE = np.array([0])
YES, NO = np.array([True]), np.array([False])


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def begun(n: int, chain: Chain, draws: MakeDraws, persons: Persons | None = None, **knobs: object) -> GatedLearners:
    model = GatedLearners(n, 3, replace(GatedPopulation(), **knobs))
    model.begin(np.arange(n), chain(n, n_skills=3), draws(n), persons or Persons.usual(n))
    return model


def test_responses_are_dina(chain: Chain, draws: MakeDraws) -> None:
    # (1 - slip)^eta guess^(1 - eta)
    model = begun(1, chain, draws, slip=sure(0.1), guess=sure(0.2))
    model.state["known"][0] = (1.0, 0.0, 1.0)
    assert model.success_probability(ONE, np.zeros(1))[0, :, 0] == pytest.approx([0.9, 0.2, 0.9])


@pytest.mark.parametrize(
    ("known", "learned"),
    [((0, 0, 0), (True, False, False)), ((1, 0, 0), (True, True, False)), ((1, 1, 0), (True, True, True))],
)
def test_nothing_is_learned_before_every_prerequisite_is_known(
    chain: Chain, draws: MakeDraws, exercise: MakeExercise, known: tuple[int, ...], learned: tuple[bool, ...]
) -> None:
    model = begun(1, chain, draws)
    for skill in range(3):
        model.state["known"][0] = known
        model.learn(exercise(skill=skill), NO, NO, np.zeros(1))
        assert (model.state["known"][0, skill] == 1.0) == learned[skill]
    model.state["known"][0] = known
    gain = model.score_gain(ONE, np.zeros(1), np.ones(1), np.full(1, 0.5))[0, :, 0]
    assert ((gain > 0) == (np.asarray(learned) & ~np.asarray(known, np.bool_))).all()
    assert (gain[~np.asarray(learned)] == 0.0).all()


def test_two_prerequisites_must_both_be_known(chain: Chain, draws: MakeDraws, exercise: MakeExercise) -> None:
    model = GatedLearners(1, 3, GatedPopulation())
    courses = chain(1, n_skills=3)
    courses.prerequisites[0] = False
    courses.prerequisites[0, 2, :2] = True
    model.begin(ONE, courses, draws(1), Persons.usual(1))
    for known, expected in (((1, 0, 0), 0.0), ((0, 1, 0), 0.0), ((1, 1, 0), 1.0)):
        model.state["known"][0] = known
        model.learn(exercise(skill=2), YES, NO, np.zeros(1))
        assert model.state["known"][0, 2] == expected


def test_an_open_gate_lets_the_rate_through(chain: Chain, draws: MakeDraws, exercise: MakeExercise) -> None:
    model = begun(1, chain, draws)
    model.state["rate"][:] = 0.3
    for chance, hinted, learned in ((0.29, NO, 1.0), (0.31, NO, 0.0), (0.2, YES, 1.0), (0.22, YES, 0.0)):
        model.state["known"][0] = (1.0, 0.0, 0.0)  # with a hint .3 * .7 = .21
        model.learn(exercise(skill=1), NO, hinted, np.array([chance]))
        assert model.state["known"][0, 1] == learned


def test_persons_learn_slower_and_know_less_by_their_factors(chain: Chain, draws: MakeDraws) -> None:
    usual = begun(300, chain, draws)
    other = begun(300, chain, draws, Persons(np.full(300, 0.5), np.full(300, 9.0), np.full(300, 0.2), np.ones(300)))
    assert other.state["rate"] == pytest.approx(0.5 * usual.state["rate"], rel=0.02)
    assert other.state["known"].mean() < 0.5 * usual.state["known"].mean()


KNOBS = [
    ("rate", sure(0.1), sure(0.5), "plain: learned", +1),
    ("rate_skill", 0.05, 0.6, "between skills", +1),
    ("slip", sure(0.02), sure(0.2), "known success", -1),
    ("slip_slope", 0.0, 0.8, "easy less hard", +1),
    ("guess", sure(0.02), sure(0.25), "unknown success", +1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("hint_lift", 0.0, 0.6, "aided: success", +1),
    ("hint_share", 0.2, 1.0, "aided: learned", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    seen: Callable[..., dict[str, float]], knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less, more = (seen(GatedLearners, replace(GatedPopulation(), **{knob: value}))[seen_in] for value in (low, high))
    assert direction * (more - less) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {row[0] for row in KNOBS} == {field.name for field in fields(GatedPopulation)}
