"""The policy network: one scorer shared by all candidates, with pooled context; as a torch module and an SB3 policy."""

from __future__ import annotations

import math
from typing import Any

import torch
from gymnasium import spaces
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.type_aliases import Schedule
from torch import Tensor, nn

from rl.features import N_CONTEXT, N_FEATURES

N_CRITIC = 8  # what only the critic sees, in training: see `rl.vecenv.critic_features`
TEMPERATURE = 10.0  # logits per worth of the first policy, in units of how much a learner's candidates differ
TEMPERATURE_SPEED = 5.0  # how much faster than other parameters it moves


class Scorer(nn.Module):
    """The worth of every candidate, from features (.., N, F), mask (.., N), context (.., C). Nothing depends on N.

    ``h_n = tanh(W2 tanh(W1 x_n + V1 c))``; ``worth_n = w tanh(W3 h_n + V3 [mean_n h_n, c])`` with the mean over the
    mask; the logits are temperature times worth.
    """

    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        self.candidate = nn.Linear(N_FEATURES, hidden)
        self.context = nn.Linear(N_CONTEXT, hidden, bias=False)
        self.encoder = nn.Linear(hidden, hidden)
        self.head = nn.Linear(hidden, hidden)
        self.pooled = nn.Linear(hidden + N_CONTEXT, hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)
        self.log_temperature = nn.Parameter(torch.tensor(math.log(TEMPERATURE) / TEMPERATURE_SPEED))

    @property
    def temperature(self) -> Tensor:
        """Inverse temperature: logits per worth."""
        return torch.exp(TEMPERATURE_SPEED * self.log_temperature)

    def forward(self, features: Tensor, mask: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """Worth (.., N) and a summary of the encoded candidates (.., 2 hidden): mean and maximum over the mask."""
        hidden = torch.tanh(self.candidate(features) + self.context(context).unsqueeze(-2))
        hidden = torch.tanh(self.encoder(hidden))
        weight = mask.to(hidden.dtype).unsqueeze(-1)
        mean = (hidden * weight).sum(-2) / weight.sum(-2).clamp(min=1.0)
        shared = self.pooled(torch.cat([mean, context], -1)).unsqueeze(-2)
        worth = self.score(torch.tanh(self.head(hidden) + shared)).squeeze(-1)
        largest = (hidden * weight - 2.0 * (1.0 - weight)).amax(-2).clamp(min=-1.0)
        return worth, torch.cat([mean, largest], -1)


def flat_size(n_candidates: int) -> int:
    """Length of an observation: features, mask, context and the critic's own side by side."""
    return n_candidates * (N_FEATURES + 1) + N_CONTEXT + N_CRITIC


def unflatten(flat: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Features (.., N, F), mask (.., N), context (.., C) and critic (.., M) of flat observations."""
    n = (flat.shape[-1] - N_CONTEXT - N_CRITIC) // (N_FEATURES + 1)
    features = flat[..., : n * N_FEATURES].reshape(*flat.shape[:-1], n, N_FEATURES)
    rest = flat[..., n * N_FEATURES :]
    return features, rest[..., :n], rest[..., n : n + N_CONTEXT], rest[..., n + N_CONTEXT :]


class _Latents(nn.Module):
    """Scorer and critic in the place of SB3's `mlp_extractor`.

    The critic reads the scorer's summary without changing it, and the hidden state (asymmetric actor and critic, Pinto
    et al. 2018): it is needed in training alone, and a better baseline makes the policy's gradient less noisy.
    """

    def __init__(self, scorer: Scorer, n_candidates: int, hidden: int) -> None:
        super().__init__()
        self.scorer = scorer
        self.critic = nn.Sequential(
            nn.Linear(2 * hidden + N_CONTEXT + N_CRITIC, 2 * hidden),
            nn.Tanh(),
            nn.Linear(2 * hidden, hidden),
            nn.Tanh(),
        )
        self.latent_dim_pi, self.latent_dim_vf = n_candidates, hidden

    def forward(self, flat: Tensor) -> tuple[Tensor, Tensor]:
        features, mask, context, critic = unflatten(flat)
        worth, summary = self.scorer(features, mask, context)
        return self.scorer.temperature * worth, self.critic(torch.cat([summary.detach(), context, critic], -1))

    def forward_actor(self, flat: Tensor) -> Tensor:
        return self.forward(flat)[0]

    def forward_critic(self, flat: Tensor) -> Tensor:
        return self.forward(flat)[1]


class PassThrough(BaseFeaturesExtractor):
    """Leaves observations as they are."""

    def __init__(self, observation_space: spaces.Box) -> None:
        super().__init__(observation_space, int(observation_space.shape[0]))

    def forward(self, observations: Tensor) -> Tensor:
        """The same."""
        return observations


class ScorerPolicy(MaskableActorCriticPolicy):
    """`Scorer` as a policy for MaskablePPO; give it `features_extractor_class=PassThrough`."""

    def __init__(self, *args: Any, hidden: int = 64, **kwargs: Any) -> None:
        self.hidden = hidden
        super().__init__(*args, **kwargs)

    @property
    def scorer(self) -> Scorer:
        """The network that is exported."""
        scorer: Scorer = self.mlp_extractor.scorer
        return scorer

    def _build(self, lr_schedule: Schedule) -> None:
        n_candidates = int(self.action_space.n)  # type: ignore[attr-defined]
        self.mlp_extractor: Any = _Latents(Scorer(self.hidden), n_candidates, self.hidden)
        self.action_net: Any = nn.Identity()
        self.value_net = nn.Linear(self.hidden, 1)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=lr_schedule(1), eps=1e-5)
