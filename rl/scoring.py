"""What learners are believed to be at the moment of a choice, and what their candidates score: policy or rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rl.arithmetic import Array, Rows
from rl.belief import Belief, Estimate, estimate
from rl.course_view import CourseView
from rl.features import Moment, candidate_features, context_features
from rl.gains import Gains, expected_gains
from rl.parameters import BeliefParameters
from rl.policy import Policy
from rl.teachers.composite import composite

RULE_VERSION = "composite-1"


@dataclass(frozen=True, slots=True)
class Sight:
    """L learners of one course at one moment each: what is believed of them, and what practice is expected to bring."""

    belief: Belief
    view: CourseView
    moment: Moment
    current: Estimate
    gains: Gains

    @classmethod
    def of(cls, belief: Belief, view: CourseView, moment: Moment, parameters: BeliefParameters) -> Sight:
        """The belief faded to the moment, and its look ahead."""
        current = estimate(belief, view, moment.now, parameters)
        return cls(
            belief, view, moment, current, expected_gains(belief, view, current, moment.horizon_days, parameters)
        )


def scores(
    policy: Policy | None, sight: Sight, skills: Rows, mask: NDArray[np.bool_], need: Array | None = None
) -> Array:
    """Logits (L, P * B) of the proposed `skills` (L, P) in all their bands; without a policy, of the composite rule.

    `need` is `rl.candidates.dependents_need`, if that is known already.
    """
    belief, view, current, gains = sight.belief, sight.view, sight.current, sight.gains
    if policy is None:
        ruled = composite(belief, view, current, gains)
        y: Array = ruled[np.arange(len(skills))[:, None], skills].reshape(mask.shape)
        return y
    features = candidate_features(belief, view, current, gains, skills, mask, need)
    context = context_features(belief, view, current, gains, sight.moment)
    return policy.logits(features, mask, context).astype(np.float64)
