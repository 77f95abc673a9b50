"""What practice is expected to add to the delayed test, under the belief: the tutor's own look ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rl.arithmetic import ARRAYS, Array, column, sigmoid
from rl.belief import HAD_GROWTH, HAD_MASTERY, HAZARD, MIXTURE, RATE, STABILITY, STRENGTH, Belief, Estimate, fade
from rl.course_view import CourseView, Lens, Numbers
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
    lens, fields, scale = view.lens(parameters), belief.skills, current.scale
    numbers, had, mixture, horizon = (
        lens.numbers,
        fields[HAD_GROWTH],
        column(belief.learners[MIXTURE]),
        column(horizon_days),
    )
    test = fade(fields, current.elapsed + horizon, mixture, lens.offset, lens.had_middle, parameters, ARRAYS)
    firmer, new = _mastery(fields, current, test.learned, horizon, numbers)
    slope = scale * _kept_after(fields, current, horizon, numbers)
    best = lens.offset * scale + slope * numbers.ceiling  # logit at the test where nothing is left to learn
    room = numbers.ceiling - fields[STRENGTH] * (current.kept * numbers.released + numbers.held)
    drive = column(belief.learners[RATE]) / numbers.ceiling * current.ready

    margin = current.ability - lens.difficulty
    solved = sigmoid(margin * scale, ARRAYS)
    both = np.empty((2, 2, *margin.shape))  # of the growth and the mastery filter: gain, success
    growth, mastery = both
    np.add(lens.guess, lens.span * (solved + had * (lens.had_success - solved)), out=growth[1])
    np.add(lens.known_guess, lens.known_span * current.known, out=mastery[1])
    drive = drive * (solved * numbers.by_success + numbers.error_factor)
    rooms = _look_ahead(room, margin - numbers.match, drive, lens)
    gain = sigmoid(best - rooms * slope, ARRAYS) - test.fresh
    gain *= PER_EXERCISE
    np.multiply(ARRAYS.one - had, np.maximum.reduce(gain), out=growth[0])
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


def _kept_after(fields: Array, current: Estimate, horizon: Array, numbers: Numbers) -> Array:
    """Share of the strength that is left at the test after practice now, (L, K)."""
    stretched = fields[STABILITY] * (numbers.unspaced - current.kept * numbers.spaced)
    y: Array = (horizon / stretched + ARRAYS.one) ** numbers.fading
    return y


def _mastery(fields: Array, current: Estimate, still: Array, horizon: Array, numbers: Numbers) -> tuple[Array, Array]:
    """Gains (L, K) of the mastery filter: by slower forgetting of what is learned, and if it is learned now.

    `still` (L, K) is the chance that what is learned is known at the test without more practice.
    """
    learned = current.learned
    firm = np.exp(fields[HAZARD] / (current.survived * numbers.risked - numbers.unrisked) * horizon)
    fresh = numbers.unslipped - fields[HAD_MASTERY] * numbers.unslipped
    new = (ARRAYS.one - learned) * current.ready * np.exp(-numbers.hazard * horizon)
    return fresh * (learned * firm - still), fresh * new


def _look_ahead(room: Array, mismatch: Array, drive: Array, lens: Lens) -> Array:
    """What practice can still add (LOOK_AHEAD, B, L, K) after one exercise and more, from `room` (L, K) now.

    `mismatch` (B, L, K) is how far the first one lies from the margin that teaches best; `drive` is the share of the
    room that an exercise takes at that margin.
    """
    rooms = np.empty((LOOK_AHEAD, *drive.shape))
    for n in range(LOOK_AHEAD):
        if n:
            mismatch = lens.top - room
        room = np.subtract(room, drive * zone(mismatch, lens.numbers.narrowness, ARRAYS) * room, out=rooms[n])
    return rooms
