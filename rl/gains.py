"""What practice is expected to add to the delayed test, under the belief: the tutor's own look ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rl.belief import (
    HAD_GROWTH,
    HAD_MASTERY,
    HAZARD,
    STABILITY,
    STRENGTH,
    Array,
    Belief,
    BeliefParameters,
    CourseView,
    Estimate,
    had_success,
    learn_chance,
    learning_rate,
    sigmoid,
    slip_and_guess,
    zone,
)

# Exercises in a row over which the growth filter's gain is averaged, where that is more than the first's.
LOOK_AHEAD = 3


@dataclass(frozen=True)
class Gains:
    """Expected rise per exercise of a skill's score on an open question at the horizon, before goal weights.

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
    belief: Belief, view: CourseView, current: Estimate, horizon_days: Array, parameters: BeliefParameters
) -> Gains:
    """Gains of every candidate, for a test `horizon_days` (L,) from the moment of the estimate."""
    horizon = horizon_days[:, None]
    growth, forecast_growth, success_growth = _growth(belief, view, current, horizon, parameters)
    mastery, forecast_mastery, success_mastery = _mastery(belief, view, current, horizon, parameters)
    weight = current.mixture[:, :, None]
    return Gains(
        growth=growth,
        mastery=mastery,
        mixed=growth + weight * (mastery - growth),
        success=success_growth + weight * (success_mastery - success_growth),
        forecast=forecast_growth + current.mixture * (forecast_mastery - forecast_growth),
    )


def _growth(
    belief: Belief, view: CourseView, current: Estimate, horizon: Array, parameters: BeliefParameters
) -> tuple[Array, Array, Array]:
    """Gain (L, K, B), forecast (L, K) and success (L, K, B) of the growth filter."""
    fields = belief.skills
    had = fields[HAD_GROWTH]
    fresh = (1.0 - had)[:, :, None]
    margin = current.ability[:, :, None] - view.difficulty
    open_success = sigmoid(margin * current.scale[:, :, None])
    success = view.guess + (1.0 - view.guess - parameters.slip) * (
        had[:, :, None] * had_success(view.difficulty, parameters) + fresh * open_success
    )
    kept_test = (1.0 + (current.elapsed + horizon) / fields[STABILITY]) ** (-parameters.decay)
    stretched = fields[STABILITY] * (1.0 + (0.8 * parameters.spacing) * (1.0 - current.kept))
    kept_after = (1.0 + horizon / stretched) ** (-parameters.decay)
    offset = (parameters.base - view.middle) * current.scale
    forecast = sigmoid(offset + fields[STRENGTH] * kept_test * current.scale)

    effect = parameters.error_factor + (1.0 - parameters.error_factor) * open_success
    drive = (learning_rate(belief.learners, parameters)[:, None] * current.ready)[:, :, None] * effect
    held = fields[STRENGTH] * (0.9 + 0.1 * current.kept)
    strength = np.broadcast_to(held[:, :, None], margin.shape)
    slope = (current.scale * kept_after)[:, :, None]
    best = None
    for n in range(1, LOOK_AHEAD + 1):
        reached = parameters.base + strength - view.difficulty if n > 1 else margin
        strength = strength + drive * zone(reached, parameters) * (1.0 - strength / parameters.ceiling)
        gain = (sigmoid(offset[:, :, None] + strength * slope) - forecast[:, :, None]) / n
        best = gain if best is None else np.maximum(best, gain)
    return fresh * best, had * had_success(view.middle, parameters) + (1.0 - had) * forecast, success


def _mastery(
    belief: Belief, view: CourseView, current: Estimate, horizon: Array, parameters: BeliefParameters
) -> tuple[Array, Array, Array]:
    """Gain (L, K, B), forecast (L, K) and success (L, K, B) of the mastery filter."""
    fields = belief.skills
    had, learned, hazard = fields[HAD_MASTERY], current.learned, fields[HAZARD]
    slip, guess = slip_and_guess(view.difficulty, view.guess, parameters)
    known = current.known[:, :, None]
    success = known * (1.0 - slip) + (1.0 - known) * guess
    survives = np.exp(-hazard * horizon)
    risked = 1.0 - np.exp(-hazard * current.elapsed)
    firmer = hazard / (1.0 + parameters.hazard_spacing * risked)
    fresh = (1.0 - parameters.known_slip) * (1.0 - had)
    kept = learned * (np.exp(-firmer * horizon) - survives)
    chance = learn_chance(view.difficulty, parameters) * current.ready[:, :, None]
    new = (1.0 - learned) * np.exp(-parameters.hazard * horizon)
    gain = (fresh * kept)[:, :, None] + (fresh * new)[:, :, None] * chance
    forecast = (1.0 - parameters.known_slip) * had + fresh * learned * survives
    return gain, forecast, success
