"""Motivation: what keeps a learner coming, and what drives one away.

Motivation m in [0, 1] moves with every exercise:

    m' = m + recovery_i c bump(p) (1 - m) - (frustration_i [failures >= 3] + boredom_i dull) m
    bump(p) = exp(-(p - .75)^2 / (2 .15^2)), c = 1 after a right answer, else 0
    dull    = clip((p - .9) / .1, 0, 1) + [same skill for the fourth time or more in a row]

and the hazards of leaving for good are proportional (Cox 1972) in it, in the length n of the lesson so far, in
exercises, and in the days d away before it, up to 30:

    h      = (drop_out_i + no_return_i [session ends]) exp(-4 (m - .5) + weariness_i n / 10 + estrangement_i d)
    P_miss = miss_i exp(-2 (m - .5) + estrangement_i d), at most .6

A lesson begins after half an hour without an exercise, whatever was planned. Both slopes are 0 by default.

Success near three in four holds people best (the flow channel of Csikszentmihalyi 1990; Lomas et al. 2013 and 2017 find
a preference for easier rather than harder play). The form and the numbers are our own, chosen so that between one and
two in ten leave a course taught at random.
"""

from __future__ import annotations

import numpy as np

from simulators.noise import Draws, Flags, Ints, Reals
from simulators.population import EngagementPopulation
from simulators.spread import draw_each

BEST_SUCCESS, SUCCESS_WIDTH = 0.75, 0.15
DULL_FROM = 0.9
FRUSTRATING_RUN, TIRING_RUN = 3, 4
STEEPNESS = 4.0
MISS_STEEPNESS = 2.0
MAX_MISS = 0.6
LESSON_GAP_DAYS = 1.0 / 48.0
MAX_DAYS_AWAY = 30.0
WEARY_EXERCISES = 10.0


class Motivation:
    """The motivation of L learners, and the hazards that depend on it.

    Attributes:
        level: (L,) in [0, 1].
        failures, repeats: (L,) lengths of the present run of errors, and of the present run on one skill.
        lesson: (L,) exercises of the present lesson.
        days_away: (L,) days between the lesson before and the present one, at most 30.
    """

    def __init__(self, n_learners: int, population: EngagementPopulation) -> None:
        self.population = population
        self.level: Reals = np.ones(n_learners)
        self.failures: Ints = np.zeros(n_learners, dtype=np.int64)
        self.repeats: Ints = np.zeros(n_learners, dtype=np.int64)
        self._last_skill: Ints = np.full(n_learners, -1, dtype=np.int64)
        self._recovery: Reals = np.zeros(n_learners)
        self._frustration: Reals = np.zeros(n_learners)
        self._boredom: Reals = np.zeros(n_learners)
        self._drop_out: Reals = np.zeros(n_learners)
        self._no_return: Reals = np.zeros(n_learners)
        self._miss: Reals = np.zeros(n_learners)
        self.lesson: Ints = np.zeros(n_learners, dtype=np.int64)
        self.days_away: Reals = np.zeros(n_learners)
        self._last_at: Reals = np.zeros(n_learners)
        self._weariness: Reals = np.zeros(n_learners)
        self._estrangement: Reals = np.zeros(n_learners)
        self._slopes = any(
            (slope.mean, slope.sd) != (0.0, 0.0) for slope in (population.weariness, population.estrangement)
        )

    def begin(self, rows: Ints, draws: Draws, leaving: Reals | float = 1.0, missing: Reals | float = 1.0) -> None:
        """Draw new learners for `rows` (R,), whose hazards of leaving and of missing are these times the usual."""
        population = self.population
        low, high = population.start
        self.level[rows] = low + (high - low) * draws.uniform()
        self.failures[rows] = 0
        self.repeats[rows] = 0
        self._last_skill[rows] = -1
        parameters = (self._recovery, self._frustration, self._boredom, self._drop_out, self._no_return, self._miss)
        speeds = (population.recovery, population.frustration, population.boredom)
        drawn = draw_each((*speeds, population.drop_out, population.no_return, population.miss), draws)
        for parameter, values in zip(parameters, drawn, strict=True):
            parameter[rows] = values
        self._drop_out[rows] *= leaving
        self._no_return[rows] *= leaving
        self._miss[rows] *= missing
        self.lesson[rows] = 0
        self.days_away[rows] = 0.0
        if self._slopes:
            self._weariness[rows] = population.weariness.draw(draws)
            self._estrangement[rows] = population.estrangement.draw(draws)

    def move(self, rows: Ints, skill: Ints, probability: Reals, correct: Flags, now: Reals) -> None:
        """Change the motivation of `rows` (n,) after an answer at `now` (n,) days with this chance of success."""
        if self._slopes:
            self._count(rows, now)
        failures = np.where(correct, 0, self.failures[rows] + 1)
        repeats = np.where(self._last_skill[rows] == skill, self.repeats[rows] + 1, 1)
        self.failures[rows], self.repeats[rows], self._last_skill[rows] = failures, repeats, skill
        off = (probability - BEST_SUCCESS) / SUCCESS_WIDTH
        dull = np.maximum(probability - DULL_FROM, 0.0) / (1.0 - DULL_FROM) + (repeats >= TIRING_RUN)
        level = self.level[rows]
        rise = self._recovery[rows] * correct * np.exp(-0.5 * off * off) * (1.0 - level)
        fall = self._frustration[rows] * (failures >= FRUSTRATING_RUN) + self._boredom[rows] * dull
        self.level[rows] = np.minimum(np.maximum(level + rise - fall * level, 0.0), 1.0)

    def leave_chance(self, rows: Ints, session_ends: Flags) -> Reals:
        """(n,) chance to leave for good after this exercise."""
        hazard = self._drop_out[rows] + self._no_return[rows] * session_ends
        slope = -STEEPNESS * (self.level[rows] - 0.5)
        if self._slopes:
            slope += self._weariness[rows] * self.lesson[rows] / WEARY_EXERCISES
            slope += self._estrangement[rows] * self.days_away[rows]
        return np.clip(hazard * np.exp(slope), 0.0, 1.0)

    def miss_chance(self, rows: Ints) -> Reals:
        """(n,) chance to miss a session."""
        slope = -MISS_STEEPNESS * (self.level[rows] - 0.5) + self._estrangement[rows] * self.days_away[rows]
        return np.clip(self._miss[rows] * np.exp(slope), 0.0, MAX_MISS)

    def _count(self, rows: Ints, now: Reals) -> None:
        """Count the exercise into its lesson."""
        lesson, gap = self.lesson[rows], now - self._last_at[rows]
        begins = (lesson == 0) | (gap >= LESSON_GAP_DAYS)
        away = np.minimum(gap, MAX_DAYS_AWAY) * (lesson > 0)
        self.days_away[rows] = np.where(begins, away, self.days_away[rows])
        self.lesson[rows] = np.where(begins, 1, lesson + 1)
        self._last_at[rows] = now
