"""FSRS-6: equal to the reference package, formulas by hand, every knob and every weight by its direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import fsrs
import numpy as np
import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from envs.courses import CourseBatch
from simulators.families import MEMORY, Family
from simulators.learner import Exercise, Persons
from simulators.memory.fsrs import DEFAULT_WEIGHTS, FsrsLearners, FsrsPopulation, Memory, retrievability, reviewed
from simulators.noise import Draws
from simulators.spread import LogNormal, Normal

YES, NO = np.array([True]), np.array([False])
ONE, CHANCE = np.array([0]), np.array([0.5])
FAMILY = Family(MEMORY, FsrsLearners, FsrsPopulation)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
PARTS_OF_A_DAY = 1024  # so that sums of gaps are exact in floating point and in microseconds


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def plain(model: FsrsLearners) -> FsrsLearners:
    """Learners who know nothing, slip never, and are those of the source."""
    for name, value in (("stability", 0.0), ("difficulty", 5.0), ("last", 0.0), ("shift", 0.0)):
        model.state[name][:] = value
    for name, value in (("learning", 1.0), ("forgetting", 1.0), ("slip", 0.0)):
        model.traits[name][:] = value
    return model


@pytest.fixture
def learner(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> FsrsLearners:
    model = FsrsLearners(1, 2, FsrsPopulation(slope=0.5))
    model.begin(ONE, chain(1, difficulty=(0.0, 1.0)), draws(1), Persons.usual(1))
    return plain(model)


def histories(n: int, n_reviews: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(n, T) days of reviews, whole days or parts of one apart, and (n, T) grades."""
    whole = np.rint(np.exp(rng.uniform(0.0, np.log(90.0), (n, n_reviews))))
    part = rng.integers(0, PARTS_OF_A_DAY, (n, n_reviews)) / PARTS_OF_A_DAY
    return np.where(rng.random((n, n_reviews)) < 0.6, whole, part).cumsum(axis=1), rng.integers(1, 5, (n, n_reviews))


def of_the_package(weights: tuple[float, ...], days: np.ndarray, grades: np.ndarray, later: float) -> np.ndarray:
    """(T, 3) stability and difficulty after each review, and retrievability `later` days after it."""
    scheduler, card, rows = fsrs.Scheduler(weights, enable_fuzzing=False), fsrs.Card(card_id=1), []
    for day, grade in zip(days.tolist(), grades.tolist(), strict=True):
        at = EPOCH + timedelta(days=day)
        card, _ = scheduler.review_card(card, fsrs.Rating(grade), at)
        after = scheduler.get_card_retrievability(card, at + timedelta(days=later))
        rows.append((card.stability, card.difficulty, after))
    return np.asarray(rows)


@pytest.mark.slow
def test_ten_thousand_histories_are_those_of_the_package() -> None:
    rng, low, high = np.random.default_rng(0), np.asarray(LOWER_BOUNDS_PARAMETERS), np.asarray(UPPER_BOUNDS_PARAMETERS)
    for block in range(20):
        weights = DEFAULT_WEIGHTS if block < 10 else tuple((low + (high - low) * rng.random(21)).tolist())
        days, grades = histories(500, 6, rng)
        expected = np.asarray([of_the_package(weights, *row, later=9.0) for row in zip(days, grades, strict=True)])
        memory = Memory(np.zeros(500), np.full(500, 5.0), np.zeros(500), np.ones(500))
        for turn in range(6):
            elapsed = days[:, turn] - days[:, max(turn - 1, 0)]
            recall = retrievability(weights, elapsed, np.maximum(memory.stability, 0.001))
            stability, difficulty = reviewed(weights, memory, elapsed, recall, grades[:, turn])
            memory = replace(memory, stability=stability, difficulty=difficulty)
            after = retrievability(weights, np.full(500, 9.0), stability)
            assert np.stack([stability, difficulty, after], axis=1) == pytest.approx(expected[:, turn], rel=1e-9)


def test_learners_who_answer_are_graded_as_the_package_grades(
    chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]
) -> None:
    n, rng = 200, np.random.default_rng(1)
    model, rows = FsrsLearners(n, 1, FsrsPopulation()), np.arange(n)
    model.begin(rows, chain(n, n_skills=1), draws(n), Persons.usual(n))
    plain(model)
    days, grades = histories(n, 6, rng)
    grades = np.minimum(grades, 3)
    for turn in range(6):
        exercise, grade = Exercise(rows, rows * 0, rows * 0, days[:, turn]), grades[:, turn]
        model.learn(exercise, grade > 1, grade == 2, np.zeros(n))
    expected = np.asarray(
        [of_the_package(DEFAULT_WEIGHTS, *row, later=30.0)[-1] for row in zip(days, grades, strict=True)]
    )
    assert model.state["stability"][:, 0] == pytest.approx(expected[:, 0], rel=1e-9)
    assert model.state["difficulty"][:, 0] == pytest.approx(expected[:, 1], rel=1e-9)
    assert model.score_at(rows, days[:, -1] + 30.0)[:, 0] == pytest.approx(expected[:, 2], rel=1e-9)


def test_time_is_continuous_where_the_package_counts_whole_days() -> None:
    package = of_the_package(DEFAULT_WEIGHTS, np.array([0.0]), np.array([3]), later=1.5)[0, 2]
    at = retrievability(DEFAULT_WEIGHTS, np.array([1.0, 1.5, 2.0]), np.full(3, DEFAULT_WEIGHTS[2]))
    assert package == pytest.approx(at[0], rel=1e-12)
    assert at[0] > at[1] > at[2]


def test_recall_by_hand(learner: FsrsLearners, exercise: Callable[..., Exercise]) -> None:
    learner.learn(exercise(), YES, NO, CHANCE)
    assert learner.state["stability"][0, 0] == 2.3065
    assert learner.state["difficulty"][0, 0] == pytest.approx(2.118104, abs=1e-6)  # 6.4133 - e^(2 * .8334) + 1
    # stability is where recall has fallen to .9; a band of difficulty 1 raises it to exp(.5)
    assert learner.attempt(exercise(now=2.3065), CHANCE) == pytest.approx(0.9, abs=1e-12)
    assert learner.attempt(exercise(band=1, now=2.3065), CHANCE) == pytest.approx(0.9**1.648721, abs=1e-6)
    # F = .9^(-1 / .1542) - 1 = .980342; (1 + .980342 * 20)^-.1542
    assert learner.attempt(exercise(now=46.13), CHANCE) == pytest.approx(0.627161, abs=1e-6)


KNOBS = [
    ("learning", sure(0.5), sure(2.0), "right", +1),
    ("forgetting", sure(0.5), sure(2.0), "right", -1),
    ("skill", Normal(0.0, 0.0), Normal(0.0, 4.0), "skills", +1),
    ("slope", 0.1, 1.0, "right: hard", -1),
    ("slip", sure(0.01), sure(0.15), "right", -1),
    ("known_share", (0.0, 0.1), (0.5, 0.9), "known", +1),
    ("known_practices", sure(1.0), sure(5.0), "untaught", +1),
    ("known_age_days", sure(2.0), sure(100.0), "untaught", -1),
    ("hint_lift", 0.1, 0.9, "hinted", +1),
]
WEIGHTS = [
    (0, "wrong: once", +1),
    (1, "hinted: once", +1),
    (2, "right: once", +1),
    (3, "untaught", +1),
    (4, "right", -1),  # harder at first
    (5, "right", +1),  # a better first grade is easier
    (6, "hinted", -1),  # a grade moves the difficulty
    (7, "wrong", +1),  # the difficulty comes back
    (8, "right", +1),
    (9, "right", -1),
    (10, "right", +1),
    (11, "lapse", +1),
    (12, "lapse", -1),
    (13, "lapse", +1),
    (14, "lapse", +1),
    (15, "hinted", +1),
    (16, "untaught", +1),
    (17, "same day", +1),
    (18, "same day", +1),
    (19, "same day", -1),
    (20, "untaught", -1),  # a longer decay
]


@pytest.mark.parametrize("knob", KNOBS, ids=[knob[0] for knob in KNOBS])
def test_every_knob_does_what_it_says(turns: Callable[..., float], knob: tuple[str, object, object, str, int]) -> None:
    assert turns(FAMILY, FsrsPopulation(), knob) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {knob[0] for knob in KNOBS} | {"weights"} == {field.name for field in fields(FsrsPopulation)}
    assert [weight[0] for weight in WEIGHTS] == list(range(21))


def paths(
    weights: tuple[float, ...], chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]
) -> dict[str, float]:
    """Stability after some paths of answers and days, and what is known from before at 60 days."""
    result = {}
    for name, answers, days in (
        ("wrong: once", "w", (0,)),
        ("hinted: once", "h", (0,)),
        ("right: once", "r", (0,)),
        ("right", "rrr", (0, 3, 10)),
        ("hinted", "hhhr", (0, 3, 10, 20)),
        ("wrong", "wwwr", (0, 3, 10, 20)),
        ("lapse", "rrw", (0, 9, 60)),
        ("same day", "rrr", (0, 0.1, 0.2)),
    ):
        model = FsrsLearners(1, 2, FsrsPopulation(weights=weights))
        model.begin(ONE, chain(1), draws(1), Persons.usual(1))
        plain(model)
        for answer, day in zip(answers, days, strict=True):
            at = Exercise(ONE, ONE, ONE, np.array([float(day)]))
            model.learn(at, np.array([answer != "w"]), np.array([answer == "h"]), CHANCE)
        result[name] = float(model.state["stability"][0, 0])
    population = FsrsPopulation(weights=weights, known_share=(1.0, 1.0), known_practices=sure(2.0))
    model = FsrsLearners(20, 2, population)
    model.begin(np.arange(20), chain(20), draws(20), Persons.usual(20))
    result["untaught"] = float(model.score_at(np.arange(20), np.full(20, 60.0)).mean())
    return result


@pytest.mark.parametrize(("index", "seen_in", "direction"), WEIGHTS)
def test_every_weight_does_what_it_says(
    index: int, seen_in: str, direction: int, chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]
) -> None:
    value = DEFAULT_WEIGHTS[index]
    less, more = (
        paths((*DEFAULT_WEIGHTS[:index], value * factor, *DEFAULT_WEIGHTS[index + 1 :]), chain, draws)[seen_in]
        for factor in (0.8, 1.25)
    )
    assert direction * (more - less) > 1e-6


@pytest.mark.parametrize(
    "weights", [DEFAULT_WEIGHTS[:19], (*DEFAULT_WEIGHTS[:20], 0.0), (np.nan, *DEFAULT_WEIGHTS[1:])]
)
def test_weights_that_make_no_memory_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="need 21 finite weights"):
        FsrsPopulation(weights=weights)
