"""The recurrent learner: its laws by hand, the artefact it must not have, and every knob by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise, Persons
from simulators.neural.recurrent import RecurrentLearners, RecurrentPopulation
from simulators.neural.weights import EMBEDDED, FITTED_FILE, Weights, fitted
from simulators.noise import Draws
from simulators.spread import LogNormal

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
MakeExercise = Callable[..., Exercise]
YES, NO = np.array([True]), np.array([False])
ONE, ZERO = np.array([0]), np.zeros(1)
MANY = 400


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def learners(
    n: int,
    chain: Chain,
    draws: MakeDraws,
    population: RecurrentPopulation | None = None,
    persons: Persons | None = None,
    n_skills: int = 3,
) -> RecurrentLearners:
    """n learners of a chain of skills in bands of difficulty -.5 and .5."""
    model = RecurrentLearners(n, n_skills, population or RecurrentPopulation())
    courses = chain(n, n_skills=n_skills, difficulty=(-0.5, 0.5), guess=0.2)
    model.begin(np.arange(n), courses, draws(n), persons or Persons.usual(n))
    return model


@pytest.fixture
def plain(chain: Chain, draws: MakeDraws) -> RecurrentLearners:
    """One learner of two skills, with gains that do not depend on anything and a state set by hand."""
    model = RecurrentLearners(1, 2, RecurrentPopulation())
    weights = fitted()
    heads = np.r_[np.full(EMBEDDED, 0.1), np.log(np.expm1(0.5)), 0.0, np.log(1.0 / 3.0)]  # c .1, v .5, rates 1 and .5
    model.weights = replace(
        weights,
        heads=np.zeros_like(weights.heads),
        heads_bias=heads,
        room=np.asarray(2.0),
        decay=np.asarray(0.5),
        firming=np.asarray([0.5, 1.0]),
        wrong_clock=np.asarray(0.25),
    )
    model.begin(ONE, chain(1, difficulty=(0.5,), guess=0.2), draws(1), Persons.usual(1))
    model.bias[0], model.embedding[0], model.ability[0] = (0.1, -0.4), 0.25, 0.2
    model.strength[0], model.stability[0], model.last[0] = (2.0, 0.0), (2.0, 1.0), 0.0
    model.deviation[0], model.met[0], model.learning[0], model.forgetting[0] = 0.0, (3, 0), 1.0, 1.0
    return model


def test_the_chance_of_an_answer_by_hand(plain: RecurrentLearners, exercise: MakeExercise) -> None:
    # R = (1 + 6/2)^-.5 = .5; x = .1 + 8 * .25 * .2 + 2 * .5 = 1.5; sigma = sigmoid(1.5 - .5); P = .2 + .8 * .731059
    assert plain.attempt(exercise(now=6), ZERO) == pytest.approx(0.784847, abs=1e-6)
    assert plain.success_probability(ONE, np.array([6.0]))[0, 0, 0] == pytest.approx(0.784847, abs=1e-6)
    assert plain.score_at(ONE, np.array([6.0]))[0] == pytest.approx([0.731059, 0.377541], abs=1e-6)
    assert plain.skill_score_at(ONE, ONE, np.array([6.0])) == pytest.approx(0.731059, abs=1e-6)


@pytest.mark.parametrize(
    ("correct", "hinted", "surprise", "strength", "ln_stability", "last"),
    [
        # sigma = .731059, room = 1 - sigma^2 = .465553
        (YES, NO, 0.268941, 2.232777, 0.465553, 2.793318),  # 2 + .465553 * .5; ln 2 + .465553; .465553 * 6
        (NO, NO, -0.731059, 2.465553, 0.232777, 0.698330),  # a rate of 1; firming .5; the clock a quarter as far
        (YES, YES, 0.268941, 2.139666, 0.279332, 1.675991),  # the hint leaves .6 of what teaches
    ],
)
def test_practice_by_hand(
    plain: RecurrentLearners,
    exercise: MakeExercise,
    correct: np.ndarray,
    hinted: np.ndarray,
    surprise: float,
    strength: float,
    ln_stability: float,
    last: float,
) -> None:
    plain.learn(exercise(now=6), correct, hinted, ZERO)
    assert plain.ability[0] == pytest.approx(np.full(EMBEDDED, 0.2 + 0.1 * surprise), abs=1e-6)
    assert plain.deviation[0] == pytest.approx([0.5 * surprise, 0.0], abs=1e-6)
    assert plain.strength[0] == pytest.approx([strength, 0.0], abs=1e-6)
    assert np.log(plain.stability[0] / [2.0, 1.0]) == pytest.approx([ln_stability, 0.0], abs=1e-6)
    assert plain.last[0] == pytest.approx([last, 0.0], abs=1e-5)
    assert (plain.met[0, 0], plain.answered[0]) == (4.0, 6.0)


def test_a_guessed_answer_counts_as_one_that_was_not_known(plain: RecurrentLearners, exercise: MakeExercise) -> None:
    plain.learn(exercise(now=6), YES, NO, np.array([0.99]))  # .99 * .784847 > sigma
    assert plain.deviation[0, 0] < 0


def test_repeating_a_known_item_earns_nothing_on_it(chain: Chain, draws: MakeDraws) -> None:
    model, rows, rng = learners(MANY, chain, draws), np.arange(MANY), np.random.default_rng(0)
    model.strength[:, 0], model.stability[:, 0] = 8.0, 100.0
    model.deviation[:, 0] += 9.0
    test_at = np.full(MANY, 20.0)
    before, chance = model.score_at(rows, test_at), model.success_probability(rows, ZERO.repeat(MANY))[:, 0]
    assert chance.min() > 0.99
    gain = model.score_gain(rows, np.zeros(MANY), test_at, np.zeros(MANY))
    assert np.abs(gain[:, 0]).max() < 1e-4
    assert gain[:, 1].mean() > 100 * np.abs(gain[:, 0]).mean()
    for turn in range(100):
        at = Exercise(rows, np.zeros(MANY, int), np.zeros(MANY, int), np.full(MANY, turn / 1440))
        right = rng.random(MANY) < model.attempt(at, np.zeros(MANY))
        model.learn(at, right, np.zeros(MANY, bool), rng.random(MANY))
    change = model.score_at(rows, test_at) - before
    assert abs(change[:, 0].mean()) < 1e-3
    assert np.abs(change.mean(axis=0)).max() < 4 * change.std(axis=0).max() / np.sqrt(MANY) + 1e-3


@pytest.mark.parametrize("excess", [2.0, 4.0, 8.0, 16.0])
def test_what_practice_changes_is_bounded_by_how_unsure_it_was(
    excess: float, chain: Chain, draws: MakeDraws, exercise: MakeExercise
) -> None:
    one = learners(1, chain, draws)
    one.deviation[0, 0] += excess - one._logit(ONE, None, ZERO)[0, 0]
    unsure = 1.0 - one._knows(exercise())[0]
    logits = []
    for right in (YES, NO):
        after = learners(1, chain, draws)
        after.deviation[:] = one.deviation
        after.learn(exercise(), right, NO, ZERO)
        logits.append(after._logit(ONE, None, np.array([5.0]))[0])
    mean = (1.0 - unsure) * logits[0] + unsure * logits[1]
    most = float(one.weights.room) * 2.0 * one.learning[0]
    assert np.all(np.abs(mean - one._logit(ONE, None, np.array([5.0]))[0]) <= most * unsure + 1e-9)


def test_answers_move_other_skills_but_not_on_average(chain: Chain, draws: MakeDraws, exercise: MakeExercise) -> None:
    logits = []
    for right in (YES, NO):
        model = learners(1, chain, draws)
        knows = model._knows(exercise())[0]
        before = model._logit(ONE, None, ZERO)[0, 1:]
        model.learn(exercise(), right, NO, ZERO)
        logits.append(model._logit(ONE, None, ZERO)[0, 1:] - before)
    assert np.abs(logits[0]).max() > 1e-3
    assert knows * logits[0] + (1 - knows) * logits[1] == pytest.approx(np.zeros(2), abs=1e-12)


def test_memory_fades_towards_what_it_was_without_practice_and_never_below(chain: Chain, draws: MakeDraws) -> None:
    model, rows = learners(64, chain, draws), np.arange(64)
    scores = [model.score_at(rows, np.full(64, day)) for day in (0.0, 1e-6, 1.0, 30.0, 1e4, 1e9)]
    for sooner, later in pairwise(scores):
        assert np.all(later <= sooner)
    assert np.all(np.isfinite(scores[-1]))


def test_persons_differ_in_learning_forgetting_and_what_they_know(chain: Chain, draws: MakeDraws) -> None:
    ones, rows = np.ones(MANY), np.arange(MANY)

    def score(persons: Persons, practised: bool = False) -> float:
        model = learners(MANY, chain, draws, persons=persons)
        if practised:
            at = Exercise(rows, np.zeros(MANY, int), np.zeros(MANY, int), np.zeros(MANY))
            model.learn(at, ones > 0, ones < 0, np.zeros(MANY))
        return float(model.score_at(rows, np.full(MANY, 4.0)).mean())

    usual = Persons.usual(MANY)
    assert score(replace(usual, learning=3 * ones), True) > score(usual, True) + 1e-3
    assert score(replace(usual, forgetting=5 * ones)) < score(usual) - 1e-3
    assert score(replace(usual, prior=0 * ones)) < score(usual) - 1e-2
    assert score(replace(usual, away_days=90 * ones)) < score(usual) - 1e-3


def measure(population: RecurrentPopulation, chain: Chain, draws: MakeDraws) -> dict[str, float]:
    """What the knobs can be seen in, for the means over many learners."""
    rows, none = np.arange(MANY), np.zeros(MANY, bool)
    fresh = learners(MANY, chain, draws, population)
    level = fresh._level(rows)
    result = {
        "level": level.mean(),
        "between learners": np.linalg.norm(fresh.ability, axis=1).mean(),
        "between skills": fresh.deviation.std(axis=1).mean(),
        "known": (fresh.strength > 0).mean(),
        "soon": fresh.score_at(rows, np.zeros(MANY)).mean(),
        "later": fresh.score_at(rows, np.full(MANY, 30.0)).mean(),
        "hinted": fresh.hinted(Exercise(rows, rows * 0, rows * 0, rows * 0.0), np.full(MANY, 0.5)).mean(),
    }
    for name, hinted in (("plain", none), ("aided", ~none)):
        model = learners(MANY, chain, draws, population)
        model.learn(Exercise(rows, rows * 0 + 1, rows * 0, np.zeros(MANY)), ~none, hinted, np.zeros(MANY))
        result[f"{name}: strength"] = model.strength[:, 1].mean()
    return result


KNOBS = [
    ("learning", sure(0.5), sure(2.0), "plain: strength", +1),
    ("forgetting", sure(0.3), sure(5.0), "later", -1),
    ("ability", 0.3, 1.5, "between learners", +1),
    ("deviation", 0.1, 1.0, "between skills", +1),
    ("level", -3.0, -1.0, "level", +1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("known_strength", sure(1.5), sure(4.5), "soon", +1),
    ("known_stability_days", sure(10.0), sure(300.0), "later", +1),
    ("known_age_days", sure(2.0), sure(100.0), "soon", -1),
    ("hint_lift", 0.1, 0.6, "hinted", +1),
    ("hint_share", 0.1, 1.0, "aided: strength", +1),
]


@pytest.mark.parametrize(("knob", "low", "high", "seen_in", "direction"), KNOBS, ids=[row[0] for row in KNOBS])
def test_every_knob_does_what_it_says(
    chain: Chain, draws: MakeDraws, knob: str, low: object, high: object, seen_in: str, direction: int
) -> None:
    less = measure(replace(RecurrentPopulation(), **{knob: low}), chain, draws)[seen_in]
    more = measure(replace(RecurrentPopulation(), **{knob: high}), chain, draws)[seen_in]
    assert direction * (more - less) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {row[0] for row in KNOBS} == {field.name for field in fields(RecurrentPopulation)}


def test_a_wide_course_is_weighed_in_parts_with_the_same_result(
    chain: Chain, draws: MakeDraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, rows = learners(5, chain, draws), np.arange(5)
    given = rows, np.zeros(5), np.full(5, 9.0), np.full(5, 0.3)
    whole = model.score_gain(*given)
    monkeypatch.setattr("simulators.neural.recurrent.TERMS", 1)
    assert model.score_gain(*given) == pytest.approx(whole, abs=1e-15)


def test_the_fitted_weights_are_small_and_read_back(tmp_path: Path) -> None:
    assert FITTED_FILE.stat().st_size < 500_000
    fitted().save(tmp_path / "again.npz")
    weights = Weights.load(tmp_path / "again.npz")
    assert all(np.isfinite(getattr(weights, field.name)).all() for field in fields(Weights))
    assert weights.sets[:, 1].sum() == len(weights.bias) == len(weights.embedding)


def test_a_file_that_lacks_weights_says_which(tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    np.savez(path, bias=np.zeros(3))
    with pytest.raises(ValueError, match=r"lacks .*'embedding'"):
        Weights.load(path)
