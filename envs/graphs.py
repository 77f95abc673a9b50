"""One prerequisite graph that many learners share, as the list of its edges."""

from __future__ import annotations

import numpy as np

from simulators.noise import Flags, Ints


class SharedGraph:
    """The prerequisites of K skills, by skill: those of skill k are `needed[start[k] : start[k + 1]]`.

    Attributes:
        start: (K + 1,). skill, needed: (E,) sorted by skill.
    """

    def __init__(self, prerequisites: Flags) -> None:
        self.skill, self.needed = np.nonzero(prerequisites)
        self.start: Ints = np.searchsorted(self.skill, np.arange(len(prerequisites) + 1))

    def required(self, skill: Ints) -> tuple[Ints, Ints]:
        """The prerequisites of n skills (n,): the place in these and the skill required, (E,) each."""
        first, counts = self.start[skill], self.start[skill + 1] - self.start[skill]
        edge = np.repeat(np.arange(len(skill)), counts)
        within = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
        return edge, self.needed[first[edge] + within]

    def edges(self, n_rows: int) -> tuple[Ints, Ints, Ints]:
        """All prerequisites of n learners: the learner, a skill and one that it requires, (n * E,) each."""
        row = np.repeat(np.arange(n_rows), len(self.skill))
        return row, np.tile(self.skill, n_rows), np.tile(self.needed, n_rows)
