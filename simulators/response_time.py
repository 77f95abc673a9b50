"""How long an answer takes: the log-normal of van der Linden (2006), and answers that are too fast as a mixture.

His model is ln t ~ N(beta - tau_i, 1 / alpha^2) with the time intensity beta of the item, the speed tau_i of the
person and the discrimination alpha of the item. Here, with z a standard normal,

    ln t = ln pace_i + per_logit b + per_doubt (1 - P) + spread z      an answer in earnest
    ln t = ln of the median of its kind + hasty_spread z               a rapid guess, a copied answer, a given one

so tau_i = -ln pace_i; beta = per_logit b, as difficult items take longer; alpha = 1 / spread, the same for all items.
The term in the chance of success P is ours: who is unsure takes longer. It breaks his independence of time and answer
given speed and ability only through P. Rapid guesses have their own distribution, whatever the item (Wise 2017).

In closed form, before times are clipped to [0.5, 600] s: the median is exp(mu), the mean exp(mu + spread^2 / 2) and the
variance (exp(spread^2) - 1) exp(2 mu + spread^2).
"""

from __future__ import annotations

import numpy as np

from simulators.conduct import RAPID, TOLD
from simulators.noise import Ints, Reals
from simulators.population import EngagementPopulation

MIN_SECONDS, MAX_SECONDS = 0.5, 600.0


def response_seconds(
    pace_seconds: Reals, difficulty: Reals, probability: Reals, normal: Reals, population: EngagementPopulation
) -> Reals:
    """(n,) seconds for earnest answers with difficulty b, chance of success P and standard normals z, in [0.5, 600]."""
    shift = population.per_logit * difficulty + population.per_doubt * (1.0 - probability)
    seconds: Reals = pace_seconds * np.exp(shift + population.pace_spread * normal)
    return np.clip(seconds, MIN_SECONDS, MAX_SECONDS)


def hasty_seconds(conduct: Ints, normal: Reals, population: EngagementPopulation) -> Reals:
    """(n,) seconds for answers whose conduct is RAPID, COPIED or TOLD, in [0.5, 600].

    Raises:
        ValueError: an answer in earnest among them.
    """
    if conduct.size and (conduct.min() < RAPID or conduct.max() > TOLD):
        raise ValueError("an answer in earnest takes its time; ask response_seconds")
    medians = np.asarray([population.rapid_seconds, population.copied_seconds, population.told_seconds])
    seconds: Reals = medians[conduct - 1] * np.exp(population.hasty_spread * normal)
    return np.clip(seconds, MIN_SECONDS, MAX_SECONDS)
