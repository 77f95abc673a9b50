"""Models of Stable-Baselines3 as teachers: trained on `Tutoring-v0` as it is, seeing its observation and nothing else.

Named to the benchmark as ``rl.benchmark.sb3:maskable_ppo@model.zip``. A model is bound to the number of candidates it
was trained with, so it can only enter cells in which all courses have as many.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rl.belief import Rows
from rl.observer import Observation, Observer
from rl.teachers.teacher import Actions


class Sb3Teacher:
    """The likeliest permitted action of an actor-critic model."""

    def __init__(self, model: Any, name: str) -> None:
        self.name, self._policy = name, model.policy
        self._n_actions = int(model.action_space.n)

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:  # noqa: ARG002 - the protocol's signature
        """Nothing is remembered.

        Raises:
            ValueError: the courses have another number of candidates than the model's.
        """
        n_candidates = observer.view.available[0].size
        if n_candidates != self._n_actions:
            raise ValueError(
                f"{self.name} was trained on courses of {self._n_actions} candidates and cannot teach those of "
                f"{n_candidates}; choose other cells with --size"
            )

    def keep(self, rows: Rows) -> None:
        """Nothing is remembered."""

    def choose(self, observer: Observer, observation: Observation) -> Actions:  # noqa: ARG002
        """One action for each learner."""
        import torch

        seen, _ = self._policy.obs_to_tensor(dict(observation))
        with torch.no_grad():
            logits = self._policy.get_distribution(seen).distribution.logits.numpy()
        best: Actions = np.where(observation["mask"].astype(np.bool_), logits, -np.inf).argmax(axis=1)
        return best


def maskable_ppo(path: str) -> Sb3Teacher:
    """A model that sb3-contrib's MaskablePPO saved."""
    from sb3_contrib import MaskablePPO

    return Sb3Teacher(MaskablePPO.load(path, device="cpu"), "MaskablePPO")


def ppo(path: str) -> Sb3Teacher:
    """A model that PPO saved."""
    from stable_baselines3 import PPO

    return Sb3Teacher(PPO.load(path, device="cpu"), "PPO")


def a2c(path: str) -> Sb3Teacher:
    """A model that A2C saved."""
    from stable_baselines3 import A2C

    return Sb3Teacher(A2C.load(path, device="cpu"), "A2C")
