"""What is noted of learners while they are taught: what they know along the way, and when they had mastered enough."""

from __future__ import annotations

import numpy as np

from envs.core import TutoringCore
from simulators.noise import Flags, Ints, Reals

N_MARKS = 20
MASTERY_SCORE = 0.6  # goal-weighted expected score on the delayed test from which a course counts as mastered


class Record:
    """A note of L learners, marked N_MARKS times along the planned exercises.

    Attributes:
        planned: (L,) exercises in the calendar.
        knowledge: (L, N_MARKS + 1) goal-weighted expected score of an open-response test taken then: at the start, and
            when the next exercise is due after each twentieth of the plan. Who has left keeps what they knew then.
        mastered_after: (L,) exercises after which the expected score on the delayed test first reached MASTERY_SCORE,
            0 if it did from the start, -1 if it never did.
    """

    def __init__(self, core: TutoringCore) -> None:
        rows = np.arange(core.n_learners)
        self._core = core
        self.planned: Ints = np.maximum(core.exercises_left(rows), 1)
        self.knowledge: Reals = np.repeat(knowledge_now(core, rows)[:, None], N_MARKS + 1, axis=1)
        self.mastered_after: Ints = np.where(core.value >= MASTERY_SCORE, 0, -1)

    def note(self, rows: Ints, over: Flags) -> None:
        """After a turn of `rows` (n,), of which some were the last."""
        core, step = self._core, self._core.steps[rows]
        fresh = rows[(core.value[rows] >= MASTERY_SCORE) & (self.mastered_after[rows] < 0)]
        self.mastered_after[fresh] = core.n_exercises[fresh]
        before = (step - 1) * N_MARKS // self.planned[rows]
        due = over | (step * N_MARKS // self.planned[rows] > before)
        if not due.any():
            return
        later = np.arange(N_MARKS + 1) > before[due, None]
        known = knowledge_now(core, rows[due])[:, None]
        self.knowledge[rows[due]] = np.where(later, known, self.knowledge[rows[due]])


def knowledge_now(core: TutoringCore, rows: Ints) -> Reals:
    """(n,) goal-weighted expected score of an open-response test taken at once."""
    score: Reals = np.vecdot(core.courses.goal[rows], core.learners.score_at(rows, core.days[rows]))
    return score
