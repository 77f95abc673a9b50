"""FSRS-6, the model of memory of the Free Spaced Repetition Scheduler (Jarrett Ye and others, 2025), 21 parameters w.

A skill has a stability S (days until recall falls to .9), a difficulty D in [1, 10], and a last practice t days ago.
An answer is a grade G: wrong = again (1), right with a hint = hard (2), right without = good (3). What is known from
before was reviewed with the grade easy (4), each time when recall had fallen to .9.

    recall       R = (1 + F t / S)^-w20, F = .9^(-1 / w20) - 1; 0 before the first practice
    first        S = w[G - 1], D = D0(G) = clip(w4 - e^(w5 (G - 1)) + 1)
    difficulty   D' = clip(w7 D0(4) + (1 - w7) (D - w6 (G - 3) (10 - D) / 9)), D0(4) not clipped
    same day     S' = S g, g = e^(w17 (G - 3 + w18)) S^-w19, at least 1 unless G = 1; where t < 1
    later, right S' = S (1 + e^w8 (11 - D) S^-w9 (e^(w10 (1 - R)) - 1) h), h = w15 if G = 2, w16 if 4, else 1
    later, wrong S' = min(w11 D^-w12 ((S + 1)^w13 - 1) e^(w14 (1 - R)), S / e^(w17 w18))

and S' is at least .001. Stability moves with the D before the answer.

This is the arithmetic of the reference package `fsrs` 6.3. What differs: the package counts whole days in R, here time
is continuous (so they agree where t is whole, or below one day); its scheduling (learning steps, desired retention,
fuzzed intervals) is no part of a memory, and left out. Ours are also a learner's factors on the growth of S and on t, a
skill's addition to D0, and bands: recall at difficulty beta is R^exp(slope beta). All are nothing at 1, 1, 0 and 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulators.learner import CourseArrays, Persons
from simulators.memory.recall import MemoryPopulation, draw_past, elapsed_days, firmness
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell, SkillwiseLearners
from simulators.spread import LogNormal, Normal, draw_each

DEFAULT_WEIGHTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""The package's defaults, fitted by its authors to the reviews of about ten thousand users."""

N_WEIGHTS = 21
MIN_STABILITY_DAYS = 0.001
MIN_DIFFICULTY, MAX_DIFFICULTY = 1.0, 10.0
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
GRADES = np.asarray([AGAIN, HARD, GOOD, EASY], dtype=np.float64)
RECALL_AT_STABILITY = 0.9
_HINTED, _ALONE = 0.5, 1.0


@dataclass(frozen=True)
class FsrsPopulation(MemoryPopulation):
    """Parameters of `FsrsLearners`; see also MemoryPopulation.

    Attributes:
        weights: w0 to w20.
        learning: factor of a learner on stability's first value and growth; 1 in the source.
        forgetting: factor of a learner on elapsed time; 1 in the source.
        skill: what is added to D0 for a skill, 0 in the source; its users' cards spread over the whole range of D.
        known_practices: reviews before the start, rounded.
        slope: how much firmer a memory a band asks for, per logit of difficulty.

    Raises:
        ValueError: not 21 finite weights, or a decay w20 that is not positive.
    """

    weights: tuple[float, ...] = DEFAULT_WEIGHTS
    learning: LogNormal = LogNormal(1.0, 0.3, 0.3, 3.0)
    forgetting: LogNormal = LogNormal(1.0, 0.3, 0.3, 3.0)
    skill: Normal = Normal(0.0, 1.5)
    known_practices: LogNormal = LogNormal(1.5, 0.4, 1.0, 6.0)
    slope: float = 0.4

    def __post_init__(self) -> None:
        if len(self.weights) != N_WEIGHTS or not np.isfinite(self.weights).all() or self.weights[20] <= 0.0:
            raise ValueError(f"need {N_WEIGHTS} finite weights, the last above 0, got {self.weights}")


@dataclass(frozen=True)
class Memory:
    """Memories that are reviewed; all broadcast.

    Attributes:
        stability: S in days, 0 before the first review.
        difficulty: D.
        shift: what is added to D0, 0 in the source.
        learning: factor on the first S and on growth, 1 in the source.
    """

    stability: Reals
    difficulty: Reals
    shift: Reals
    learning: Reals


def retrievability(weights: tuple[float, ...], days: Reals, stability: Reals) -> Reals:
    """R after `days` at a stability above 0, in (0, 1]."""
    factor = RECALL_AT_STABILITY ** (-1.0 / weights[20]) - 1.0
    recall: Reals = np.exp(-weights[20] * np.log1p(factor * days / stability))
    return recall


def first_difficulty(weights: tuple[float, ...], grade: Reals | float) -> Reals:
    """D0 of a grade, not clipped."""
    return weights[4] - np.exp(weights[5] * (np.asarray(grade) - 1.0)) + 1.0


@dataclass(frozen=True)
class ByGrade:
    """What the weights make of the four grades, each (4,).

    Attributes:
        stability: the first S.
        difficulty: the first D, neither shifted nor clipped.
        step: -w6 (G - 3) / 9.
        same_day: w17 (G - 3 + w18), the exponent of growth within a day.
        least: the least growth within a day.
        later: factor on the growth after a day or more.
    """

    stability: Reals
    difficulty: Reals
    step: Reals
    same_day: Reals
    least: Reals
    later: Reals


@lru_cache(maxsize=64)
def by_grade(weights: tuple[float, ...]) -> ByGrade:
    """The tables of some weights."""
    return ByGrade(
        stability=np.asarray(weights[:4]),
        difficulty=first_difficulty(weights, GRADES),
        step=-weights[6] / 9.0 * (GRADES - GOOD),
        same_day=weights[17] * (GRADES - GOOD + weights[18]),
        least=np.where(GRADES > AGAIN, 1.0, 0.0),
        later=np.asarray([0.0, weights[15], 1.0, weights[16]]),
    )


def next_difficulty(weights: tuple[float, ...], memory: Memory, grade: Ints) -> Reals:
    """D' after a grade."""
    tables = by_grade(weights)
    moved = memory.difficulty + tables.step.take(grade - 1) * (10.0 - memory.difficulty)
    easy = tables.difficulty[EASY - 1] + memory.shift
    return _in_range(weights[7] * easy + (1.0 - weights[7]) * moved)


def growth_same_day(weights: tuple[float, ...], log_stability: Reals, grade: Ints) -> Reals:
    """S' / S of a practice within a day."""
    tables = by_grade(weights)
    growth = np.exp(tables.same_day.take(grade - 1) - weights[19] * log_stability)
    return np.maximum(growth, tables.least.take(grade - 1))


def growth_recalled(
    weights: tuple[float, ...], log_stability: Reals, difficulty: Reals, recall: Reals, grade: Ints
) -> Reals:
    """S' / S of a right answer after a day or more."""
    spacing = np.expm1(weights[10] * (1.0 - recall)) * by_grade(weights).later.take(grade - 1)
    growth: Reals = 1.0 + np.exp(weights[8] - weights[9] * log_stability) * (11.0 - difficulty) * spacing
    return growth


def stability_forgotten(weights: tuple[float, ...], stability: Reals, difficulty: Reals, recall: Reals) -> Reals:
    """S' of a wrong answer after a day or more."""
    left = weights[11] * np.exp(weights[14] * (1.0 - recall) - weights[12] * np.log(difficulty))
    left = left * np.expm1(weights[13] * np.log1p(stability))
    lapsed: Reals = np.minimum(left, stability * np.exp(-weights[17] * weights[18]))
    return lapsed


def reviewed(
    weights: tuple[float, ...], memory: Memory, days: Reals, recall: Reals, grade: Ints
) -> tuple[Reals, Reals]:
    """S' and D' after a grade, `days` after the last practice, at which recall was `recall`."""
    stability, old, same_day = np.maximum(memory.stability, MIN_STABILITY_DAYS), memory.difficulty, days < 1.0
    logs = np.log(stability)
    later = growth_recalled(weights, logs, old, recall, grade)
    growth = np.where(same_day, growth_same_day(weights, logs, grade), later)
    grown = stability * (growth + (memory.learning - 1.0) * np.maximum(growth - 1.0, 0.0))
    lapsed = (grade == AGAIN) & ~same_day
    if lapsed.any():
        grown = np.where(lapsed, stability_forgotten(weights, stability, old, recall), grown)
    tables = by_grade(weights)
    fresh = tables.stability.take(grade - 1) * memory.learning
    start = _in_range(tables.difficulty.take(grade - 1) + memory.shift)
    seen = memory.stability > 0.0
    after = np.maximum(np.where(seen, grown, fresh), MIN_STABILITY_DAYS)
    return after, np.where(seen, next_difficulty(weights, memory, grade), start)


def _in_range(difficulty: Reals) -> Reals:
    """Difficulty within its bounds; quicker than np.clip for short arrays."""
    return np.minimum(np.maximum(difficulty, MIN_DIFFICULTY), MAX_DIFFICULTY)


class FsrsLearners(SkillwiseLearners):
    """L learners of K skills; see the module for the equations.

    Fields: stability (S in days; 0 before the first practice), difficulty (D), last (days), shift (added to D0).
    Traits: learning, forgetting, slip.
    """

    FIELDS = ("stability", "difficulty", "last", "shift")
    TRAITS = ("learning", "forgetting", "slip")

    def __init__(self, n_learners: int, n_skills: int, population: FsrsPopulation) -> None:
        super().__init__(n_learners, n_skills, hint_lift=population.hint_lift, hint_share=_HINTED)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw the learners' factors and the skills' difficulties, and what was practised before."""
        population, state, traits = self.population, self.state, self.traits
        learning, forgetting, slip = draw_each((population.learning, population.forgetting, population.slip), draws)
        traits["learning"][rows], traits["forgetting"][rows] = (
            learning * persons.learning,
            forgetting * persons.forgetting,
        )
        traits["slip"][rows] = slip
        state["shift"][rows] = population.skill.draw(draws, state["shift"].shape[1])
        state["stability"][rows], state["difficulty"][rows], state["last"][rows] = 0.0, 5.0, 0.0
        past = draw_past(population, rows, courses, draws, persons)
        self._review(rows, np.rint(past.practices))
        state["last"][rows] = past.last

    def solved(self, cell: Cell, at: Reals) -> Reals:
        """Recall at `at` days, in the band."""
        stability = cell.fields["stability"]
        recall = self._recall(cell, at, np.maximum(stability, MIN_STABILITY_DAYS))
        power: Reals = recall ** firmness(self.population.slope, cell.difficulty)
        return power * (stability > 0.0)

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:
        """Stability and difficulty after the grade that the answer is."""
        grade = np.where(correct, np.where(np.asarray(effort) < _ALONE, HARD, GOOD), AGAIN)
        days = elapsed_days(now, cell.fields["last"])
        recall = self._recall(cell, now, np.maximum(cell.fields["stability"], MIN_STABILITY_DAYS))
        stability, difficulty = reviewed(self.population.weights, _memory(cell), days, recall, grade)
        return {"stability": stability, "difficulty": difficulty, "last": np.broadcast_to(now, stability.shape)}

    def _recall(self, cell: Cell, at: Reals, stability: Reals) -> Reals:
        days = elapsed_days(at, cell.fields["last"]) * cell.traits["forgetting"]
        return retrievability(self.population.weights, days, stability)

    def _review(self, rows: Ints, reviews: Reals) -> None:
        """Give skills of rows (R,) their `reviews` (R, K) before the start, easy ones at a recall of .9."""
        state, weights = self.state, self.population.weights
        for count in range(int(reviews.max(initial=0.0))):
            memory = _memory(self._table(rows))
            a_day = np.ones(memory.stability.shape)
            easy = np.full(memory.stability.shape, EASY)
            graded = reviewed(weights, memory, a_day, RECALL_AT_STABILITY * a_day, easy)
            for name, values in zip(("stability", "difficulty"), graded, strict=True):
                state[name][rows] = np.where(reviews > count, values[:, :, 0], state[name][rows])


def _memory(cell: Cell) -> Memory:
    fields = cell.fields
    return Memory(fields["stability"], fields["difficulty"], fields["shift"], cell.traits["learning"])
