"""Impossible rates: more answers, XP or work in a while than a person can do.

For windows of w = 1, 10, 60 minutes and a day the score is the largest of

    answers in w / A_w,    XP in w / X_w,    sum of the expected seconds of right answers in w / (w F_w)

each over a bound of what people do: a score of 1 is a bound reached. The fastest of 327 real learners of a retrieval
practice with short typed answers gave 16 answers in a minute, 79 in ten and 122 in an hour; the bounds are two to five
times that, and F allows four to eight times the speed that authors expect. The numbers are our own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from api.game.fairplay.attempts import Attempts, Ints, Reals, Suspicion, greatest
from api.game.fairplay.copy import COPY
from api.plurals import fill

MINUTE_MS = 60_000


class Window(NamedTuple):
    """Bounds of a window: answers, XP, and how many times the expected speed."""

    minutes: int
    answers: float
    xp: float
    speed: float


WINDOWS = (Window(1, 30, 45, 8.0), Window(10, 160, 220, 5.0), Window(60, 600, 800, 4.0), Window(1440, 4000, 5000, 1.0))


def suspect(attempts: Attempts) -> Suspicion:
    """Score and evidence (minutes of the worst window, answers, XP, minutes of work in it) of every learner."""
    n = attempts.n_learners
    score, evidence = np.zeros(n), np.zeros((n, 4))
    work = np.where(attempts.right, attempts.expected_seconds, 0.0) / 60.0
    for window in WINDOWS:
        first = _first_within(attempts, window.minutes * MINUTE_MS)
        span = np.arange(len(attempts)) - first + 1.0
        sums = [_window_sums(values, first) for values in (attempts.xp, work)]
        ratio = np.maximum(span / window.answers, sums[0] / window.xp)
        ratio = np.maximum(ratio, np.where(span >= 10, sums[1] / (window.minutes * window.speed), 0.0))
        best = greatest(ratio, attempts.learner, n)
        worst = np.flatnonzero((ratio == best[attempts.learner]) & (best[attempts.learner] > score[attempts.learner]))
        who = attempts.learner[worst]
        evidence[who] = np.stack([np.full(len(worst), window.minutes), span[worst], *(s[worst] for s in sums)], axis=1)
        score = np.maximum(score, best)
    return Suspicion(score, evidence)


def words(evidence: Reals) -> str:
    """The evidence (4,) of one learner in plain words."""
    minutes, answers, xp, work = (round(one) for one in evidence.tolist())
    time = {1: "one minute", 10: "ten minutes", 60: "one hour"}.get(minutes, "one day")
    return fill(COPY["rates"], time=time, answers=answers, xp=xp, minutes=work)


def _first_within(attempts: Attempts, window_ms: int) -> Ints:
    """(n,) place of the first answer of the same learner that happened less than a window before each."""
    longest = int(attempts.at.max() - attempts.at.min()) + window_ms + 1 if len(attempts) else 1
    line = (attempts.at - (attempts.at.min() if len(attempts) else 0)) + attempts.learner * longest
    return np.searchsorted(line, line - window_ms, side="right")


def _window_sums(values: Reals, first: Ints) -> Reals:
    """(n,) sums of `values` from each place in `first` up to each place."""
    total = np.r_[0.0, np.cumsum(values)]
    return np.asarray(total[1:] - total[first])
