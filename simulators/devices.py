"""A second device: some answers come from another device than the one on which the question was shown.

Of the learners, a share owns a second device; such a learner i answers there with a chance of d_i an exercise, settled
by the upper end of the same uniform u that settles the conduct: u >= 1 - d_i. Changing over takes s_i seconds, which
pass on the clock. The other device does not know when the question was shown, so the response time of the answer is not
known: a teacher sees the answer, the hints and when it came, and a response time of 0, which no timed answer has.

The form and the numbers are our own: what is copied from life is that the response time is missing now and then.
"""

from __future__ import annotations

import numpy as np

from simulators.noise import Draws, Flags, Ints, Reals
from simulators.population import EngagementPopulation


class Devices:
    """The second devices of L learners.

    Attributes:
        chance: (L,) that an answer comes from the other device.
        seconds: (L,) that changing over takes.
    """

    def __init__(self, n_learners: int, population: EngagementPopulation) -> None:
        self.population = population
        self.chance: Reals = np.zeros(n_learners)
        self.seconds: Reals = np.zeros(n_learners)
        self._anyone = population.two_devices > 0.0

    def begin(self, rows: Ints, draws: Draws) -> None:
        """Draw who of `rows` has a second device."""
        if not self._anyone:
            return
        population = self.population
        owns = draws.uniform() < population.two_devices
        self.chance[rows] = np.where(owns, population.other_device.draw(draws), 0.0)
        self.seconds[rows] = population.changeover_seconds.draw(draws)

    def timed(self, rows: Ints, uniform: Reals) -> Flags:
        """(n,) whether the response time of an answer is known, by uniforms (n,)."""
        if not self._anyone:
            return np.ones(len(rows), dtype=np.bool_)
        timed: Flags = uniform < 1.0 - self.chance[rows]
        return timed

    def changeover(self, rows: Ints, timed: Flags) -> Reals | float:
        """(n,) seconds that pass besides the answering."""
        return np.where(timed, 0.0, self.seconds[rows]) if self._anyone else 0.0
