"""How sure the belief is of what it says of a skill."""

from __future__ import annotations

import numpy as np

from rl.arithmetic import ARRAYS, Array, sigmoid
from rl.belief import COUNT, HAD_GROWTH, VARIANCE, Belief, Estimate
from rl.course_view import CourseView
from rl.parameters import BeliefParameters

Z80 = 1.2816  # standard deviations to either side that hold 80 % of a normal distribution


def interval(belief: Belief, current: Estimate, view: CourseView, parameters: BeliefParameters) -> tuple[Array, Array]:
    """Both ends (L, K), within [0, 1], of an 80 % interval around `mastered`, by the spread of what that is mixed of.

    The growth filter doubts whether the skill was known before (Bernoulli) and how able the learner is (its variance,
    carried through the slope of success); the mastery filter, whether it is known at all (Bernoulli).
    """
    fields, mixture = belief.skills, current.mixture
    had, before = fields[HAD_GROWTH], view.lens(parameters).had_middle
    fresh = sigmoid((current.ability - view.middle) * current.scale, ARRAYS)
    slope = parameters.slope * fresh * (1.0 - fresh)
    growth = had * (1.0 - had) * (before - fresh) ** 2 + (1.0 - had) * slope**2 * fields[VARIANCE]
    mastery = current.known * (1.0 - current.known) / (fields[COUNT] + 1.0)
    spread = Z80 * np.sqrt(growth + mixture * (mastery - growth))
    return np.maximum(current.mastered - spread, 0.0), np.minimum(current.mastered + spread, 1.0)
