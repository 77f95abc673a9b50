"""What a student model is to the rest: the protocol, the course it sees, and the answer of a learner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simulators.noise import Draws, Flags, Ints, Reals


class CourseArrays(Protocol):
    """The static arrays of L courses, padded to K skills; `envs.courses.CourseBatch` is one.

    Attributes:
        n_skills: (L,) skills that each course really has.
        prerequisites: (L, K, K) bool; [l, k, j] says that j should be known before k. May be a view of one course that
            all learners share: ask `required` and `edges` rather than copy it.
        difficulty: (L, K, B) in logits.
        guess: (L, K, B) chance in [0, 1) that someone who knows nothing answers right.
        available: (L, K, B) bool.
        goal: (L, K) weights that sum to 1.
    """

    n_skills: Ints
    prerequisites: Flags
    difficulty: Reals
    guess: Reals
    available: Flags
    goal: Reals

    def required(self, rows: Ints, skill: Ints) -> tuple[Ints, Ints]:
        """The prerequisites of n skills (n,) of rows (n,): the place in these and the skill required, (E,) each."""
        ...

    def edges(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """All prerequisites of rows (n,): the place in these, a skill and one that it requires, (E,) each."""
        ...


@dataclass(frozen=True)
class Response:
    """The answers of n learners.

    Attributes:
        score: (n,) in [0, 1].
        seconds: (n,) time taken.
        hints: (n,) hints asked for.
        timed: (n,) whether a teacher gets to know the time taken.
    """

    score: Reals
    seconds: Reals
    hints: Reals
    timed: Flags


@dataclass(frozen=True)
class Exercise:
    """Who practises what, when; all (n,).

    Attributes:
        rows: the learners, each at most once.
        skill, band: the candidate.
        now: days since the start of the episode.
    """

    rows: Ints
    skill: Ints
    band: Ints
    now: Reals


@dataclass(frozen=True)
class Persons:
    """How R new learners differ from those their family would draw; all (R,), 1 and 0 where they do not.

    Attributes:
        learning: factor on how much or how likely practice teaches.
        forgetting: factor on how fast is forgotten.
        prior: factor on the share of skills known at the start.
        away_days: days added to the age of what is known at the start.
    """

    learning: Reals
    forgetting: Reals
    prior: Reals
    away_days: Reals

    @classmethod
    def usual(cls, n: int) -> Persons:
        """n learners as the family draws them."""
        return cls(np.ones(n), np.ones(n), np.ones(n), np.zeros(n))

    def of(self, chosen: Flags) -> Persons:
        """Some of them, (R,) bool."""
        return Persons(self.learning[chosen], self.forgetting[chosen], self.prior[chosen], self.away_days[chosen])


class StudentModel(Protocol):
    """A family of learners: arrays over L learners and K skills, moved by exercises and read by the environment.

    Attributes:
        skillwise: whether practising a skill changes the test score of that skill alone.
    """

    @property
    def skillwise(self) -> bool:
        """See above."""
        ...

    def begin(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows` (R,), who take `courses` of the same rows and differ by `persons` (R,)."""
        ...

    def success_probability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K, B) chance that an unhurried, unaided answer at `now` (n,) days is right."""
        ...

    def attempt(self, exercise: Exercise, forget: Reals) -> Reals:
        """Settle by the uniforms `forget` (n,) what has been forgotten so far; the (n,) chance of a right answer."""
        ...

    def hinted(self, exercise: Exercise, probability: Reals) -> Reals:
        """(n,) chance of a right answer after a hint, where `probability` is the chance without."""
        ...

    def learn(self, exercise: Exercise, correct: Flags, hinted: Flags, chance: Reals) -> None:
        """Change the state by an earnest answer and its feedback; `chance` (n,) are uniforms."""
        ...

    def score_at(self, rows: Ints, test_at: Reals) -> Reals:
        """(n, K) expected score of an open-response test (no guessing) at `test_at` (n,) days, over available bands."""
        ...

    def skill_score_at(self, rows: Ints, skill: Ints, test_at: Reals) -> Reals:
        """(n,) the same for one skill of each row."""
        ...

    def score_gain(self, rows: Ints, now: Reals, test_at: Reals, hint: Reals) -> Reals:
        """(n, K, B) exact expected change of a skill's `score_at` by one earnest practice of each candidate now.

        Of a model that is not `skillwise`: the change of the whole goal-weighted score.

        `hint` (n,) is the propensity to ask for a hint.
        """
        ...

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints) -> Reals:
        """(n, K, B) what `score_gain` counts, per exercise, by up to `repeats` (n,) practices in a row."""
        ...


def sigmoid(x: Reals) -> Reals:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + np.exp(-x))


def mean_available(values: Reals, available: Flags) -> Reals:
    """Mean over the last axis of the available entries, 0 where there are none."""
    total: Reals = np.where(available, values, 0.0).sum(axis=-1)
    mean: Reals = total / np.maximum(available.sum(axis=-1), 1)
    return mean


def draw_known(courses: CourseArrays, rows: Ints, draws: Draws, share: tuple[float, float], prior: Reals) -> Flags:
    """(R, K) skills known at the start: a share drawn per learner, early skills first, none without its prerequisites.

    The share is multiplied by `prior` (R,).

    P(k) = share * (1.6 - 1.2 * k / K), then thinned to skills of which all prerequisites are known.
    """
    n_padded = courses.available.shape[1]
    level = (share[0] + (share[1] - share[0]) * draws.uniform(1)) * prior[:, None]
    position = np.arange(n_padded) / courses.n_skills[rows, None]
    known = draws.uniform(n_padded) < level * np.clip(1.6 - 1.2 * position, 0.0, None)
    row, skill, required = courses.edges(rows)
    while row.size:
        kept = known[row, skill]
        row, skill, required = row[kept], skill[kept], required[kept]
        unready = ~known[row, required]
        if not unready.any():
            break
        known[row[unready], skill[unready]] = False
    return known


def over_prerequisites(courses: CourseArrays, rows: Ints, values: Reals) -> Reals:
    """(n, K) product of `values` (n, K) over the prerequisites of each skill; 1 where there are none."""
    row, skill, required = courses.edges(rows)
    product = np.ones(values.size)
    np.multiply.at(product, row * values.shape[1] + skill, values[row, required])
    return product.reshape(values.shape)


def over_required(edge: Ints, values: Reals, n: int) -> Reals:
    """(n,) product of `values` (E,) by `edge` (E,), the place that each belongs to; 1 where there are none."""
    product = np.ones(n)
    np.multiply.at(product, edge, values)
    return product


def of_candidates(values: Reals, exercise: Exercise) -> Reals:
    """(n,) the entries of values (L, K, B), such as difficulties, for the candidates that are practised."""
    rows, skill, band = exercise.rows, exercise.skill, exercise.band
    found: Reals
    if values.flags.c_contiguous:
        found = values.reshape(-1).take((rows * values.shape[1] + skill) * values.shape[2] + band)
    else:  # a course that all share
        found = values[rows, skill, band]
    return found
