"""All detectors by name, the score from which each flags, and what a flag says."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from api.game.fairplay import clocks, copying, rapid, rates, replays
from api.game.fairplay.attempts import Attempts, Flags, Reals, Suspicion


class Detector(NamedTuple):
    """A detector: what it finds of everybody, its evidence in words, and the score from which on it flags.

    `alone` is True where it looks at one learner at a time.
    """

    suspect: Callable[[Attempts], Suspicion]
    words: Callable[[Reals], str]
    threshold: float
    alone: bool


DETECTORS: dict[str, Detector] = {
    "rapid": Detector(rapid.suspect, rapid.words, 0.45, False),
    "rates": Detector(rates.suspect, rates.words, 1.0, True),
    "copying": Detector(copying.suspect, copying.words, 2.0, False),
    "replays": Detector(replays.suspect, replays.words, 10.0, False),
    "clocks": Detector(clocks.suspect, clocks.words, 1.0, True),
}
"""Thresholds come from one simulated population and are checked on another; see `pacer evaluate fairplay`."""


class Finding(NamedTuple):
    """A learner whom a detector would flag."""

    learner: int
    kind: str
    score: float
    words: str


def flagged(found: Suspicion, threshold: float) -> Flags:
    """(L,) who is at the threshold or above."""
    return np.asarray(found.score >= threshold)


def findings(attempts: Attempts) -> list[Finding]:
    """Everybody whom some detector flags, with the evidence."""
    told = []
    for kind, detector in DETECTORS.items():
        found = detector.suspect(attempts)
        for learner in np.flatnonzero(flagged(found, detector.threshold)).tolist():
            words = detector.words(found.evidence[learner])
            told.append(Finding(learner, kind, float(found.score[learner]), words))
    return told
