"""Where chance comes from: every learner owns a seeded generator, and an episode's noise is drawn when it begins.

Drawing a whole tape at the start lets a step be vectorised over learners and still gives each learner exactly the
numbers it would have had alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

RESPONSE, HINT, CONDUCT, LEARN, FORGET, DROP_OUT = range(6)
N_UNIFORMS = 6
BLOCK = 256


class Draws:
    """Independent draws for R rows, each row from its own generator, so that no row depends on its neighbours.

    Small requests are served from blocks of 256 numbers a row, as calling a generator costs more than a number.
    """

    def __init__(self, generators: Sequence[np.random.Generator]) -> None:
        self.generators = generators
        self._blocks = self._no_blocks()
        self._lent = False

    @property
    def n_rows(self) -> int:
        """R."""
        return len(self.generators)

    def uniform(self, *shape: int) -> Reals:
        """(R, *shape) uniforms in [0, 1)."""
        return self._take("uniform", shape)

    def normal(self, *shape: int) -> Reals:
        """(R, *shape) standard normals."""
        return self._take("normal", shape)

    def of(self, chosen: Flags) -> Draws:
        """Draws for some of the rows, (R,) bool; ask for these whether or not there are any, in every row alike.

        They go on with the blocks that are begun; so nothing may be asked of both in turns, for the same rows.
        """
        part = Draws([self.generators[row] for row in np.flatnonzero(chosen).tolist()])
        part._blocks = {kind: block[chosen] for kind, block in self._blocks.items()}
        self._lent = True
        return part

    def _no_blocks(self) -> dict[str, Reals]:
        return {"uniform": np.empty((len(self.generators), 0)), "normal": np.empty((len(self.generators), 0))}

    def _take(self, kind: str, shape: tuple[int, ...]) -> Reals:
        if self._lent:
            self._blocks, self._lent = self._no_blocks(), False
        size = math.prod(shape)
        if size > BLOCK:
            return self._fresh(kind, size).reshape(self.n_rows, *shape)
        if self._blocks[kind].shape[1] < size:
            self._blocks[kind] = self._fresh(kind, BLOCK)
        taken, self._blocks[kind] = self._blocks[kind][:, :size], self._blocks[kind][:, size:]
        return np.ascontiguousarray(taken).reshape(self.n_rows, *shape)

    def _fresh(self, kind: str, size: int) -> Reals:
        values = np.empty((self.n_rows, size))
        method = "random" if kind == "uniform" else "standard_normal"
        for row, generator in zip(values, self.generators, strict=True):
            getattr(generator, method)(out=row)
        return values


class NoiseTape:
    """The chance of L learners over at most T exercises.

    Attributes:
        uniforms: (L, T, 6) in [0, 1); the columns are RESPONSE, HINT, CONDUCT, LEARN, FORGET, DROP_OUT.
        seconds: (L, T) standard normals for the response times.
    """

    def __init__(self, n_learners: int, n_steps: int) -> None:
        self.uniforms: Reals = np.zeros((n_learners, n_steps, N_UNIFORMS))
        self.seconds: Reals = np.zeros((n_learners, n_steps))

    def begin(self, rows: Ints, draws: Draws, n_steps: Ints | None = None) -> None:
        """Record new tapes for `rows` (R,), as long as there is room, or for `n_steps` (R,) exercises only."""
        lengths = [self.seconds.shape[1]] * len(rows) if n_steps is None else n_steps.tolist()
        for row, length, generator in zip(rows.tolist(), lengths, draws.generators, strict=True):
            generator.random(out=self.uniforms[row, :length])
            generator.standard_normal(out=self.seconds[row, :length])
