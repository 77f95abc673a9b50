"""The first stage of training: learn from the simulator what each candidate is truly worth, under one's own teaching.

Supervised on the states that the policy itself visits (DAgger, Ross, Gordon and Bagnell 2011), with the true worth of
every candidate as the target (learning from a privileged teacher, Chen et al. 2019): the squared error makes the scorer
the mean of the hidden truth given what a belief shows, which no filter written by hand reaches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rl.network import Scorer
from rl.vecenv import BeliefVecEnv

ROLLOUT = 32  # labelled choices of every learner between two fits
EVERY = 2  # a choice out of so many is labelled: neighbours are too much alike to be worth the labels
EPOCHS = 2
BATCH = 1024
RATE = 2e-3


class Imitator:
    """The scorer being fitted (in place), its optimizer, and how many choices it has seen."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer, self.steps = scorer, 0
        self._optimizer = torch.optim.Adam(scorer.parameters(), RATE)

    def advance(self, env: BeliefVecEnv, n_steps: int, done: float, rng: np.random.Generator) -> float:
        """Fit for `n_steps` more choices, `done` in [0, 1] of the stage being over; the mean loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * (1.0 - 0.95 * done)
        losses, target = [], self.steps + n_steps
        while self.steps < target:
            batch = _collect(self.scorer, env, rng)
            self.steps += len(batch[0])
            losses.append(_fit(self.scorer, self._optimizer, batch, rng))
        return float(np.mean(losses))

    def state(self) -> dict[str, Any]:
        """What resuming needs besides the scorer."""
        return {"optimizer": self._optimizer.state_dict(), "steps": self.steps}

    def restore(self, state: dict[str, Any]) -> None:
        """Take over a state."""
        self._optimizer.load_state_dict(state["optimizer"])
        self.steps = int(state["steps"])


def _collect(scorer: Scorer, env: BeliefVecEnv, rng: np.random.Generator) -> list[Tensor]:
    """Features, masks, contexts and true worths of ROLLOUT choices, made by sampling from the scorer."""
    parts: list[tuple[Tensor, ...]] = []
    for turn in range(ROLLOUT * EVERY):
        look = env.look
        seen = torch.from_numpy(look.features), torch.from_numpy(look.mask), torch.from_numpy(look.context)
        if turn % EVERY == 0:
            parts.append((*seen, torch.from_numpy(env.true_worth())))
        with torch.no_grad():
            logits = (scorer.temperature * scorer(*seen)[0]).numpy()
        noisy = np.where(look.mask, logits + rng.gumbel(size=logits.shape), -np.inf)
        env.practise(noisy.argmax(axis=1))
    return [torch.cat(part) for part in zip(*parts, strict=True)]


def _fit(scorer: Scorer, optimizer: torch.optim.Optimizer, batch: list[Tensor], rng: np.random.Generator) -> float:
    """Squared error over the candidates that could be chosen; the last batch's."""
    features, mask, context, worth = batch
    loss = torch.zeros(())
    for _ in range(EPOCHS):
        order = torch.from_numpy(rng.permutation(len(features)))
        for start in range(0, len(features), BATCH):
            at = order[start : start + BATCH]
            weight = mask[at].to(worth.dtype)
            error = scorer(features[at], mask[at], context[at])[0] - worth[at]
            loss = (error.square() * weight).sum() / weight.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(scorer.parameters(), 1.0)
            optimizer.step()
    return float(loss.detach())
