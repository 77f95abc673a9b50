"""What practice is expected to add to the delayed test, under the belief: the tutor's own look ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rl.arithmetic import ARRAYS, Array, sigmoid
from rl.belief import HAD_GROWTH, HAD_MASTERY, HAZARD, RATE, STABILITY, STRENGTH, Belief, Estimate
from rl.course_view import CourseView, Lens
from rl.parameters import BeliefParameters
from rl.practice import zone

# Exercises in a row over which the growth filter's gain is averaged, where that is more than the first's.
LOOK_AHEAD = 3
PER_EXERCISE = (1.0 / np.arange(1.0, LOOK_AHEAD + 1.0))[:, None, None, None]

Three = tuple[Array, Array, Array]


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
    lens, horizon, weight = view.lens(parameters), horizon_days[:, None], current.mixture
    growth, forecast_growth, success_growth = _growth(belief, lens, current, horizon)
    mastery, forecast_mastery, success_mastery = _mastery(belief, lens, current, horizon)
    mixed = growth + weight * (mastery - growth)
    success = success_growth + weight * (success_mastery - success_growth)
    return Gains(
        growth=growth.transpose(1, 2, 0),
        mastery=mastery.transpose(1, 2, 0),
        mixed=mixed.transpose(1, 2, 0),
        success=success.transpose(1, 2, 0),
        forecast=forecast_growth + weight * (forecast_mastery - forecast_growth),
    )


def _growth(belief: Belief, lens: Lens, current: Estimate, horizon: Array) -> Three:
    """Gain (B, L, K), forecast (L, K) and success (B, L, K) of the growth filter."""
    parameters, fields, scale = lens.parameters, belief.skills, current.scale
    had = fields[HAD_GROWTH]
    fresh = 1.0 - had
    margin = current.ability - lens.difficulty
    open_success = sigmoid(margin * scale, ARRAYS)
    success = lens.guess + lens.span * (open_success + had * (lens.had_success - open_success))

    waits = np.empty((2, *had.shape))  # until the test, in stabilities: without more practice, and after some
    np.divide(current.elapsed + horizon, fields[STABILITY], out=waits[0])
    stretched = fields[STABILITY] * (1.0 + 0.8 * parameters.spacing - 0.8 * parameters.spacing * current.kept)
    np.divide(horizon, stretched, out=waits[1])
    kept_test, kept_after = (waits + 1.0) ** -parameters.decay
    offset = lens.offset * scale
    forecast = sigmoid(offset + fields[STRENGTH] * scale * kept_test, ARRAYS)

    effect = parameters.error_factor + (1.0 - parameters.error_factor) * open_success
    drive = (belief.learners[RATE][:, None] * current.ready) * effect
    held = fields[STRENGTH] * (0.9 + 0.1 * current.kept)
    strengths = _look_ahead(held, margin - parameters.match, drive, lens)
    later = sigmoid(offset + strengths * (scale * kept_after), ARRAYS)
    gain = np.maximum.reduce((later - forecast) * PER_EXERCISE)
    return fresh * gain, had * lens.had_middle + fresh * forecast, success


def _look_ahead(held: Array, mismatch: Array, drive: Array, lens: Lens) -> Array:
    """Strength (LOOK_AHEAD, B, L, K) after one exercise and more, from what is held (L, K).

    `mismatch` (B, L, K) is how far the first one lies from the margin that teaches best.
    """
    parameters = lens.parameters
    strengths = np.empty((LOOK_AHEAD, *drive.shape))
    strength = held
    for n in range(LOOK_AHEAD):
        if n:
            mismatch = strength + lens.start
        step = drive * zone(mismatch, parameters, ARRAYS)
        strength = np.add(strength, step - step * strength / parameters.ceiling, out=strengths[n])
    return strengths


def _mastery(belief: Belief, lens: Lens, current: Estimate, horizon: Array) -> Three:
    """Gain (B, L, K), forecast (L, K) and success (B, L, K) of the mastery filter."""
    parameters, fields, learned = lens.parameters, belief.skills, current.learned
    hazard, had = fields[HAZARD], fields[HAD_MASTERY]
    success = lens.known_guess + current.known * lens.known_span
    firmer = hazard / (1.0 + parameters.hazard_spacing - parameters.hazard_spacing * current.survived)
    survives, firm = np.exp(np.stack((hazard, firmer)) * -horizon)
    fresh = (1.0 - parameters.known_slip) * (1.0 - had)
    new = (1.0 - learned) * current.ready * np.exp(-parameters.hazard * horizon)
    gain = fresh * (learned * (firm - survives)) + (fresh * new) * lens.learn_chance
    forecast = (1.0 - parameters.known_slip) * had + fresh * learned * survives
    return gain, forecast, success
