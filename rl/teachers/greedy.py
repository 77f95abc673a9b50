"""The belief's own one-step greedy choice: the policy without anything learned. An ablation, not a rule."""

from __future__ import annotations

import numpy as np

from rl.belief import Rows
from rl.candidates import dependents_need
from rl.features import NEED_WEIGHT
from rl.observer import Observation, Observer
from rl.teachers.teacher import Actions


class BeliefGreedy:
    """The permitted candidate with the greatest expected gain under the belief, times its goal weight and need."""

    name = "belief-greedy"

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:
        """Nothing is remembered."""

    def keep(self, rows: Rows) -> None:
        """Nothing is remembered."""

    def choose(self, observer: Observer, observation: Observation) -> Actions:  # noqa: ARG002 - the protocol's signature
        """The best by belief, the first of equals."""
        worth = observer.view.goal + NEED_WEIGHT * dependents_need(observer.view, observer.current)
        gain = np.where(observer.masked, observer.gains.mixed * worth[:, :, None], -np.inf)
        best: Actions = gain.reshape(gain.shape[0], -1).argmax(axis=1)
        return best
