"""The optimal teacher of prerequisite-gated mastery on a small course, by value iteration.

A state is the set of known skills, 2^K of them. With t exercises left, backward from the test:

    V_0(s) = sum_k worth_k [k in s]
    V_t(s) = max_k V_(t-1)(s) + p_k(s) (V_(t-1)(s + k) - V_(t-1)(s))
    p_k(s) = rate_k if k is not in s and all its prerequisites are, else 0

This teacher sees the hidden state, knows the rates, and is listened to earnestly and without hints every time. No
teacher that sees answers alone can do better, so what it gains is an upper bound on what any can, and the regret
measured against it is an upper bound on the regret against the best that can be done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.learner import CourseArrays
from simulators.mastery.gated import GatedLearners
from simulators.noise import Flags, Ints, Reals

MAX_SKILLS = 10


@dataclass(frozen=True)
class Optimum:
    """The optimal teaching of R learners of K skills within T exercises; state s has bit k set if skill k is known.

    Attributes:
        value: (R, T + 1, 2^K) expected score of the test in [0, 1], by exercises left and state.
        policy: (R, T, 2^K) skill to practise; [r, t] is with t + 1 exercises left.
    """

    value: Reals
    policy: NDArray[np.int8]

    def gain(self, known: Flags, left: Ints) -> Reals:
        """(R,) expected rise of the test score, from what is known (R, K), with `left` (R,) exercises."""
        state, row = states(known), np.arange(len(known))
        rise: Reals = self.value[row, left, state] - self.value[row, 0, state]
        return rise

    def choose(self, known: Flags, left: Ints) -> Ints:
        """(R,) skill to practise next, where `left` (R,) >= 1 exercises are left."""
        return self.policy[np.arange(len(known)), left - 1, states(known)].astype(np.int64)


@dataclass(frozen=True)
class Regret:
    """How far a teacher stays behind the optimum; all are expected test scores in [0, 1].

    Attributes:
        optimal: mean gain of the optimal teacher.
        measured: mean gain of the teacher.
    """

    optimal: float
    measured: float

    @property
    def regret(self) -> float:
        """What the optimal teacher gains more; below 0 only by the chance in what was measured."""
        return self.optimal - self.measured

    @property
    def share(self) -> float:
        """Share of the optimal gain that was reached; 1 where there was nothing to gain."""
        return self.measured / self.optimal if self.optimal > 0.0 else 1.0


def states(known: Flags) -> Ints:
    """(R,) number of the state in which the skills (R, K) are known."""
    number: Ints = known.astype(np.int64) @ (1 << np.arange(known.shape[1]))
    return number


def value_iteration(rate: Reals, prerequisites: Flags, worth: Reals, n_exercises: int) -> Optimum:
    """The optimal teaching of R learners within `n_exercises` T; takes and keeps the order of R T 2^K numbers.

    Args:
        rate: (R, K) chance that a practice teaches a skill that is ready; 0 for what cannot be practised.
        prerequisites: (R, K, K) bool; [r, k, j] says that j must be known before k.
        worth: (R, K) test score that knowing a skill is worth.
        n_exercises: T >= 0.

    Raises:
        ValueError: more skills than can be enumerated, or fewer than no exercises.
    """
    n_rows, n_skills = rate.shape
    if n_skills > MAX_SKILLS or n_exercises < 0:
        raise ValueError(
            f"need at most {MAX_SKILLS} skills and n_exercises >= 0, got {n_skills} skills and {n_exercises} exercises"
        )
    state = np.arange(1 << n_skills)
    known = (state[:, None] >> np.arange(n_skills)) & 1 == 1
    open_gate = ~(prerequisites[:, None] & ~known[:, None, :]).any(axis=3)
    chance = rate[:, None, :] * (open_gate & ~known)
    after = state[:, None] | (1 << np.arange(n_skills))
    value = np.empty((n_rows, n_exercises + 1, len(state)))
    policy = np.empty((n_rows, n_exercises, len(state)), dtype=np.int8)
    value[:, 0] = worth @ known.T
    for step in range(n_exercises):
        now = value[:, step]
        gain = chance * (now[:, after] - now[:, :, None])
        policy[:, step] = gain.argmax(axis=2)
        value[:, step + 1] = now + gain.max(axis=2)
    return Optimum(value, policy)


def optimum(model: GatedLearners, courses: CourseArrays, rows: Ints, n_exercises: int) -> Optimum:
    """The optimal teaching of the learners `rows` (R,) of a gated model, who take `courses` of the same rows.

    Raises:
        ValueError: as `value_iteration`.
    """
    teachable = courses.available[rows].any(axis=2)
    worth = courses.goal[rows] * model.known_score(rows)
    rate = np.where(teachable, model.state["rate"][rows], 0.0)
    return value_iteration(rate, courses.prerequisites[rows], worth, n_exercises)


def regret(model: GatedLearners, courses: CourseArrays, rows: Ints, left: Ints, measured: float) -> Regret:
    """The regret of a teacher whose mean gain of the goal-weighted test score on the learners `rows` is `measured`.

    To be asked while the model is as the teacher found it; `left` (R,) is how many exercises each learner gets.

    Raises:
        ValueError: as `value_iteration`.
    """
    best = optimum(model, courses, rows, int(left.max(initial=0)))
    return Regret(float(best.gain(model.state["known"][rows] == 1.0, left).mean()), measured)
