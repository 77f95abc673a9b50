"""The memories that Leitner's and FSRS's rules keep for themselves, for L learners."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from fsrs import Card, Rating, Scheduler
from numpy.typing import NDArray

from rl.belief import Array, Rows
from rl.observer import Observation

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LAST_BOX = 7


def last_answers(observation: Observation) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_], Array]:
    """Rows that answered, their skills, whether right, and when (days)."""
    last, clock = observation["last"].astype(np.float64), observation["clock"].astype(np.float64)
    rows = np.flatnonzero(last[:, 0] > 0)
    right: NDArray[np.bool_] = last[rows, 3] >= 0.5
    return rows, last[rows, 1].astype(np.intp), right, clock[rows, 0] - clock[rows, 4]


class LeitnerBoxes:
    """A box for each of (L, K) skills: right moves it up, wrong back to the first; each box doubles the interval."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._box = np.zeros(shape, dtype=np.intp)
        self._at = np.zeros(shape)

    def take(self, observation: Observation) -> None:
        """Move the boxes of the skills just answered."""
        rows, skill, right, at = last_answers(observation)
        self._box[rows, skill] = np.where(right, np.minimum(self._box[rows, skill] + 1, LAST_BOX), 0)
        self._at[rows, skill] = at

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only."""
        self._box, self._at = self._box[rows], self._at[rows]

    def overdue(self, now: Array, first_interval: float) -> Array:
        """Days (L, K) past the end of each skill's interval, over that interval; negative while it is not due."""
        interval = first_interval * 2.0**self._box
        y: Array = (now[:, None] - self._at) / interval - 1.0
        return y


class FsrsCards:
    """A card for each of (L, K) skills, scheduled by the `fsrs` package (FSRS-6, its default parameters, no fuzz)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._scheduler = Scheduler(enable_fuzzing=False)
        self._cards: dict[tuple[int, int], Card] = {}
        self._learner = np.arange(shape[0])
        self._stability = np.full(shape, 1.0)
        self._at = np.zeros(shape)

    def take(self, observation: Observation) -> None:
        """Review the cards of the skills just answered: Good if right, Again if wrong."""
        for row, skill, right, at in zip(*last_answers(observation), strict=True):
            key = (int(self._learner[row]), int(skill))
            card = self._cards.get(key) or Card(card_id=len(self._cards) + 1)
            when = EPOCH + timedelta(days=float(at))
            rating = Rating.Good if right else Rating.Again
            self._cards[key], _ = self._scheduler.review_card(card, rating, when)
            self._stability[row, skill] = max(self._cards[key].stability or 1.0, 1e-3)
            self._at[row, skill] = at

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only."""
        self._learner, self._stability, self._at = self._learner[rows], self._stability[rows], self._at[rows]

    def retrievability(self, now: Array) -> Array:
        """FSRS-6's power law, (L, K): ``(1 + factor t / S)^decay`` with ``factor = .9^(1 / decay) - 1``.

        Days t are fractions here, where the package counts whole ones.
        """
        decay = -float(self._scheduler.parameters[20])
        factor = 0.9 ** (1.0 / decay) - 1.0
        elapsed = np.maximum(now[:, None] - self._at, 0.0)
        y: Array = (1.0 + factor * elapsed / self._stability) ** decay
        return y
