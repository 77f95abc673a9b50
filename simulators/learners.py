"""Whole learners: a student model of some family, and around it motivation, conduct, hints, devices, absence, pace."""

from __future__ import annotations

import numpy as np

from simulators.absence import Absence
from simulators.conduct import BOTTOM_OUT_HINTS, COPIED, EARNEST, RAPID, STUDIED, TOLD, Conduct
from simulators.devices import Devices
from simulators.families import FAMILIES
from simulators.groups import GROUPS, factor, persons_of
from simulators.learner import CourseArrays, Exercise, Response, StudentModel
from simulators.motivation import Motivation
from simulators.noise import CONDUCT, FORGET, HINT, LEARN, RESPONSE, Draws, Flags, Ints, Reals
from simulators.population import Population
from simulators.response_time import hasty_seconds, response_seconds
from simulators.spread import draw_each


class Learners:
    """L learners, each of one family; the families are held side by side, and a row is read in its own.

    Attributes:
        families: names of the families there may be.
        models: a model of each, for all L learners.
        family: (L,) index into `families`.
        groups: names of the groups there may be.
        group: (L,) index into `groups`.
        motivation, conduct, devices, absence: what surrounds the model.
        pause_seconds: (L,) seconds between two exercises.
        pace_seconds: (L,) median seconds for an item of difficulty 0.
    """

    def __init__(
        self, n_learners: int, n_skills: int, n_bands: int, population: Population, families: tuple[str, ...]
    ) -> None:
        self.families = families
        self._numbers: Ints = np.asarray([list(FAMILIES).index(name) for name in families])
        self.models: tuple[StudentModel, ...] = tuple(
            FAMILIES[name].model(n_learners, n_skills, population.of(name)) for name in families
        )
        self.population = population
        self.family: Ints = np.zeros(n_learners, dtype=np.int64)
        self.groups = tuple(GROUPS)
        self.group: Ints = np.zeros(n_learners, dtype=np.int64)
        self.motivation = Motivation(n_learners, population.engagement)
        self.conduct = Conduct(n_learners, population.engagement)
        self.devices = Devices(n_learners, population.engagement)
        self.absence = Absence(n_learners, population.engagement)
        self.pause_seconds: Reals = np.ones(n_learners)
        self.pace_seconds: Reals = np.ones(n_learners)
        self._hint: Reals = np.zeros(n_learners)
        self._shape = (n_skills, n_bands)

    def begin(self, rows: Ints, family: Ints, courses: CourseArrays, draws: Draws, group: Ints | None = None) -> None:
        """Draw new learners for `rows` (R,), of the given families (R,), who take `courses` of the same rows.

        `group` (R,) are places in GROUPS; without it, everybody is typical.
        """
        engagement = self.population.engagement
        self._courses = courses
        self.family[rows] = family
        group = np.zeros(len(rows), dtype=np.int64) if group is None else group
        self.group[rows] = group
        self.motivation.begin(rows, draws, factor("leaving", group), factor("missing", group))
        spreads = (engagement.pause_seconds, engagement.pace_seconds, engagement.rapid, engagement.hint)
        parameters = (self.pause_seconds, self.pace_seconds, self.conduct.rapid, self._hint)
        differ = [factor(name, group) for name in ("pause", "pace", "rapid", "hint")]
        for parameter, values, by in zip(parameters, draw_each(spreads, draws), differ, strict=True):
            parameter[rows] = values * by
        self.conduct.rapid[rows] = np.minimum(self.conduct.rapid[rows], 1.0)
        self._hint[rows] = np.minimum(self._hint[rows], 1.0)
        for part in (self.conduct, self.devices, self.absence):
            part.begin(rows, draws)
        persons = persons_of(group)
        for index, model in enumerate(self.models):
            chosen = family == index
            if chosen.any():
                model.begin(rows[chosen], courses, draws.of(chosen), persons.of(chosen))

    @property
    def family_number(self) -> Ints:
        """(L,) place of each learner's family in FAMILIES, whichever families there may be."""
        return self._numbers[self.family]

    def practise(self, exercise: Exercise, uniforms: Reals, normal: Reals) -> Response:
        """Let the learners answer and learn; `uniforms` (n, 6) and `normal` (n,) are their noise."""
        rows, luck = exercise.rows, uniforms[:, CONDUCT]
        conduct = self.conduct.of(rows, self.motivation.level[rows], luck)
        if len(self.models) == 1:
            plain, right, asks = self._answer(self.models[0], exercise, uniforms, conduct)
        else:
            plain, right, asks = np.zeros(len(rows)), np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
            for at, _, model in self._families(rows):
                plain[at], right[at], asks[at] = self._answer(model, _some(exercise, at), uniforms[at], conduct[at])
        difficulty = self._courses.difficulty[rows, exercise.skill, exercise.band]
        seconds = response_seconds(self.pace_seconds[rows], difficulty, plain, normal, self.population.engagement)
        hints = asks.astype(np.float64)
        if conduct.any():
            guess = self._courses.guess[rows, exercise.skill, exercise.band]
            right = np.where(conduct == RAPID, uniforms[:, RESPONSE] < guess, right | (conduct >= COPIED))
            hints = np.where(conduct >= TOLD, BOTTOM_OUT_HINTS, np.where(conduct == EARNEST, hints, 0.0))
            hasty = np.flatnonzero((conduct != EARNEST) & (conduct != STUDIED))
            seconds[hasty] = hasty_seconds(conduct[hasty], normal[hasty], self.population.engagement)
        self.motivation.move(rows, exercise.skill, plain, right, exercise.now)
        timed = self.devices.timed(rows, luck)
        return Response(right.astype(np.float64), seconds + self.devices.changeover(rows, timed), hints, timed)

    def _answer(
        self, model: StudentModel, exercise: Exercise, uniforms: Reals, conduct: Ints
    ) -> tuple[Reals, Flags, Flags]:
        """Let learners of one family answer in earnest, and learn who does; (n,) chance, right, asked for a hint."""
        rows = exercise.rows
        plain = model.attempt(exercise, uniforms[:, FORGET])
        asks: Flags = uniforms[:, HINT] < self._hint[rows] * (1.0 - plain)
        chance, aided = plain.copy(), np.flatnonzero(asks)
        if aided.size:
            chance[aided] = model.hinted(_some(exercise, aided), plain[aided])
        right: Flags = uniforms[:, RESPONSE] < chance
        earnest = (conduct == EARNEST) | (conduct == STUDIED)
        if earnest.all():
            model.learn(exercise, right, asks, uniforms[:, LEARN])
        elif earnest.any():
            own = np.flatnonzero(earnest)
            model.learn(_some(exercise, own), right[own], asks[own], uniforms[own, LEARN])
        return plain, right, asks

    def rescore(self, rows: Ints, skill: Ints, test_at: Reals, scores: Reals) -> Reals:
        """(n,) change of the goal-weighted test score by practice of `skill`; `scores` (L, K) follow (in place)."""
        change = np.zeros(len(rows))
        for at, own, model in self._families(rows):
            if model.skillwise:
                skills = skill[at]
                after = model.skill_score_at(own, skills, test_at[at])
                change[at] = self._courses.goal[own, skills] * (after - scores[own, skills])
                scores[own, skills] = after
            else:
                all_after = model.score_at(own, test_at[at])
                change[at] = np.vecdot(self._courses.goal[own], all_after - scores[own])
                scores[own] = all_after
        return change

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

    def expected_gain(self, rows: Ints, now: Reals, test_at: Reals) -> Reals:
        """(n, K, B) exact expected change of the goal-weighted test score by giving each candidate once now.

        The expectation runs over conduct, hints, the answer, learning, forgetting; candidates outside the mask get 0.
        """
        result = np.zeros((len(rows), *self._shape))
        for at, own, model in self._families(rows):
            result[at] = model.score_gain(own, now[at], test_at[at], self._hint[own]) * self._weight(own, model)
        taught = self.conduct.taught_chance(rows, self.motivation.level[rows])
        return result * self._courses.available[rows] * taught[:, None, None]

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints, beyond: Reals | float = 0.0) -> Reals:
        """(n, K, B) goal-weighted rise of the test score per exercise, looking up to `repeats` (n,) practices ahead.

        `beyond` (n, K) is what a skill's own rise is worth besides its goal weight, where a model tells skills apart.
        """
        result = np.zeros((len(rows), *self._shape))
        extra = np.broadcast_to(beyond, result.shape[:2])[:, :, None]
        for at, own, model in self._families(rows):
            weight = self._weight(own, model) + extra[at] if model.skillwise else 1.0
            result[at] = model.prospect(own, now[at], test_at[at], repeats[at]) * weight
        return result * self._courses.available[rows]

    def _weight(self, rows: Ints, model: StudentModel) -> Reals | float:
        """What turns a model's gains into goal-weighted ones."""
        return self._courses.goal[rows][:, :, None] if model.skillwise else 1.0

    def _families(self, rows: Ints) -> list[tuple[Ints | slice, Ints, StudentModel]]:
        """For each family among `rows`: where in them its learners are, who they are, and their model."""
        if len(self.models) == 1:
            return [(slice(None), rows, self.models[0])]
        family = self.family[rows]
        parts = [(np.flatnonzero(family == index), model) for index, model in enumerate(self.models)]
        return [(at, rows[at], model) for at, model in parts if at.size]


def _some(exercise: Exercise, at: Ints | slice) -> Exercise:
    """The exercises at some places."""
    return Exercise(exercise.rows[at], exercise.skill[at], exercise.band[at], exercise.now[at])
