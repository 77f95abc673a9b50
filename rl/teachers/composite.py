"""The composite rule: frontier, target success and forgetting in one. A rival and, in serving, the fallback."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from rl.belief import COUNT, Array, Belief, CourseView, Estimate
from rl.candidates import dependents_need
from rl.gains import Gains


class CompositeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Weights of the composite rule; `sharpness` turns scores into probabilities."""

    target: float = 0.65
    need: float = 0.5
    forgetting: float = 1.0
    closeness: float = 2.0
    sharpness: float = 12.0


DEFAULT = CompositeSettings()


@dataclass(frozen=True, slots=True)
class Skills:
    """What the rule goes by, arrays (L, K): see `rl.belief.Estimate`, `rl.candidates.dependents_need`.

    `goal` and `need` may be in any unit, if it is the same. `practised`: whether ever.
    """

    goal: Array
    need: Array
    mastered: Array
    ready: Array
    kept: Array
    practised: Array | NDArray[np.bool_]


def composite(
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, settings: CompositeSettings = DEFAULT
) -> Array:
    """Scores (L, K, B), as logits.

    ``(goal + need x dependents' need) x ((1 - mastered) x ready + forgetting x (1 - kept) x mastered)
    x exp(-closeness x |success - target|)``, over its maximum, times sharpness.
    """
    skills = Skills(
        goal=view.goal,
        need=dependents_need(view, current),
        mastered=current.mastered,
        ready=current.ready,
        kept=current.kept,
        practised=belief.skills[COUNT] > 0,
    )
    scores = appeal(skills, gains.success.transpose(2, 0, 1), settings)
    y: Array = settings.sharpness * scores / np.maximum(scores.max(axis=(0, 2))[:, None], 1e-12)
    return y.transpose(1, 2, 0)


def appeal(skills: Skills, success: Array, settings: CompositeSettings) -> Array:
    """(B, L, K), not yet compared with each other, for bands answered with `success` (B, L, K)."""
    learn = (1.0 - skills.mastered) * skills.ready
    review = settings.forgetting * (1.0 - skills.kept) * skills.mastered * skills.practised
    worth = skills.goal + settings.need * skills.need
    y: Array = worth * (learn + review) * np.exp(-settings.closeness * np.abs(success - settings.target))
    return y
