"""Bayesian knowledge tracing: the published recursions, and every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise, Persons
from simulators.mastery.bkt import BktLearners, BktPopulation
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
MakeExercise = Callable[..., Exercise]
ONE = np.array([0])
YES, NO = np.array([True]), np.array([False])


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def begun(n: int, chain: Chain, draws: MakeDraws, persons: Persons | None = None, **knobs: object) -> BktLearners:
    model = BktLearners(n, 2, replace(BktPopulation(), **knobs))
    courses = chain(n, difficulty=(0.0, 1.0), guess=0.0)
    model.begin(np.arange(n), courses, draws(n), persons or Persons.usual(n))
    return model


def test_a_known_skill_slips_and_an_unknown_one_is_guessed(chain: Chain, draws: MakeDraws) -> None:
    model = begun(1, chain, draws, slip=sure(0.1), guess=sure(0.2), slip_slope=0.4)
    model.state["known"][0] = (1.0, 0.0)
    success = model.success_probability(ONE, np.zeros(1))[0]
    assert success[0] == pytest.approx([0.9, 1.0 - 0.1 * 1.491825], abs=1e-6)
    assert success[1] == pytest.approx([0.2, 0.2])


def test_an_easily_guessed_item_is_guessed_as_it_says(chain: Chain, draws: MakeDraws) -> None:
    model = BktLearners(1, 2, BktPopulation(known_share=(0.0, 0.0), guess=sure(0.1)))
    model.begin(ONE, chain(1, guess=0.25), draws(1), Persons.usual(1))
    assert model.success_probability(ONE, np.zeros(1))[0, :, 0] == pytest.approx([0.25, 0.25])


def test_a_rate_is_the_sum_of_the_logits_of_skill_and_learner(chain: Chain, draws: MakeDraws) -> None:
    alike = begun(3, chain, draws, rate=Normal(-1.0, 0.0), rate_skill=0.0)
    assert alike.state["rate"] == pytest.approx(np.full((3, 2), 0.268941), abs=1e-6)
    learners = begun(400, chain, draws, rate=Normal(-1.0, 0.5), rate_skill=0.3)
    logit = np.log(learners.state["rate"] / (1.0 - learners.state["rate"]))
    assert (logit[:, 0] - logit[:, 1]).std() == pytest.approx(0.3 * np.sqrt(2), rel=0.1)
    assert logit.mean(axis=1).std() == pytest.approx(np.sqrt(0.25 + 0.045), rel=0.1)


@pytest.mark.parametrize(("chance", "known"), [(0.26, 1.0), (0.28, 0.0)])
@pytest.mark.parametrize("correct", [YES, NO])
def test_a_skill_is_learned_by_chance_whatever_the_answer(
    chain: Chain, draws: MakeDraws, exercise: MakeExercise, correct: np.ndarray, chance: float, known: float
) -> None:
    model = begun(1, chain, draws, rate=Normal(-1.0, 0.0), rate_skill=0.0, known_share=(0.0, 0.0))
    model.learn(exercise(skill=1), correct, NO, np.array([chance]))
    assert model.state["known"][0].tolist() == [0.0, known]


def test_the_share_that_knows_follows_the_published_learning_curve(
    chain: Chain, draws: MakeDraws, exercise: MakeExercise
) -> None:
    # P(L_n) = 1 - (1 - P(L_0)) (1 - P(T))^n: with P(L_0) = 0, P(T) = .268941, n = 5 it is .791139
    n, rng = 20_000, np.random.default_rng(1)
    model = BktLearners(n, 1, BktPopulation())
    model.begin(np.arange(1), chain(1, n_skills=1), draws(1), Persons.usual(1))
    model.state["rate"][:], model._courses = 0.268941, chain(n, n_skills=1)
    model.state["known"][:] = 0.0
    for _ in range(5):
        no = np.zeros(n, np.bool_)
        model.learn(exercise(n=n), no, no, rng.random(n))
    assert model.state["known"].mean() == pytest.approx(0.791139, abs=4 * 0.41 / np.sqrt(n))


def test_the_expected_knowledge_is_the_published_posterior_step(chain: Chain, draws: MakeDraws) -> None:
    # P(L' = 1) = P(L) + (1 - P(L)) P(T), Corbett and Anderson's equation 1
    model = begun(1, chain, draws, rate=Normal(-1.0, 0.0), rate_skill=0.0)
    model.state["known"][0] = (0.4, 0.0)
    cell = model._table(ONE)
    after = model.practised(cell, np.zeros((1, 1, 1)), np.asarray(True), 1.0)["known"]
    assert after[0, :, 0] == pytest.approx([0.4 + 0.6 * 0.268941, 0.268941], abs=1e-6)


def test_what_is_known_stays_known(chain: Chain, draws: MakeDraws, exercise: MakeExercise) -> None:
    model = begun(1, chain, draws)
    model.state["known"][0] = 1.0
    for day in (0.0, 100.0):
        model.learn(exercise(now=day), NO, YES, np.array([0.999]))
    assert model.state["known"][0].tolist() == [1.0, 1.0]
    assert model.score_at(ONE, np.array([9.0]))[0] == pytest.approx(model.score_at(ONE, np.array([900.0]))[0])


def test_prerequisites_do_not_matter_to_learning(chain: Chain, draws: MakeDraws) -> None:
    model = begun(1, chain, draws, rate_skill=0.0, known_share=(0.0, 0.0))
    gain = model.score_gain(ONE, np.zeros(1), np.ones(1), np.zeros(1))[0]
    assert gain[0] == pytest.approx(gain[1])


def test_persons_learn_faster_and_know_more_by_their_factors(chain: Chain, draws: MakeDraws) -> None:
    usual = begun(300, chain, draws)
    other = begun(300, chain, draws, Persons(np.full(300, 0.5), np.full(300, 9.0), np.full(300, 0.2), np.ones(300)))
    assert other.state["rate"] == pytest.approx(0.5 * usual.state["rate"])
    assert other.state["known"].mean() < 0.5 * usual.state["known"].mean()
    keen = begun(300, chain, draws, Persons(np.full(300, 99.0), np.ones(300), np.ones(300), np.zeros(300)))
    assert keen.state["rate"].max() == 0.95


KNOBS = [
    ("rate", Normal(-2.0, 0.3), Normal(-1.0, 0.3), "plain: learned", +1),
    ("rate", Normal(-1.7, 0.1), Normal(-1.7, 0.8), "between learners", +1),
    ("rate_skill", 0.1, 0.8, "between skills", +1),
    ("slip", sure(0.02), sure(0.2), "known success", -1),
    ("slip_slope", 0.0, 0.8, "easy less hard", +1),
    ("guess", sure(0.02), sure(0.3), "unknown success", +1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("hint_lift", 0.0, 0.6, "aided: success", +1),
    ("hint_share", 0.2, 1.0, "aided: learned", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS)
def test_every_knob_does_what_it_says(
    seen: Callable[..., dict[str, float]], knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less, more = (seen(BktLearners, replace(BktPopulation(), **{knob: value}))[seen_in] for value in (low, high))
    assert direction * (more - less) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {row[0] for row in KNOBS} == {field.name for field in fields(BktPopulation)}
