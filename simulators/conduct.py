"""How an answer comes about: in earnest, by a rapid guess, copied, or asked for until it is given.

One uniform u an exercise settles it for a learner i of motivation m, so that nobody does two at once:

    RAPID     u < r_i (1 - m)        guesses at once; learns nothing. Wise (2017): some percent in low-stakes tests.
    COPIED    the next c_i           has the answer from elsewhere: right, too fast, learns nothing. Alexandron et al.
                                     (2017): a tenth of those who earned a certificate in an online course copied some
                                     answers, 3 % most of them. c_i is 0 but for a share of cheaters.
    TOLD      the next a_i (1 - w)   asks until the last hint gives the answer away, and types it in: right, with as
                                     many hints as there are; learns nothing. Aleven et al. (2006) count 14 % of
                                     all actions as abuse of help, successive requests taken together. a_i is 0 but for
                                     a share of hint abusers.
    STUDIED   the next a_i w         looks the same to a teacher, save the time; it is worked through as an example and
                                     teaches what an earnest exercise does (Shih, Koedinger and Scheines 2008).
    EARNEST   all others

r_i (1 - m), c_i and a_i are taken in this order and together never exceed 1. None depends on the candidate, so the
expected gain of a candidate is that of an earnest exercise times the chance to be taught, P(EARNEST) + P(STUDIED).
"""

from __future__ import annotations

import numpy as np

from simulators.noise import Draws, Ints, Reals
from simulators.population import EngagementPopulation

EARNEST, RAPID, COPIED, TOLD, STUDIED = range(5)
BOTTOM_OUT_HINTS = 3.0
_BY_EDGES_ABOVE: Ints = np.asarray([EARNEST, STUDIED, TOLD, COPIED, RAPID])


class Conduct:
    """The conduct of L learners.

    Attributes:
        rapid: (L,) chance of a rapid guess at motivation 0.
        cheating: (L,) chance to copy an answer.
        hint_abuse: (L,) chance to ask until the answer is given.
    """

    def __init__(self, n_learners: int, population: EngagementPopulation) -> None:
        self.population = population
        self.rapid: Reals = np.zeros(n_learners)
        self.cheating: Reals = np.zeros(n_learners)
        self.hint_abuse: Reals = np.zeros(n_learners)
        self._only_rapid = population.cheaters == 0.0 and population.hint_abusers == 0.0

    def begin(self, rows: Ints, draws: Draws) -> None:
        """Draw who of `rows` cheats and who abuses hints; `rapid` is set by who draws it."""
        if self._only_rapid:
            return
        population, some = self.population, draws.uniform(2)
        cheats, abuses = some[:, 0] < population.cheaters, some[:, 1] < population.hint_abusers
        self.cheating[rows] = np.where(cheats, population.cheating.draw(draws), 0.0)
        self.hint_abuse[rows] = np.where(abuses, population.hint_abuse.draw(draws), 0.0)

    def of(self, rows: Ints, motivation: Reals, uniform: Reals) -> Ints:
        """(n,) what the learners do, at this motivation (n,), by uniforms (n,)."""
        rapid = self.rapid[rows] * (1.0 - motivation)
        if self._only_rapid:
            return (uniform < rapid).astype(np.int64)  # RAPID is 1, EARNEST 0
        copied = rapid + self.cheating[rows]
        abuse = self.hint_abuse[rows]
        told = copied + abuse * (1.0 - self.population.worked_example)
        below = (uniform < rapid).astype(np.int64) + (uniform < copied) + (uniform < told) + (uniform < copied + abuse)
        return _BY_EDGES_ABOVE[below]

    def taught_chance(self, rows: Ints, motivation: Reals) -> Reals:
        """(n,) chance that an exercise teaches, at this motivation (n,)."""
        untaught = self.rapid[rows] * (1.0 - motivation)
        if not self._only_rapid:
            told = self.hint_abuse[rows] * (1.0 - self.population.worked_example)
            untaught = np.minimum(untaught + self.cheating[rows] + told, 1.0)
        return np.asarray(1.0 - untaught)
