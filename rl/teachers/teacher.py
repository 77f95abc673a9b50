"""What a teacher is to an evaluation: it sees an observer's beliefs and names an action for every learner."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rl.belief import Rows
from rl.observer import Observation, Observer

Actions = NDArray[np.intp]


class Teacher(Protocol):
    """Teaches L learners at once.

    `begin` is called before the first choice; `choose` for every exercise, after the observer took the observation;
    `keep` when learners are done.
    """

    @property
    def name(self) -> str:
        """Short, for tables."""
        ...

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:
        """Forget everything: new learners."""
        ...

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only (indices into the present ones)."""
        ...

    def choose(self, observer: Observer, observation: Observation) -> Actions:
        """Action numbers (L,), skill * B + band."""
        ...
