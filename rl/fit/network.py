"""The laws of `simulators.neural.recurrent` in torch, with parameters that can be trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rl.fit.sequences import Sequences
from simulators.neural.weights import (
    EMBEDDED,
    GAINS,
    HIDDEN,
    MAX_RATE,
    MAX_STRENGTH,
    MINUTES_PER_DAY,
    STABILITY_DAYS,
    Weights,
)
from simulators.noise import Reals

U, A, LN_S, LAST, COUNT = range(5)
SURE = 1e-6  # added to variances before a Cholesky root


@dataclass(frozen=True)
class Reached:
    """Where the learners of a log stood at the end of it.

    Attributes:
        skills: number of its first skill, and how many it has.
        hardness: (skills,) mean difficulty in logits of the items of each skill.
        ability, context: (N, E), (N, H).
        answers: (N,) how many they had given.
    """

    skills: tuple[int, int]
    hardness: Reals
    ability: Reals
    context: Reals
    answers: Reals


@dataclass(frozen=True)
class Run:
    """What came of going through sequences.

    Attributes:
        logits, answers: (S, T) of right answers, and the answers.
        ability, context: (S, E), (S, H) at the end.
    """

    logits: Tensor
    answers: Tensor
    ability: Tensor
    context: Tensor


class RecurrentNetwork(nn.Module):
    """The laws of `simulators.neural.recurrent` with trainable parameters.

    Args:
        n_skills, n_items: over all sets.
        has_items: (n_items,) 1 where an item's difficulty may differ from its skill's.
    """

    def __init__(self, n_skills: int, n_items: int, has_items: Tensor) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.ones(n_skills))
        self.embedding = nn.Parameter(0.3 * torch.randn(n_skills, EMBEDDED))
        self.difficulty = nn.Parameter(torch.zeros(n_items))
        self.has_items = has_items
        self.cell = nn.GRUCell(EMBEDDED + 5, HIDDEN)
        self.mix = nn.Linear(HIDDEN + EMBEDDED + 2, GAINS)
        self.heads = nn.Linear(GAINS, EMBEDDED + 3)
        with torch.no_grad():
            self.heads.weight.mul_(0.3)
            self.heads.bias[EMBEDDED:] = torch.tensor([-1.0, -1.5, -1.5])
        self.scalars = nn.ParameterDict(
            {
                "room": nn.Parameter(torch.tensor(0.0)),
                "decay": nn.Parameter(torch.tensor(-1.5)),
                "stability": nn.Parameter(torch.tensor(-6.0)),
                "firming": nn.Parameter(torch.tensor([-1.0, -1.0])),
                "wrong_clock": nn.Parameter(torch.tensor(1.0)),
            }
        )

    def laws(self) -> dict[str, Tensor]:
        """The scalar laws in their ranges, by the names of `Weights`."""
        raw = self.scalars
        return {
            "room": 1.0 + 5.0 * torch.sigmoid(raw["room"]),
            "decay": functional.softplus(raw["decay"]),
            "ln_stability": raw["stability"].clamp(float(np.log(STABILITY_DAYS[0])), float(np.log(STABILITY_DAYS[1]))),
            "firming": functional.softplus(raw["firming"]),
            "wrong_clock": torch.sigmoid(raw["wrong_clock"]),
        }

    def forward(self, given: Sequences, rng: torch.Generator | None = None) -> Run:
        """Go through the answers.

        With `rng` the answers are sampled from the network itself instead of taken from the log.
        """
        n, steps = given.skill.shape
        laws = self.laws()
        hidden, ability = torch.zeros(n, HIDDEN), torch.zeros(n, EMBEDDED)
        memory = torch.zeros(n, given.n_local, 5)
        memory[:, :, LN_S] = 1.0
        memory = memory * torch.stack(
            [torch.ones(()), torch.ones(()), laws["ln_stability"], torch.ones(()), torch.ones(())]
        )
        rows, before = torch.arange(n), given.days[:, 0]
        embedding, bias = self.embedding[given.skill], self.bias[given.skill] - self.hardness(given.item)
        logits, answers = [], []
        for step in range(steps):
            now, real = given.days[:, step], given.real[:, step]
            e, own = embedding[:, step], memory[rows, given.local[:, step]]
            strength = own[:, A] * self.retention(own, now, laws)
            logit = bias[:, step] + (e * ability).sum(1) + own[:, U] + strength
            p = torch.sigmoid(logit)
            y = given.y[:, step] if rng is None else torch.bernoulli(p.detach(), generator=rng)
            surprise = (y - p) * given.asked[:, step]
            after, new_hidden, shift = self.learned(e, own, p, y, surprise, now, now - before, hidden, step, laws)
            live = real[:, None].to(e.dtype)
            hidden, ability = hidden + live * (new_hidden - hidden), ability + live * shift
            memory = memory.index_put((rows, given.local[:, step]), torch.where(real[:, None], after, own))
            before = torch.where(real, now, before)
            logits.append(logit)
            answers.append(y)
        return Run(torch.stack(logits, 1), torch.stack(answers, 1), ability, hidden)

    def hardness(self, item: Tensor) -> Tensor:
        """Difficulty of items around that of their skills, in logits."""
        return self.difficulty[item] * self.has_items[item]

    def retention(self, own: Tensor, now: Tensor, laws: dict[str, Tensor]) -> Tensor:
        """(S,) share of the strength that is left."""
        away = (now - own[:, LAST]).clamp(min=0.0)
        return torch.exp(-laws["decay"] * torch.log1p(away * torch.exp(-own[:, LN_S])))

    def learned(
        self,
        e: Tensor,
        own: Tensor,
        p: Tensor,
        y: Tensor,
        surprise: Tensor,
        now: Tensor,
        pause: Tensor,
        hidden: Tensor,
        step: int,
        laws: dict[str, Tensor],
    ) -> tuple[Tensor, Tensor, Tensor]:
        """What one answer makes of the skill's memory (S, 5), the context (S, H), and the move of ability (S, E)."""
        first = own[:, COUNT] == 0
        since = torch.where(first, 0.0, (now - own[:, LAST]).clamp(min=0.0))
        met = torch.log1p(own[:, COUNT])
        total = torch.full_like(met, float(np.log1p(step)))
        mixed = torch.tanh(self.mix(torch.cat([hidden, e, met[:, None] / 2, total[:, None] / 4], 1)))
        heads = self.heads(mixed)
        rates = MAX_RATE * torch.sigmoid(heads[:, EMBEDDED + 1 :])
        right = y > 0.5
        room = 1.0 - p ** laws["room"]
        strength = (own[:, A] + room * torch.where(right, rates[:, 1], rates[:, 0])).clamp(max=MAX_STRENGTH)
        stability = own[:, LN_S] + room * torch.where(right, laws["firming"][1], laws["firming"][0])
        reset = torch.where(first, 1.0, room * torch.where(right, 1.0, laws["wrong_clock"]))
        after = torch.stack(
            [
                own[:, U] + surprise * functional.softplus(heads[:, EMBEDDED]),
                strength,
                stability.clamp(float(np.log(STABILITY_DAYS[0])), float(np.log(STABILITY_DAYS[1]))),
                own[:, LAST] + reset * (now - own[:, LAST]),
                own[:, COUNT] + 1.0,
            ],
            1,
        )
        told = torch.stack(
            [
                surprise,
                surprise.abs(),
                torch.log1p(MINUTES_PER_DAY * pause.clamp(min=0.0)) / 8,
                torch.log1p(MINUTES_PER_DAY * since) / 8,
                met / 2,
            ],
            1,
        )
        return after, self.cell(torch.cat([told, e], 1), hidden), surprise[:, None] * heads[:, :EMBEDDED]

    def weights(self, reached: Sequence[Reached]) -> Weights:
        """The fitted network for `simulators`, with what the learners of each log reached."""
        hardness = np.concatenate([log.hardness for log in reached])
        laws = {name: _told(value) for name, value in self.laws().items()}
        return Weights(
            bias=_told(self.bias) - hardness,
            embedding=_told(self.embedding),
            cell_in=_told(self.cell.weight_ih).T,
            cell_in_bias=_told(self.cell.bias_ih),
            cell_hidden=_told(self.cell.weight_hh).T,
            cell_hidden_bias=_told(self.cell.bias_hh),
            mix=_told(self.mix.weight).T,
            mix_bias=_told(self.mix.bias),
            heads=_told(self.heads.weight).T,
            heads_bias=_told(self.heads.bias),
            sets=np.asarray([log.skills for log in reached], dtype=np.float64),
            ability_root=np.stack(
                [np.linalg.cholesky(np.cov(log.ability.T) + SURE * np.eye(EMBEDDED)) for log in reached]
            ),
            context=np.stack([log.context.mean(axis=0) for log in reached]),
            answers=np.asarray([np.log1p(log.answers).mean() for log in reached]),
            **laws,
        )


def _told(values: Tensor) -> Reals:
    return values.detach().numpy().astype(np.float64)
