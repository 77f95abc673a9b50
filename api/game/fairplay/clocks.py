"""Clock games: clocks turned to earn days, and times that contradict themselves.

Of the events of a device in the order of their numbers, three things cannot happen by themselves again and again:

- steps: the clock falls by two hours or more between two events, or runs ahead of the server by two hours more than
  before. A flat battery, a wrong zone or a repair gives one or two in a month;
- farmed days: the clock claims more days than there were from the first event of a stretch to its acceptance;
- squeezed answers: an answer that claims `seconds` of work, of 5 s or more, comes less than half of that after the
  one before it on the same device.

    score = max(steps / 3, farmed days / 3, squeezed / 10 where they are a fifth of the answers)

The form is our own; there is no published data on clocks turned in learning apps. The rules of effective time
(`api.learners.effective`) already take most of the gain.
"""

from __future__ import annotations

import numpy as np

from api.game.fairplay.attempts import Attempts, Ints, Reals, Suspicion, positions
from api.game.fairplay.copy import COPY, sentence
from api.plurals import fill

STEP_MS = 2 * 3_600_000
DAY_MS = 86_400_000
LEAST_SECONDS = 5.0
STEPS, DAYS, SQUEEZED = 3.0, 3.0, 10.0


def suspect(attempts: Attempts) -> Suspicion:
    """Score and evidence (steps of the clock, farmed days, squeezed answers) of every learner."""
    n = attempts.n_learners
    order = np.lexsort((attempts.at, attempts.device, attempts.learner))  # effective times keep a device's order
    owner, device = attempts.learner[order], attempts.device[order]
    client, accepted = attempts.client_at[order], attempts.accepted_at[order]
    same = np.r_[False, (owner[1:] == owner[:-1]) & (device[1:] == device[:-1])]
    gap = np.r_[0, np.diff(client)]
    stretch = np.cumsum(~same | (gap < -STEP_MS)) - 1
    ahead = _running_greatest(np.maximum(client - accepted, 0), stretch)
    rises = np.r_[False, np.diff(ahead) > STEP_MS] & (positions(stretch) > 0)
    steps = np.bincount(owner, (same & (gap < -STEP_MS)) | rises, n)
    farmed = _farmed(client, accepted, owner, n)
    seconds = attempts.seconds[order]
    squeezed = same & (gap >= 0) & (seconds >= LEAST_SECONDS) & (gap < 500.0 * seconds)
    many = np.bincount(owner, squeezed, n)
    share = many / np.maximum(attempts.counts, 1)
    score = np.maximum(np.maximum(steps / STEPS, farmed / DAYS), np.where(share >= 0.2, many / SQUEEZED, 0.0))
    return Suspicion(score, np.stack([steps, farmed, many], axis=1))


def words(evidence: Reals) -> str:
    """The evidence (3,) of one learner in plain words."""
    turns, days, squeezed = (round(one) for one in evidence.tolist())
    told = []
    if turns >= 2:
        told.append(fill(COPY["clocks.turned"], turns=turns))
    if days >= 1:
        told.append(fill(COPY["clocks.ahead"], days=days))
    if squeezed >= SQUEEZED:
        told.append(fill(COPY["clocks.squeezed"], answers=squeezed))
    return sentence(told) if told else COPY["clocks.unclear"]


def _running_greatest(values: Ints, groups: Ints) -> Ints:
    """(n,) the greatest so far within each run of equal `groups`, both (n,); values are at least 0."""
    lift = groups * (int(values.max()) + 1 if len(values) else 1)
    return np.maximum.accumulate(values + lift) - lift


def _farmed(client: Ints, accepted: Ints, owner: Ints, n_learners: int) -> Reals:
    """(L,) days that clocks claim ahead of the server's day of acceptance, distinct ones."""
    claimed, real = client // DAY_MS, accepted // DAY_MS
    early = claimed > real + 1  # a zone is at most 14 hours ahead
    pairs = np.unique(np.stack([owner[early], claimed[early]], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=n_learners).astype(np.float64)
