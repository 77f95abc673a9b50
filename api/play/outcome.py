"""What a class learned: expected test scores of the hidden state, against its twins under the author's order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.noise import Reals

N_RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Outcome:
    """Expected scores in [0, 1] on the test after the delay, (L,) each, of the same learners.

    Attributes:
        before: had there been no lesson.
        tutor, author: after the lessons chosen by the tutor, and after those in the author's order.
    """

    track_id: str
    before: Reals
    tutor: Reals
    author: Reals

    @property
    def gains(self) -> tuple[float, float]:
        """Mean gain by the tutor, and by the author's order."""
        return float((self.tutor - self.before).mean()), float((self.author - self.before).mean())

    @property
    def better(self) -> float:
        """Share of the learners who end higher with the tutor."""
        return float((self.tutor > self.author).mean())

    def interval(self, seed: int) -> tuple[float, float]:
        """95 % bootstrap interval over learners of the mean difference in gain, tutor minus author's order."""
        return bootstrap(self.tutor - self.author, seed)

    def figures(self, seed: int) -> dict[str, float | list[float]]:
        """For JSON."""
        tutor, author = self.gains
        return {
            "score_before": round(float(self.before.mean()), 4),
            "score_tutor": round(float(self.tutor.mean()), 4),
            "score_author": round(float(self.author.mean()), 4),
            "gain_tutor": round(tutor, 4),
            "gain_author": round(author, 4),
            "difference": round(tutor - author, 4),
            "difference_95": [round(bound, 4) for bound in self.interval(seed)],
            "share_better": round(self.better, 4),
        }


def bootstrap(values: Reals, seed: int) -> tuple[float, float]:
    """95 % percentile interval of the mean of `values` (n,), n learners resampled 2,000 times (Efron 1979)."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(len(values), size=(N_RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
