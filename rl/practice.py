"""What one exercise does and shows, under either filter: the formulas that belief, gains and features share."""

from __future__ import annotations

from rl.arithmetic import Arithmetic, Number, sigmoid
from rl.parameters import BeliefParameters


def had_success(difficulty: Number, parameters: BeliefParameters, m: Arithmetic[Number]) -> Number:
    """Open success of the growth filter in a skill known before the course."""
    return sigmoid((parameters.had_ability - difficulty) * (0.9 * parameters.slope), m)


def zone(mismatch: Number, narrowness: Number | float, m: Arithmetic[Number]) -> Number:
    """How much an exercise teaches whose margin (ability over difficulty) misses the best one by so many logits."""
    return m.exp(mismatch * mismatch * narrowness)


def narrowness(parameters: BeliefParameters) -> float:
    """Of the zone around the margin that teaches best, per logit squared."""
    return -0.5 / parameters.width**2


def learning_rate(surprise: Number, parameters: BeliefParameters, m: Arithmetic[Number]) -> Number:
    """Logits per well-matched exercise, corrected by how a learner's repeats surprised."""
    return parameters.learn_rate * m.exp(parameters.surprise_weight * surprise)


def learn_chance(difficulty: Number, parameters: BeliefParameters, m: Arithmetic[Number]) -> Number:
    """Chance that one exercise turns an unknown skill into a known one, prerequisites met."""
    return parameters.known_learn * m.minimum(m.maximum(1.0 - parameters.known_slope * difficulty, 0.4), 1.5)


def slip_and_guess(
    difficulty: Number, guess: Number, parameters: BeliefParameters, m: Arithmetic[Number]
) -> tuple[Number, Number]:
    """Of the mastery filter: harder items are slipped on more."""
    slip = m.minimum(parameters.known_slip * m.exp(parameters.slip_slope * difficulty), 0.35)
    return slip, m.maximum(guess, parameters.known_guess)


def unhindered(mastered: Number, parameters: BeliefParameters) -> Number:
    """Share of a lesson that one prerequisite lets through, in [0, 1]."""
    return parameters.unready + (1.0 - parameters.unready) * mastered
