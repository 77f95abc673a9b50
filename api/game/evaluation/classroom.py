"""Simulated learners at exercises, with the tutor's belief about them and the XP of the game's own rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from api.game.evaluation.honest import course_of
from api.game.rules import XpRules
from api.game.xp import Attempt, grant
from envs.courses import CourseBatch
from rl.observer import Observer
from rl.parameters import BeliefParameters
from simulators.families import families_of
from simulators.groups import draw_groups
from simulators.learner import Exercise
from simulators.learners import Learners
from simulators.noise import N_UNIFORMS, Draws, Flags, Ints, Reals
from simulators.population import UNRULY, Population

SECONDS_PER_DAY = 86_400.0
HORIZON_DAYS = 30.0
HASTY_PAUSE_SECONDS = 4.0
FAMILY, GROUPS = "growth,mastery,memory", "diverse"
ALWAYS = 1e9
WAITING = 0.5
ENGAGEMENT = replace(UNRULY, cheaters=0.0, two_devices=0.0)


@dataclass(frozen=True)
class Work:
    """What n learners do next; all (n,).

    Attributes:
        rows: who. skill, band: the exercise.
        guess, told: whether they guess at once, or ask until the answer is given; else they work as they are.
        copied: whether a second account finds the answer first. waits: whether such an answer is held back, for half
            the expected time.
        hurry: whether they go on at once, without a look at the feedback.
        fresh: whether the clock says that it is another day.
    """

    rows: Ints
    skill: Ints
    band: Ints
    guess: Flags
    told: Flags
    copied: Flags
    waits: Flags
    hurry: Flags
    fresh: Flags

    @classmethod
    def honest(cls, rows: Ints, skill: Ints, band: Ints) -> Work:
        """In earnest."""
        no = np.zeros(len(rows), dtype=np.bool_)
        return cls(rows, skill, band, no, no, no, no, no, no)


@dataclass(frozen=True)
class Done:
    """What came of it, (n,): XP, seconds with the pause, whether it was right."""

    xp: Reals
    seconds: Reals
    right: Flags


class Classroom:
    """L learners, `copies` of the same people with the same luck one after the other.

    Attributes:
        learners: the simulated ones. observer: what the tutor believes. now: (L,) days.
    """

    def __init__(self, n_people: int, copies: int, seed: int, rules: XpRules) -> None:
        self.n_people, self.copies, self.rules = n_people, copies, rules
        n = n_people * copies
        course = course_of(seed)
        self.expected = 5.0 * np.ceil(16.0 * np.exp(0.15 * course.difficulty.astype(np.float64)) / 5.0)
        self.courses = CourseBatch.shared(n, course.n_skills, course)
        self.courses.goal[:] = 1.0 / course.n_skills
        families = families_of(FAMILY)
        self.learners = Learners(n, course.n_skills, course.n_bands, Population(engagement=ENGAGEMENT), families)
        rows = np.arange(n)
        draws = Draws([np.random.default_rng((seed, row % n_people)) for row in range(n)])
        family = np.floor(draws.uniform() * len(families)).astype(np.int64)
        self.learners.begin(rows, family, self.courses, draws, draw_groups(GROUPS, draws))
        self.draws = draws
        self._hint_abuse, self._rapid = self.learners.conduct.hint_abuse.copy(), self.learners.conduct.rapid.copy()
        self.observer = Observer(self.courses, BeliefParameters())
        self.now: Reals = np.zeros(n)
        self._repeats: list[Counter[int]] = [Counter() for _ in range(n)]
        self._rng = np.random.default_rng((seed, 5))
        self._look(np.zeros((n, 6)), np.zeros(n))

    @property
    def n_learners(self) -> int:
        """L."""
        return self.n_people * self.copies

    def new_day(self, day: float, rows: Ints) -> None:
        """Let a local day begin for these."""
        self.now = np.maximum(self.now, day)
        for row in rows.tolist():
            self._repeats[row].clear()

    def best(self, rows: Ints) -> tuple[Ints, Ints]:
        """The exercises that the tutor expects most of: skill and band, (n,)."""
        worth = self.observer.gains.mixed[rows] * self.observer.view.goal[rows][:, :, None]
        return self._greatest(np.where(self.observer.masked[rows], worth, -np.inf))

    def easiest(self, rows: Ints) -> tuple[Ints, Ints]:
        """The exercises that the tutor thinks likeliest to be right, (n,)."""
        return self._greatest(self.observer.gains.success[rows])

    def success(self, rows: Ints, skill: Ints, band: Ints) -> Reals:
        """(n,) how likely the tutor thinks these to be right."""
        return np.asarray(self.observer.gains.success[rows, skill, band])

    def luck(self, *shape: int) -> Reals:
        """(L, *shape) uniforms, the same for all copies of a person."""
        return np.tile(self._rng.random((self.n_people, *shape)), (self.copies, *(1 for _ in shape)))

    def work(self, work: Work) -> Done:
        """Let them do it; the tutor learns of it, and XP is granted by the rules of the game."""
        rows, conduct = work.rows, self.learners.conduct
        conduct.rapid[rows] = np.where(work.guess, ALWAYS, np.where(work.told | work.copied, 0.0, self._rapid[rows]))
        conduct.hint_abuse[rows] = np.where(work.told, 1.0, self._hint_abuse[rows])
        conduct.cheating[rows] = work.copied
        uniforms = self.luck(N_UNIFORMS)[rows]
        normal = np.tile(self._rng.standard_normal(self.n_people), self.copies)[rows]
        before = self.observer.current.mastered[rows, work.skill]
        response = self.learners.practise(Exercise(rows, work.skill, work.band, self.now[rows]), uniforms, normal)
        taken = np.where(
            work.waits, np.maximum(response.seconds, WAITING * self.expected[work.skill, work.band]), response.seconds
        )
        pause = np.where(work.hurry, HASTY_PAUSE_SECONDS, self.learners.pause_seconds[rows])
        # Another account guesses first, and is shown what was right.
        spent = taken + np.where(work.copied, self.learners.population.engagement.rapid_seconds + pause, 0.0)
        last, since = np.zeros((self.n_learners, 6)), np.zeros(self.n_learners)
        last[rows] = np.stack(
            [np.ones(len(rows)), work.skill, work.band, response.score, taken, response.hints], axis=1
        )
        since[rows] = pause / SECONDS_PER_DAY
        self.now[rows] += (spent + pause) / SECONDS_PER_DAY
        self._look(last, since)
        gained = np.maximum(self.observer.current.mastered[rows, work.skill] - before, 0.0)
        xp = self._granted(work, response.score, gained, taken, response.hints)
        return Done(xp, spent + pause, response.score >= 1.0)

    def score(self, at: float) -> Reals:
        """(L,) expected score on the whole course, without guessing, were there no more practice until `at` (days)."""
        rows = np.arange(self.n_learners)
        scores = self.learners.score_at(rows, np.maximum(self.now, at))
        return np.asarray((self.courses.goal[rows] * scores).sum(axis=1))

    def _look(self, last: Reals, since: Reals) -> None:
        n, clock = self.n_learners, np.zeros((self.n_learners, 6))
        clock[:, 0], clock[:, 1], clock[:, 2], clock[:, 4], clock[:, 5] = self.now, HORIZON_DAYS, -1.0, since, 1.0
        self.observer.take({"last": last, "clock": clock, "mask": np.ones((n, 1), dtype=np.int8)})

    def _granted(self, work: Work, score: Reals, gained: Reals, seconds: Reals, hints: Reals) -> Reals:
        xp = np.zeros(len(work.rows))
        difficulty = self.courses.difficulty[work.rows, work.skill, work.band]
        expected = self.expected[work.skill, work.band]
        for place, row in enumerate(work.rows.tolist()):
            repeats, skill = self._repeats[row], int(work.skill[place])
            if work.fresh[place]:
                repeats.clear()
            attempt = Attempt(
                score=float(score[place]),
                difficulty=float(difficulty[place]),
                information=float(gained[place]),
                repeats=repeats[skill],
                seconds=float(seconds[place]),
                expected_seconds=float(expected[place]),
                hints=int(hints[place]),
            )
            xp[place] = grant(attempt, self.rules).amount
            repeats[skill] += int(score[place] > 0.0)
        return xp

    @staticmethod
    def _greatest(values: Reals) -> tuple[Ints, Ints]:
        flat = values.reshape(len(values), -1).argmax(axis=1)
        skill, band = np.divmod(flat, values.shape[2])
        return skill, band
