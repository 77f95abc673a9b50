"""The first stage of training: learn from the simulator what each candidate is truly worth, under one's own teaching.

Supervised on the states that the policy itself visits (DAgger, Ross, Gordon and Bagnell 2011), with the true worth of
every candidate as the target (learning from a privileged teacher, Chen et al. 2019): the squared error makes the scorer
the mean of the hidden truth given what a belief shows, which no filter written by hand reaches.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from rl.network import Scorer
from rl.vecenv import BeliefVecEnv

ROLLOUT = 32  # choices of every learner between two fits
EPOCHS = 3
BATCH = 1024
RATE = 2e-3


def imitate(
    scorer: Scorer, env: BeliefVecEnv, n_steps: int, rng: np.random.Generator, progress: Callable[[int, float], None]
) -> None:
    """Fit the scorer (in place) for `n_steps` choices; `progress(steps, loss)` is told after every fit."""
    optimizer = torch.optim.Adam(scorer.parameters(), RATE)
    done = 0
    while done < n_steps:
        batch = _collect(scorer, env, rng)
        done += len(batch[0])
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1.0 - 0.9 * min(done / n_steps, 1.0))
        loss = _fit(scorer, optimizer, batch, rng)
        progress(min(done, n_steps), loss)


def _collect(scorer: Scorer, env: BeliefVecEnv, rng: np.random.Generator) -> list[Tensor]:
    """Features, masks, contexts and true worths of ROLLOUT choices, made by sampling from the scorer."""
    parts: list[tuple[Tensor, ...]] = []
    for _ in range(ROLLOUT):
        look = env.look
        seen = torch.from_numpy(look.features), torch.from_numpy(look.mask), torch.from_numpy(look.context)
        parts.append((*seen, torch.from_numpy(env.true_worth())))
        with torch.no_grad():
            logits = (scorer.temperature * scorer(*seen)[0]).numpy()
        noisy = np.where(look.mask, logits + rng.gumbel(size=logits.shape), -np.inf)
        env.step(noisy.argmax(axis=1))
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
