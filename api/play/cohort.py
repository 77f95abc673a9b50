"""The simulated learners of one track: what they know, how they answer, when they sit down, when they leave."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from content.course import Course
from envs.courses import CourseBatch
from simulators.families import MIXED, families_of
from simulators.learner import Exercise
from simulators.learners import Learners
from simulators.noise import DROP_OUT, Draws, Flags, Ints, NoiseTape, Reals
from simulators.population import Population

SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True)
class Plan:
    """How much a class plays.

    Attributes:
        n_learners: on each track.
        n_sessions: lessons planned for each learner, evenly over the days.
        n_exercises: exercises of a lesson.
        days: simulated days from the first lesson to the end.
        delay_days: from the end to the test.
        family: of the learners, see `simulators.families.families_of`.
        seed: of the learners and their noise.
    """

    n_learners: int = 20
    n_sessions: int = 8
    n_exercises: int = 10
    days: float = 14.0
    delay_days: float = 7.0
    family: str = MIXED
    seed: int = 0

    @property
    def gap_days(self) -> float:
        """Days from one lesson to the next."""
        return self.days / self.n_sessions


@dataclass(frozen=True)
class Attempt:
    """How a simulated learner deals with an exercise."""

    correct: bool
    hinted: bool
    seconds: float


class Cohort:
    """L learners on a course. Equal tracks and plans give the same learners, with the same luck.

    Attributes:
        starts: (L, S) days at which planned lessons begin.
        n_attempts, dropped_out: (L,) exercises so far, and who left for good.
    """

    def __init__(self, track_id: str, course: Course, plan: Plan) -> None:
        n = plan.n_learners
        rows = np.arange(n)
        name = zlib.crc32(track_id.encode())
        draws = Draws([np.random.default_rng((plan.seed, name, row)) for row in range(n)])
        self.plan = plan
        self.courses = CourseBatch.empty(n, course.n_skills, course.n_bands)
        for row in range(n):
            self.courses.set_row(row, course)
        families = families_of(plan.family)
        family = np.floor(draws.uniform() * len(families)).astype(np.int64)
        self.learners = Learners(n, course.n_skills, course.n_bands, Population(), families)
        self.learners.begin(rows, family, self.courses, draws)
        self.tape = NoiseTape(n, plan.n_sessions * plan.n_exercises)
        self.tape.begin(rows, draws)
        self.starts: Reals = plan.gap_days * (np.arange(plan.n_sessions) + 0.5 * draws.uniform(plan.n_sessions))
        self._miss: Reals = draws.uniform(plan.n_sessions)
        self.n_attempts: Ints = np.zeros(n, dtype=np.int64)
        self.dropped_out: Flags = np.zeros(n, dtype=np.bool_)

    def misses(self, row: int, session: int) -> bool:
        """Whether the learner stays away from a planned lesson; nobody misses the first."""
        chance = self.learners.motivation.miss_chance(np.array([row]))[0]
        return session > 0 and bool(self._miss[row, session] < chance)

    def attempt(self, row: int, skill: int, band: int, now: float) -> Attempt:
        """Let the learner answer an exercise at `now` days, and learn from it."""
        rows, step = np.array([row]), self.n_attempts[row]
        exercise = Exercise(rows, np.array([skill]), np.array([band]), np.array([now]))
        response = self.learners.practise(exercise, self.tape.uniforms[rows, step], self.tape.seconds[rows, step])
        self.n_attempts[row] += 1
        return Attempt(bool(response.score[0] > 0.5), bool(response.hints[0] > 0), float(response.seconds[0]))

    def leaves(self, row: int, *, lesson_ends: bool) -> bool:
        """Whether the learner leaves for good after the latest exercise."""
        chance = self.learners.motivation.leave_chance(np.array([row]), np.array([lesson_ends]))[0]
        self.dropped_out[row] = self.tape.uniforms[row, self.n_attempts[row] - 1, DROP_OUT] < chance
        return bool(self.dropped_out[row])

    def pause_days(self, row: int) -> float:
        """Days between two exercises."""
        return float(self.learners.pause_seconds[row]) / SECONDS_PER_DAY

    def scores(self) -> Reals:
        """(L,) expected score in [0, 1] on the test after the delay, were there no lesson any more."""
        rows = np.arange(self.plan.n_learners)
        test_at = np.full(len(rows), self.plan.days + self.plan.delay_days)
        scores: Reals = (self.courses.goal * self.learners.score_at(rows, test_at)).sum(axis=1)
        return scores
