"""Whole learners: a student model of either family, with motivation, haste, hints and pace around it."""

from __future__ import annotations

import numpy as np

from simulators.learner import CourseArrays, Exercise, Response, StudentModel
from simulators.markov import MarkovLearners
from simulators.motivation import Motivation
from simulators.noise import FORGET, HINT, LEARN, RAPID, RESPONSE, Draws, Flags, Ints, Reals
from simulators.population import Population, draw_each
from simulators.response_time import response_seconds
from simulators.strength import StrengthLearners

FAMILIES = ("strength", "markov")


class Learners:
    """L learners, each of one family; all families are held side by side, and a row is read in its own.

    Attributes:
        family: (L,) index into FAMILIES.
        motivation: their motivation.
        pause_seconds: (L,) seconds between two exercises.
    """

    def __init__(self, n_learners: int, n_skills: int, n_bands: int, population: Population) -> None:
        self.models: tuple[StudentModel, ...] = (
            StrengthLearners(n_learners, n_skills, population.strength),
            MarkovLearners(n_learners, n_skills, population.markov),
        )
        self.population = population
        self.family: Ints = np.zeros(n_learners, dtype=np.int64)
        self.motivation = Motivation(n_learners, population.engagement)
        self.pause_seconds: Reals = np.ones(n_learners)
        self._pace: Reals = np.ones(n_learners)
        self._rapid: Reals = np.zeros(n_learners)
        self._hint: Reals = np.zeros(n_learners)
        self._shape = (n_skills, n_bands)

    def begin(self, rows: Ints, family: Ints, courses: CourseArrays, draws: Draws) -> None:
        """Draw new learners for `rows` (R,), of the given families (R,), who take `courses` of the same rows."""
        engagement = self.population.engagement
        self._courses = courses
        self.family[rows] = family
        self.motivation.begin(rows, draws)
        spreads = (engagement.pause_seconds, engagement.pace_seconds, engagement.rapid, engagement.hint)
        parameters = (self.pause_seconds, self._pace, self._rapid, self._hint)
        for parameter, values in zip(parameters, draw_each(spreads, draws), strict=True):
            parameter[rows] = values
        for index, model in enumerate(self.models):
            chosen = family == index
            if chosen.any():
                model.begin(rows[chosen], courses, draws.of(chosen))

    def practise(self, exercise: Exercise, uniforms: Reals, normal: Reals) -> Response:
        """Let the learners answer and learn; `uniforms` (n, 6) and `normal` (n,) are their noise."""
        rows, skill = exercise.rows, exercise.skill
        plain, correct, hinted = np.zeros(len(rows)), np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
        rapid = uniforms[:, RAPID] < self._rapid_chance(rows)
        for at, part, model in self._split(exercise):
            noise, hasty = uniforms[at], rapid[at]
            probability = model.attempt(part, noise[:, FORGET])
            asks = ~hasty & (noise[:, HINT] < self._hint[part.rows] * (1.0 - probability))
            chance = np.where(asks, model.hinted(part, probability), probability)
            chance = np.where(hasty, self._courses.guess[part.rows, part.skill, part.band], chance)
            right = noise[:, RESPONSE] < chance
            earnest = ~hasty
            if earnest.any():
                kept = Exercise(part.rows[earnest], part.skill[earnest], part.band[earnest], part.now[earnest])
                model.learn(kept, right[earnest], asks[earnest], noise[earnest, LEARN])
            plain[at], correct[at], hinted[at] = probability, right, asks
        self.motivation.move(rows, skill, plain, correct)
        difficulty = self._courses.difficulty[rows, skill, exercise.band]
        spread = self.population.engagement.pace_spread
        seconds = response_seconds(self._pace[rows], difficulty, plain, rapid, normal, spread)
        return Response(correct.astype(np.float64), seconds, hinted.astype(np.float64))

    def success_probability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K, B) chance that an earnest, unaided answer at `now` (n,) is right."""
        result = np.zeros((len(rows), *self._shape))
        for at, own, model in self._families(rows):
            result[at] = model.success_probability(own, now[at])
        return result

    def score_at(self, rows: Ints, test_at: Reals) -> Reals:
        """(n, K) expected score a skill on an open-response test at `test_at` (n,) days."""
        result = np.zeros((len(rows), self._shape[0]))
        for at, own, model in self._families(rows):
            result[at] = model.score_at(own, test_at[at])
        return result

    def skill_score_at(self, rows: Ints, skill: Ints, test_at: Reals) -> Reals:
        """(n,) the same for one skill a row."""
        result = np.zeros(len(rows))
        for at, own, model in self._families(rows):
            result[at] = model.skill_score_at(own, skill[at], test_at[at])
        return result

    def expected_gain(self, rows: Ints, now: Reals, test_at: Reals) -> Reals:
        """(n, K, B) exact expected change of the goal-weighted test score by giving each candidate once now.

        The expectation runs over haste, hints, the answer, learning and forgetting; candidates outside the mask get 0.
        """
        result = np.zeros((len(rows), *self._shape))
        for at, own, model in self._families(rows):
            result[at] = model.score_gain(own, now[at], test_at[at], self._hint[own])
        earnest = 1.0 - self._rapid_chance(rows)
        weight = self._courses.goal[rows][:, :, None] * self._courses.available[rows]
        return result * weight * earnest[:, None, None]

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints) -> Reals:
        """(n, K, B) goal-weighted rise of the test score per exercise, looking up to `repeats` (n,) practices ahead."""
        result = np.zeros((len(rows), *self._shape))
        for at, own, model in self._families(rows):
            result[at] = model.prospect(own, now[at], test_at[at], repeats[at])
        return result * self._courses.goal[rows][:, :, None] * self._courses.available[rows]

    def _rapid_chance(self, rows: Ints) -> Reals:
        return self._rapid[rows] * (1.0 - self.motivation.level[rows])

    def _families(self, rows: Ints) -> list[tuple[Flags, Ints, StudentModel]]:
        family = self.family[rows]
        parts = [(family == index, model) for index, model in enumerate(self.models)]
        return [(at, rows[at], model) for at, model in parts if at.any()]

    def _split(self, exercise: Exercise) -> list[tuple[Flags, Exercise, StudentModel]]:
        return [
            (at, Exercise(own, exercise.skill[at], exercise.band[at], exercise.now[at]), model)
            for at, own, model in self._families(exercise.rows)
        ]
