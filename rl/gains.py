"""What one exercise is expected to add to the delayed test, under the belief: the tutor's own look one step ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rl.belief import (
    COUNT,
    LAST,
    REPEAT_SURPRISE,
    SESSION_GAP_DAYS,
    SPACED,
    STABILITY,
    Array,
    Belief,
    BeliefParameters,
    CourseView,
    Estimate,
    growth_step,
    mastery_learn,
    mastery_odds,
    shrink,
    sigmoid,
)


@dataclass(frozen=True)
class Gains:
    """Expected rise of a skill's score on an open question at the horizon, before goal weights.

    Attributes:
        growth, mastery, mixed: (L, K, B) by each filter, and mixed by evidence.
        success: (L, K, B) probability that the exercise is answered right now, guesses included, mixed.
        forecast: (L, K) expected score at the horizon without more practice, mixed.
    """

    growth: Array
    mastery: Array
    mixed: Array
    success: Array
    forecast: Array


def expected_gains(
    belief: Belief,
    view: CourseView,
    current: Estimate,
    now: Array,
    horizon_days: Array,
    parameters: BeliefParameters,
) -> Gains:
    """One-step gains of every candidate, for a test `horizon_days` (L,) from `now` (L,)."""
    fields, horizon = belief.skills, horizon_days[:, None]
    elapsed = np.maximum(now[:, None] - fields[LAST], 0.0) * (fields[COUNT] > 0)
    ready = current.ready[:, :, None]
    scale = shrink(current.variance)

    open_success = sigmoid((current.ability[:, :, None] - view.difficulty) * scale[:, :, None])
    rate = (parameters.learn_rate * np.exp(parameters.repeat_weight * belief.learners[REPEAT_SURPRISE]))[:, None, None]
    step = growth_step(current.peak[:, :, None], open_success, ready, rate, parameters)
    stretch = 1.0 + (0.75 * parameters.spacing) * (1.0 - current.retention)
    kept = (1.0 + (elapsed + horizon) / fields[STABILITY]) ** (-parameters.decay)
    kept_after = (1.0 + horizon / (fields[STABILITY] * stretch)) ** (-parameters.decay)
    floor = np.minimum(current.peak, parameters.floor)
    base = (floor - view.middle) * scale
    span = (current.peak - floor) * scale
    forecast_growth = sigmoid(base + span * kept)
    after = sigmoid((base + span * kept_after)[:, :, None] + step * (scale * kept_after)[:, :, None])
    growth = after - forecast_growth[:, :, None]

    learn = mastery_learn(view.difficulty, ready, parameters)
    consolidated = fields[SPACED] + (elapsed > SESSION_GAP_DAYS) * current.known
    hazard_after = parameters.hazard * (1.0 + consolidated) ** (-parameters.consolidation)
    open_right = 1.0 - parameters.known_slip
    forecast_mastery = open_right * current.known * np.exp(-current.hazard * horizon)
    known_after = current.known[:, :, None] + (1.0 - current.known[:, :, None]) * learn
    mastery = known_after * (open_right * np.exp(-hazard_after * horizon))[:, :, None] - forecast_mastery[:, :, None]

    slip, guessed = mastery_odds(view.difficulty, view.guess, parameters)
    known = current.known[:, :, None]
    success_mastery = known * (1.0 - slip) + (1.0 - known) * guessed
    success_growth = view.guess + (1.0 - view.guess - parameters.slip) * open_success
    weight = current.mixture[:, :, None]
    return Gains(
        growth=growth,
        mastery=mastery,
        mixed=growth + weight * (mastery - growth),
        success=success_growth + weight * (success_mastery - success_growth),
        forecast=forecast_growth + current.mixture * (forecast_mastery - forecast_growth),
    )
