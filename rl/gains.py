"""What practice is expected to add to the delayed test, under the belief: the tutor's own look ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rl.arithmetic import ARRAYS, Array, column, sigmoid
from rl.belief import HAD_GROWTH, HAD_MASTERY, HAZARD, RATE, STABILITY, STRENGTH, Belief, Estimate, fade
from rl.course_view import CourseView, Lens
from rl.parameters import BeliefParameters
from rl.practice import zone

# Exercises in a row over which the growth filter's gain is averaged, where that is more than the first's.
LOOK_AHEAD = 3
PER_EXERCISE = (1.0 / np.arange(1.0, LOOK_AHEAD + 1.0))[:, None, None, None]


@dataclass(slots=True)
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
    lens, had, mixture = view.lens(parameters), belief.skills[HAD_GROWTH], column(current.mixture[:, 0])
    horizon, drive = column(horizon_days), column(belief.learners[RATE]) * current.ready
    fields, at_test = belief.skills, current.elapsed + horizon
    test = fade(fields, at_test, mixture, lens.offset, lens.had_middle, parameters, ARRAYS)
    firmer, new = _mastery(belief, current, test.learned, horizon, parameters)
    slope = current.scale * _kept_after(belief, current, horizon, parameters)
    held = fields[STRENGTH] * (current.kept * 0.1 + 0.9)
    scale, margin = current.scale, current.ability - lens.difficulty
    solved = sigmoid(margin * scale, ARRAYS)
    both = np.empty((2, 2, *margin.shape))  # of the growth and the mastery filter: gain, success
    growth, mastery = both
    np.add(lens.guess, lens.span * (solved + had * (lens.had_success - solved)), out=growth[1])
    np.add(lens.known_guess, lens.known_span * current.known, out=mastery[1])
    drive = drive * (solved * (1.0 - parameters.error_factor) + parameters.error_factor)
    strengths = _look_ahead(held, margin - parameters.match, drive, lens)
    gain = sigmoid(strengths * slope + lens.offset * scale, ARRAYS) - test.fresh
    gain *= PER_EXERCISE
    np.multiply(1.0 - had, np.maximum.reduce(gain), out=growth[0])
    np.add(firmer, lens.learn_chance * new, out=mastery[0])
    mixed = mastery - growth
    mixed *= mixture
    mixed += growth
    return Gains(
        growth=growth[0].transpose(1, 2, 0),
        mastery=mastery[0].transpose(1, 2, 0),
        mixed=mixed[0].transpose(1, 2, 0),
        success=mixed[1].transpose(1, 2, 0),
        forecast=test.mastered,
    )


def _kept_after(belief: Belief, current: Estimate, horizon: Array, parameters: BeliefParameters) -> Array:
    """Share of the strength that is left at the test after practice now, (L, K)."""
    spaced = 0.8 * parameters.spacing
    stretched = belief.skills[STABILITY] * (current.kept * -spaced + (1.0 + spaced))
    y: Array = (horizon / stretched + 1.0) ** -parameters.decay
    return y


def _mastery(
    belief: Belief, current: Estimate, still: Array, horizon: Array, parameters: BeliefParameters
) -> tuple[Array, Array]:
    """Gains (L, K) of the mastery filter: by slower forgetting of what is learned, and if it is learned now.

    `still` (L, K) is the chance that what is learned is known at the test without more practice.
    """
    hazard, learned = belief.skills[HAZARD], current.learned
    spacing = parameters.hazard_spacing
    firm = np.exp(hazard / (current.survived * spacing - (1.0 + spacing)) * horizon)
    fresh = (belief.skills[HAD_MASTERY] - 1.0) * (parameters.known_slip - 1.0)
    new = (1.0 - learned) * current.ready * np.exp(-parameters.hazard * horizon)
    return fresh * (learned * firm - still), fresh * new


def _look_ahead(held: Array, mismatch: Array, drive: Array, lens: Lens) -> Array:
    """Strength (LOOK_AHEAD, B, L, K) after one exercise and more, from what is held.

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
