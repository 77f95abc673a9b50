"""Where chance comes from: every learner owns a seeded generator, and an episode's noise is drawn when it begins.

Drawing a whole tape at the start lets a step be vectorised over learners and still gives each learner exactly the numbers
it would have had alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

RESPONSE, HINT, RAPID, LEARN, FORGET, DROP_OUT = range(6)
N_UNIFORMS = 6


@dataclass(frozen=True)
class Draws:
    """Independent draws for R rows, each row from its own generator, so that no row depends on its neighbours."""

    generators: Sequence[np.random.Generator]

    @property
    def n_rows(self) -> int:
        """R."""
        return len(self.generators)

    def uniform(self, *shape: int) -> Reals:
        """(R, *shape) uniforms in [0, 1)."""
        values = np.empty((self.n_rows, *shape))
        for row, generator in enumerate(self.generators):
            values[row] = generator.random(shape)
        return values

    def normal(self, *shape: int) -> Reals:
        """(R, *shape) standard normals."""
        values = np.empty((self.n_rows, *shape))
        for row, generator in enumerate(self.generators):
            values[row] = generator.standard_normal(shape)
        return values


class NoiseTape:
    """The chance of L learners over at most T exercises.

    Attributes:
        uniforms: (L, T, 6) in [0, 1); the columns are RESPONSE, HINT, RAPID, LEARN, FORGET, DROP_OUT.
        seconds: (L, T) standard normals for the response times.
    """

    def __init__(self, n_learners: int, n_steps: int) -> None:
        self.uniforms: Reals = np.zeros((n_learners, n_steps, N_UNIFORMS))
        self.seconds: Reals = np.zeros((n_learners, n_steps))

    def begin(self, rows: Ints, draws: Draws) -> None:
        """Record new tapes for `rows` (R,)."""
        n_steps = self.seconds.shape[1]
        self.uniforms[rows] = draws.uniform(n_steps, N_UNIFORMS)
        self.seconds[rows] = draws.normal(n_steps)
