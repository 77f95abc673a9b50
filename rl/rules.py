"""Teaching rules: a score for every candidate from a belief, the highest shown. The policy's rivals and its fallback."""

from __future__ import annotations

import msgspec
import numpy as np

from rl.belief import COUNT, Array, Belief, CourseView, Estimate
from rl.candidates import dependents_need
from rl.gains import Gains


class CompositeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Weights of the composite rule; `sharpness` turns scores into probabilities."""

    target_success: float = 0.65
    frontier: float = 1.0
    forgetting: float = 1.0
    closeness: float = 2.0
    sharpness: float = 12.0


def composite(
    belief: Belief,
    view: CourseView,
    current: Estimate,
    gains: Gains,
    settings: CompositeSettings = CompositeSettings(),  # noqa: B008 - frozen
) -> Array:
    """Frontier, target success and forgetting in one: scores (L, K, B), as logits.

    ``goal-and-need weight x (frontier x (1 - mastered) x ready + forgetting x (1 - retention) x mastered)
    x exp(-closeness x |success - target|)``, over its maximum, times sharpness.
    """
    worth = view.goal + 0.5 * dependents_need(view, current)
    practised = belief.skills[COUNT] > 0
    learn = settings.frontier * (1.0 - current.mastered) * current.ready
    review = settings.forgetting * (1.0 - current.retention) * current.mastered * practised
    fit = np.exp(-settings.closeness * np.abs(gains.success - settings.target_success))
    scores = (worth * (learn + review))[:, :, None] * fit
    y: Array = settings.sharpness * scores / np.maximum(scores.max(axis=(1, 2), keepdims=True), 1e-12)
    return y
