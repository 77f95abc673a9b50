"""The composite rule: frontier, target success and forgetting in one. A rival and, in serving, the fallback."""

from __future__ import annotations

import msgspec
import numpy as np

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


def composite(
    belief: Belief, view: CourseView, current: Estimate, gains: Gains, settings: CompositeSettings = DEFAULT
) -> Array:
    """Scores (L, K, B), as logits.

    ``(goal + need x dependents' need) x ((1 - mastered) x ready + forgetting x (1 - kept) x mastered)
    x exp(-closeness x |success - target|)``, over its maximum, times sharpness.
    """
    worth = view.goal + settings.need * dependents_need(view, current)
    practised = belief.skills[COUNT] > 0
    learn = (1.0 - current.mastered) * current.ready
    review = settings.forgetting * (1.0 - current.kept) * current.mastered * practised
    fit = np.exp(-settings.closeness * np.abs(gains.success - settings.target))
    scores = (worth * (learn + review))[:, :, None] * fit
    y: Array = settings.sharpness * scores / np.maximum(scores.max(axis=(1, 2), keepdims=True), 1e-12)
    return y
