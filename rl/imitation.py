"""The first stage of training: learn from the simulator what each candidate is truly worth, under one's own teaching.

Supervised on the states that the policy itself visits (DAgger, Ross, Gordon and Bagnell 2011), with the true worth of
every candidate as the target (learning from a privileged teacher, Chen et al. 2019). What counts is which candidate is
better, so worths are taken from their mean over the candidates, in units of how much they differ in that family: a
family whose worths hardly differ weighs as much as one where they do. The loss is the squared error, which makes the
scorer the mean of the hidden truth given what a belief shows, less the worth of what the scorer would choose, which
spends its capacity where the choice hangs by it (AggreVaTe, Ross and Bagnell 2014, in its differentiable form).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rl.features import Floats
from rl.network import TEMPERATURE, Scorer
from rl.vecenv import BeliefVecEnv

ROLLOUT = 32  # labelled choices of every learner between two fits
EVERY = 2  # a choice out of so many is labelled: neighbours are too much alike to be worth the labels
EPOCHS = 3
BATCH = 256
RATE = 1.5e-3
CHOICE_WEIGHT = 1.0  # of what the scorer would choose, beside the squared error
SPREAD_MEMORY = 0.98  # of how much worths differ in a family, from one labelled moment to the next


class Imitator:
    """The scorer being fitted (in place), its optimizer, how many choices it has seen.

    Attributes:
        variances: of worths among the candidates of a moment, by number of family.
        weights: how much an error in a family counts, by its number; 1 where nothing is said.
    """

    def __init__(self, scorer: Scorer) -> None:
        self.scorer, self.steps = scorer, 0
        self.variances: dict[int, float] = {}
        self.weights: dict[int, float] = {}
        self._optimizer = torch.optim.Adam(scorer.parameters(), RATE)

    def advance(self, env: BeliefVecEnv, n_steps: int, done: float, rng: np.random.Generator) -> float:
        """Fit for `n_steps` more choices, `done` in [0, 1] of the stage being over; the mean loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * (1.0 - 0.95 * done)
        losses, target = [], self.steps + n_steps
        while self.steps < target:
            batch = self._collect(env, rng)
            self.steps += len(batch[0])
            losses.append(_fit(self.scorer, self._optimizer, batch, rng))
        return float(np.mean(losses))

    def state(self) -> dict[str, Any]:
        """What resuming needs besides the scorer."""
        learned = {"variances": self.variances, "weights": self.weights}
        return {"optimizer": self._optimizer.state_dict(), "steps": self.steps, **learned}

    def restore(self, state: dict[str, Any]) -> None:
        """Take over a state."""
        self._optimizer.load_state_dict(state["optimizer"])
        self.steps = int(state["steps"])
        self.variances, self.weights = dict(state["variances"]), dict(state["weights"])

    def _collect(self, env: BeliefVecEnv, rng: np.random.Generator) -> list[Tensor]:
        """Features, masks, contexts, advantages and weights of ROLLOUT choices, made by sampling from the scorer."""
        parts: list[tuple[Tensor, ...]] = []
        for turn in range(ROLLOUT * EVERY):
            look = env.look
            seen = torch.from_numpy(look.features), torch.from_numpy(look.mask), torch.from_numpy(look.context)
            if turn % EVERY == 0:
                parts.append((*seen, torch.from_numpy(self._advantages(env)), self._weights(env)))
            with torch.no_grad():
                logits = (self.scorer.temperature * self.scorer(*seen)[0]).numpy()
            noisy = np.where(look.mask, logits + rng.gumbel(size=logits.shape), -np.inf)
            env.practise(noisy.argmax(axis=1))
        return [torch.cat(part) for part in zip(*parts, strict=True)]

    def _advantages(self, env: BeliefVecEnv) -> Floats:
        """(L, N) true worths from their mean over what may be chosen, in units of how they differ in the family."""
        worth, mask, family = env.true_worth(), env.look.mask, env.env.core.learners.family_number
        n = np.maximum(np.count_nonzero(mask, axis=1), 1)
        worth -= (worth.sum(axis=1, where=mask) / n)[:, None]
        variance = np.square(worth).sum(axis=1, where=mask) / n
        for number in np.unique(family).tolist():
            seen = float(variance[family == number].mean())
            known = self.variances.get(number, seen)
            self.variances[number] = seen + SPREAD_MEMORY * (known - seen)
        unit = np.array([self.variances[number] for number in family.tolist()])
        y: Floats = (worth / np.sqrt(unit + 1e-6)[:, None]).astype(np.float32)
        return y

    def _weights(self, env: BeliefVecEnv) -> Tensor:
        """(L,)"""
        return torch.tensor([self.weights.get(number, 1.0) for number in env.env.core.learners.family_number.tolist()])


def _fit(scorer: Scorer, optimizer: torch.optim.Optimizer, batch: list[Tensor], rng: np.random.Generator) -> float:
    """EPOCHS over the batch; the mean loss."""
    losses = []
    for _ in range(EPOCHS):
        order = torch.from_numpy(rng.permutation(len(batch[0])))
        for start in range(0, len(order), BATCH):
            at = order[start : start + BATCH]
            loss: Any = _loss(scorer, *(part[at] for part in batch))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(scorer.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
    return float(np.mean(losses))


def _loss(scorer: Scorer, features: Tensor, mask: Tensor, context: Tensor, advantage: Tensor, weight: Tensor) -> Tensor:
    """Squared error of advantages over what may be chosen, less the advantage of what would be, weighed by learner."""
    worth, _ = scorer(features, mask, context)
    may = mask.to(worth.dtype)
    n = may.sum(1, keepdim=True).clamp(min=1.0)
    centred = worth - (worth * may).sum(1, keepdim=True) / n
    error = ((centred - advantage).square() * may).sum(1) / n[:, 0]
    chosen = torch.softmax((TEMPERATURE * worth).masked_fill(~mask, -1e9), 1)
    lost = error - CHOICE_WEIGHT * (chosen * advantage).sum(1)
    y: Tensor = (lost * weight).sum() / weight.sum()
    return y
