"""Simulated learners who come back or do not, as the hour and the words suit them. The best choice is known.

The probability of learning within 24 hours of a decision is

    sigmoid(a_i + NEAR c_i cos(hour - habit_i) + word_kv + WEEKEND[slot] on weekends - TIRED unanswered)

with a propensity of their own a_i, a habit and its strength c_i for each learner i, and words that suit four kinds of
learner differently. It is not linear, and kinds are hidden: the bandit's model is wrong on purpose, as it will be.
Sizes are assumptions, chosen so that suggestions matter as little as in N. Yancey and B. Settles, A Sleeping,
Recovering Bandit Algorithm for Optimizing Recurring Notifications (KDD 2020): some tenths of a logit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from api.notifications.bandit import SLOTS, Arm, Context, features

Array = NDArray[np.float64]
WORDS = ("ready", "small", "curious")
USUAL_HOUR_SPREAD = 3.0
"""Hours by which 23.5 hours after the last practice misses the habit, standard deviation."""

NEAR, TIRED, WEEKEND_SHIFT = 0.7, 0.25, 0.5
WORD_EFFECTS = np.array([[0.3, 0.0, -0.2], [0.0, 0.4, 0.1], [0.1, 0.3, 0.0], [-0.1, 0.5, 0.2]])
"""By hidden kind of learner and variant, in logits; "small" suits most."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """A decision to be made: the context, the arms, their features (arm, feature), and the true mean rewards (arm,)."""

    context: Context
    arms: tuple[Arm, ...]
    x: Array
    truth: Array


class Population:
    """Learners to be reminded, drawn from a seed."""

    def __init__(self, n_learners: int, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._own = self._rng.normal(-1.0, 0.6, n_learners)
        self._habit = (
            self._rng.choice([8.0, 13.0, 19.0], n_learners, p=[0.2, 0.2, 0.6]) + self._rng.normal(0, 1.5, n_learners)
        ) % 24
        self._strength = self._rng.uniform(0.2, 1.0, n_learners)
        self._kind = self._rng.integers(0, len(WORD_EFFECTS), n_learners)

    def meet(self) -> Encounter:
        """The next decision: a learner at random, in a situation at random."""
        rng = self._rng
        who = int(rng.integers(len(self._own)))
        weekend, unanswered = bool(rng.random() < 2 / 7), int(rng.integers(0, 4))
        context = Context(
            habit=float((self._habit[who] + rng.normal(0.0, 1.0)) % 24.0),
            regularity=float(self._strength[who]),
            weekend=weekend,
            unanswered=unanswered,
        )
        usual = float((self._habit[who] + rng.normal(0.0, USUAL_HOUR_SPREAD)) % 24.0)
        arms = arms_at(usual)
        truth = np.array([self._return(who, arm, weekend, unanswered) for arm in arms])
        return Encounter(context, arms, np.array([features(context, arm) for arm in arms]), truth)

    def returns(self, encounter: Encounter, index: int) -> float:
        """Whether the learner came back to learning (1) or not (0)."""
        return float(self._rng.random() < encounter.truth[index])

    def _return(self, who: int, arm: Arm, weekend: bool, unanswered: int) -> float:
        near = NEAR * self._strength[who] * math.cos((arm.hour - self._habit[who]) * math.pi / 12.0)
        words = WORD_EFFECTS[self._kind[who], WORDS.index(arm.variant)]
        shift = WEEKEND_SHIFT * (1.0 if 9.0 < arm.hour < 18.0 else -1.0) if weekend else 0.0
        return 1.0 / (1.0 + math.exp(-(self._own[who] + near + words + shift - TIRED * unanswered)))


def arms_at(usual_hour: float) -> tuple[Arm, ...]:
    """The arms of somebody whose usual hour this is: all slots but those before it that are over for the day."""
    hours = {SLOTS[0]: usual_hour} | {slot: float(slot[1:]) for slot in SLOTS[1:]}
    reachable = [slot for slot in SLOTS if (hours[slot] - usual_hour) % 24.0 <= 12.0]
    return tuple(Arm(slot=slot, variant=words, hour=hours[slot]) for slot in reachable for words in WORDS)
