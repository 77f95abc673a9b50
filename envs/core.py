"""The dynamics of the tutoring environment over L learners, without gymnasium; both environments are faces of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from envs.calendar import ROLLING_DAYS, Calendars
from envs.courses import CourseBatch, draw_courses
from envs.settings import Settings
from simulators.families import families_of
from simulators.groups import draw_groups
from simulators.learner import Exercise
from simulators.learners import Learners
from simulators.noise import DROP_OUT, N_UNIFORMS, Draws, Flags, Ints, NoiseTape, Reals
from simulators.population import Population

__all__ = ["Settings", "Turn", "TutoringCore"]

SECONDS_PER_DAY = 86_400.0
N_LAST = 6
N_CLOCK = 6


@dataclass(frozen=True)
class Turn:
    """What one turn of n learners brought.

    Attributes:
        reward: (n,) change of the goal-weighted expected test score.
        terminated: (n,) bool; dropped out, the calendar is over, or the day of the test has come.
        truncated: (n,) bool; `max_steps` reached before that.
        invalid: (n,) bool; the action was outside the mask and no exercise was given.
    """

    reward: Reals
    terminated: Flags
    truncated: Flags
    invalid: Flags


class TutoringCore:
    """L episodes side by side.

    Attributes:
        courses: the courses being taught.
        learners: the learners being taught; a teacher must not look.
        calendars: their plans.
        days: (L,) days since the start of the episode.
        value: (L,) goal-weighted expected score on the test, were teaching to stop now.
    """

    def __init__(self, n_learners: int, settings: Settings) -> None:
        self.settings = settings
        n_padded, n_bands = settings.n_padded, settings.n_bands
        course = settings.course
        self.courses = (
            CourseBatch.empty(n_learners, n_padded, n_bands)
            if course is None
            else CourseBatch.shared(n_learners, n_padded, course)
        )
        self.learners = Learners(
            n_learners, n_padded, n_bands, settings.population or Population(), families_of(settings.family)
        )
        self.calendars = Calendars(n_learners, settings.plan)
        self.tape = NoiseTape(n_learners, settings.plan.exercises[1])
        self.days: Reals = np.zeros(n_learners)
        self.value: Reals = np.zeros(n_learners)
        self.start_value: Reals = np.zeros(n_learners)
        self.steps: Ints = np.zeros(n_learners, dtype=np.int64)
        self.n_exercises: Ints = np.zeros(n_learners, dtype=np.int64)
        self.dropped_out: Flags = np.zeros(n_learners, dtype=np.bool_)
        self._session: Ints = np.zeros(n_learners, dtype=np.int64)
        self._left: Ints = np.zeros(n_learners, dtype=np.int64)
        self._last_at: Reals = np.zeros(n_learners)
        self._last = np.zeros((n_learners, N_LAST), dtype=np.float32)
        self._mask = np.zeros((n_learners, settings.n_actions), dtype=np.int8)
        self._scores: Reals = np.zeros((n_learners, n_padded))

    @property
    def n_learners(self) -> int:
        """L."""
        return len(self.days)

    def begin(self, rows: Ints, generators: Sequence[np.random.Generator]) -> None:
        """Draw new episodes for `rows` (R,), each from its own generator."""
        draws = Draws(generators)
        family = np.floor(draws.uniform() * len(self.learners.families)).astype(np.int64)
        draw_courses(self.courses, rows, self.settings.skills, draws)
        self.calendars.begin(rows, self.courses.n_skills[rows], draws)
        self.learners.begin(rows, family, self.courses, draws, draw_groups(self.settings.groups, draws))
        self._miss_while_away(rows)
        self.tape.begin(rows, draws, self.calendars.lengths[rows].sum(axis=1))
        self.rewind(rows)

    def rewind(self, rows: Ints) -> None:
        """Put the clock of `rows` at the start of the course, calendar and learner that they have."""
        for field in (self.days, self.steps, self.n_exercises, self._session, self._last_at, self._last):
            field[rows] = 0
        self.dropped_out[rows] = False
        self._left[rows] = self.calendars.lengths[rows, 0]
        self._mask[rows] = self.courses.available[rows].reshape(len(rows), -1)
        self._scores[rows] = self.learners.score_at(rows, self.calendars.test_at[rows])
        self.value[rows] = (self.courses.goal[rows] * self._scores[rows]).sum(axis=1)
        self.start_value[rows] = self.value[rows]

    def step(self, rows: Ints, actions: Ints) -> Turn:
        """Give the candidates `actions` (n,) to the learners `rows` (n,), each at most once.

        Raises:
            ValueError: an action that is no candidate number at all.
        """
        if np.any((actions < 0) | (actions >= self.settings.n_actions)):
            raise ValueError(f"actions must lie in 0..{self.settings.n_actions - 1}, got {actions}")
        invalid: Flags = self._mask.reshape(-1).take(rows * self.settings.n_actions + actions) == 0
        place = rows * self.tape.seconds.shape[1] + self.steps[rows]
        uniforms = self.tape.uniforms.reshape(-1, N_UNIFORMS).take(place, axis=0)
        normal = self.tape.seconds.reshape(-1).take(place)
        if invalid.any():
            self._last[rows[invalid]] = 0.0
            reward, valid = np.zeros(len(rows)), np.flatnonzero(~invalid)
            if valid.size:
                reward[valid] = self._exercise(rows[valid], actions[valid], uniforms[valid], normal[valid])
        else:
            reward = self._exercise(rows, actions, uniforms, normal)
        terminated = self._advance(rows, uniforms[:, DROP_OUT], invalid)
        truncated = ~terminated & (self.steps[rows] >= self.settings.n_steps)
        return Turn(reward, terminated, truncated, invalid)

    def observe(self, rows: Ints) -> dict[str, np.ndarray]:
        """The observation of `rows` (n,), each array with a leading axis n."""
        calendars, days = self.calendars, self.days[rows]
        rolling, left = calendars.rolling[rows], self._left[rows]
        total = left + calendars.later[rows, self._session[rows]]
        clock = np.empty((len(rows), N_CLOCK), dtype=np.float32)
        clock[:, 0] = days
        clock[:, 1] = np.where(rolling, ROLLING_DAYS, np.maximum(calendars.test_at[rows] - days, 0.0))
        clock[:, 2] = np.where(rolling, -1, total)
        clock[:, 3] = left
        clock[:, 4] = days - self._last_at[rows]
        clock[:, 5] = rolling
        return {"mask": self._mask.take(rows, axis=0), "last": self._last.take(rows, axis=0), "clock": clock}

    def exercises_left(self, rows: Ints) -> Ints:
        """(n,) exercises still planned, whether or not the teacher is told."""
        return self._left[rows] + self.calendars.later[rows, self._session[rows]]

    def summary(self, rows: Ints) -> dict[str, np.ndarray]:
        """What the episodes of `rows` (n,) came to; the environments give it as info["summary"] at the end."""
        start, end = self.start_value[rows], self.value[rows]
        return {
            "gain": end - start,
            "start_score": start,
            "end_score": end,
            "normalised_gain": (end - start) / np.maximum(1.0 - start, 1e-9),
            "n_exercises": self.n_exercises[rows],
            "dropped_out": self.dropped_out[rows],
            "family": self.learners.family_number[rows],
            "group": self.learners.group[rows],
        }

    def hidden(self, rows: Ints | None = None) -> dict[str, np.ndarray]:
        """The hidden state, for reference teachers only.

        Returns:
            success: (n, K, B) chance that an earnest answer now is right. score: (n, K) expected test score a skill.
            gain: (n, K, B) expected goal-weighted gain of each candidate. motivation: (n,) in [0, 1].
        """
        rows = np.arange(self.n_learners) if rows is None else rows
        now, test_at = self.days[rows], self.calendars.test_at[rows]
        return {
            "success": self.learners.success_probability(rows, now),
            "score": self._scores[rows],
            "gain": self.learners.expected_gain(rows, now, test_at),
            "motivation": self.learners.motivation.level[rows].copy(),
        }

    @property
    def scores(self) -> Reals:
        """(L, K) expected test score of each skill as things stand; for references only."""
        return self._scores

    def prospect(self, ahead: int, beyond: Reals | float = 0.0) -> Reals:
        """(L, K, B) true goal-weighted gain per exercise, up to `ahead` practices in a row; for references only.

        `beyond` (L, K) is what skills are worth besides their goal weight, to families whose skills stand apart.
        """
        rows = np.arange(self.n_learners)
        repeats = np.clip(self.exercises_left(rows), 1, ahead)
        return self.learners.prospect(rows, self.days, self.calendars.test_at, repeats, beyond)

    def _exercise(self, rows: Ints, actions: Ints, uniforms: Reals, normal: Reals) -> Reals:
        """Let the learners practise; the change of the value."""
        skill, band = np.divmod(actions, self.settings.n_bands)
        exercise = Exercise(rows, skill, band, self.days[rows])
        response = self.learners.practise(exercise, uniforms, normal)
        reward = self.learners.rescore(rows, skill, self.calendars.test_at[rows], self._scores)
        self.value[rows] += reward
        self.n_exercises[rows] += 1
        answered_at = exercise.now + response.seconds / SECONDS_PER_DAY
        self.days[rows] = self._last_at[rows] = answered_at
        last = np.empty((len(rows), N_LAST), dtype=np.float32)
        shown: tuple[Any, ...] = (1.0, skill, band, response.score, response.seconds * response.timed, response.hints)
        for column, values in enumerate(shown):
            last[:, column] = values
        self._last[rows] = last
        return reward

    def _miss_while_away(self, rows: Ints) -> None:
        """Let the sessions that fall into an absence be missed for certain."""
        away = self.learners.absence.away(rows, self.calendars.starts[rows])
        self.calendars.miss[rows] = np.where(away, -1.0, self.calendars.miss[rows])

    def _advance(self, rows: Ints, luck: Reals, invalid: Flags) -> Flags:
        """Let the pause pass, then leave, go on, or wait for the next session; (n,) whether the episode is over."""
        motivation = self.learners.motivation
        left = self._left[rows] - 1
        self._left[rows] = left
        ends: Flags = left == 0
        drop: Flags = (luck < motivation.leave_chance(rows, ends)) & ~invalid
        self.dropped_out[rows] = drop
        self.steps[rows] += 1
        self.days[rows] += self.learners.pause_seconds[rows] / SECONDS_PER_DAY
        over = drop.copy()
        waiting = np.flatnonzero(ends & ~drop)
        if waiting.size:
            over[waiting] = self._wait(rows[waiting])
        over |= self.days[rows] >= self.calendars.test_at[rows]
        return over

    def _wait(self, rows: Ints) -> Flags:
        """Move `rows` to their next session; (n,) whether there is none."""
        calendars = self.calendars
        session = calendars.next_session(rows, self._session[rows], self.learners.motivation.miss_chance(rows))
        last = calendars.max_sessions - 1
        none: Flags = np.asarray(session > last)
        self._session[rows] = np.minimum(session, last)
        going, session = rows[~none], session[~none]
        self._left[going] = calendars.lengths[going, session]
        self.days[going] = np.maximum(self.days[going], calendars.starts[going, session])
        return none
