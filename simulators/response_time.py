"""How long an answer takes: van der Linden's (2006) log-normal, with rapid guesses as a mixture (Wise 2017).

ln t = ln pace_i + 0.15 b + 0.4 (1 - P) + spread z       an earnest answer; harder and shakier ones take longer
ln t = ln 2 + 0.3 z                                      a rapid guess, whatever the item
"""

from __future__ import annotations

import numpy as np

from simulators.noise import Flags, Reals

PER_LOGIT = 0.15
PER_DOUBT = 0.4
RAPID_MEDIAN_SECONDS = 2.0
RAPID_SPREAD = 0.3
MIN_SECONDS, MAX_SECONDS = 0.5, 600.0


def response_seconds(
    pace_seconds: Reals, difficulty: Reals, probability: Reals, rapid: Flags, normal: Reals, spread: float
) -> Reals:
    """(n,) seconds for answers with difficulty b, chance of success P and standard normals z, in [0.5, 600]."""
    earnest = np.log(pace_seconds) + PER_LOGIT * difficulty + PER_DOUBT * (1.0 - probability) + spread * normal
    hasty = np.log(RAPID_MEDIAN_SECONDS) + RAPID_SPREAD * normal
    return np.clip(np.exp(np.where(rapid, hasty, earnest)), MIN_SECONDS, MAX_SECONDS)
