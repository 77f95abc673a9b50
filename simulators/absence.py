"""Absence: some learners are away for a while, and miss every session that falls into it.

Of the learners, a share is away once in an episode, from a day that is exponentially distributed (a constant hazard a
day, as of falling ill) until a log-normal number of days later. What it does to a learner follows from the days: there
is more to forget (`simulators.learner`), fewer sessions are left, and coming back is harder (`simulators.motivation`).
Single sessions are missed by the chance in `simulators.motivation`, also without this.
"""

from __future__ import annotations

import numpy as np

from simulators.noise import Draws, Flags, Ints, Reals
from simulators.population import EngagementPopulation


class Absence:
    """When L learners are away.

    Attributes:
        since, until: (L,) days of the episode; infinite for who is never away.
    """

    def __init__(self, n_learners: int, population: EngagementPopulation) -> None:
        self.population = population
        self.since: Reals = np.full(n_learners, np.inf)
        self.until: Reals = np.full(n_learners, np.inf)

    def begin(self, rows: Ints, draws: Draws) -> None:
        """Draw who of `rows` is away, and when."""
        population = self.population
        if population.absent == 0.0:
            return
        uniform = draws.uniform(2)
        since = -population.absent_after_days * np.log1p(-uniform[:, 1])
        self.since[rows] = np.where(uniform[:, 0] < population.absent, since, np.inf)
        self.until[rows] = self.since[rows] + population.absent_days.draw(draws)

    def away(self, rows: Ints, days: Reals) -> Flags:
        """(n, S) whether the learners are away at `days` (n, S)."""
        away: Flags = (days >= self.since[rows, None]) & (days < self.until[rows, None])
        return away
