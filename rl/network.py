"""The policy network: one scorer shared by all candidates, with pooled context, as a torch module and as an SB3 policy."""

from __future__ import annotations

from typing import Any

import torch
from gymnasium import spaces
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.type_aliases import Schedule
from torch import Tensor, nn

from rl.features import ADVANTAGE, N_CONTEXT, N_FEATURES


class Scorer(nn.Module):
    """Logits over candidates and a summary for the value, from features (.., N, F), mask (.., N), context (.., C).

    ``h_n = tanh(W2 tanh(W1 x_n + V1 c))``; ``pool = [mean_n h_n, max_n h_n]`` over the mask;
    ``logit_n = w tanh(W3 h_n + V3 [mean, c]) + b advantage_n``. Nothing depends on N.
    The last term starts the search at the one-step greedy choice under the belief.
    """

    def __init__(self, hidden: int = 64, prior: float = 3.0) -> None:
        super().__init__()
        self.candidate = nn.Linear(N_FEATURES, hidden)
        self.context = nn.Linear(N_CONTEXT, hidden, bias=False)
        self.encoder = nn.Linear(hidden, hidden)
        self.head = nn.Linear(hidden, hidden)
        self.pooled = nn.Linear(hidden + N_CONTEXT, hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)
        self.prior = nn.Parameter(torch.tensor(prior))
        self.summary = nn.Sequential(nn.Linear(2 * hidden + N_CONTEXT, hidden), nn.Tanh())
        nn.init.normal_(self.score.weight, std=0.01)

    def forward(self, features: Tensor, mask: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (.., N) and summary (.., hidden)."""
        hidden = torch.tanh(self.candidate(features) + self.context(context).unsqueeze(-2))
        hidden = torch.tanh(self.encoder(hidden))
        weight = mask.to(hidden.dtype).unsqueeze(-1)
        mean = (hidden * weight).sum(-2) / weight.sum(-2).clamp(min=1.0)
        largest = (hidden * weight - 2.0 * (1.0 - weight)).amax(-2).clamp(min=-1.0)
        shared = self.pooled(torch.cat([mean, context], -1)).unsqueeze(-2)
        logits = self.score(torch.tanh(self.head(hidden) + shared)).squeeze(-1)
        logits = logits + self.prior * features[..., ADVANTAGE]
        return logits, self.summary(torch.cat([mean, largest, context], -1))


def flat_size(n_candidates: int) -> int:
    """Length of an observation: features, mask and context side by side."""
    return n_candidates * (N_FEATURES + 1) + N_CONTEXT


def unflatten(flat: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Features (.., N, F), mask (.., N) and context (.., C) of flat observations (.., N (F + 1) + C)."""
    n = (flat.shape[-1] - N_CONTEXT) // (N_FEATURES + 1)
    features = flat[..., : n * N_FEATURES].unflatten(-1, (n, N_FEATURES))
    return features, flat[..., n * N_FEATURES : n * (N_FEATURES + 1)], flat[..., n * (N_FEATURES + 1) :]


class _Latents(nn.Module):
    """The scorer in the place of SB3's `mlp_extractor`."""

    def __init__(self, scorer: Scorer, n_candidates: int, hidden: int) -> None:
        super().__init__()
        self.scorer = scorer
        self.latent_dim_pi, self.latent_dim_vf = n_candidates, hidden

    def forward(self, flat: Tensor) -> tuple[Tensor, Tensor]:
        logits, summary = self.scorer(*unflatten(flat))
        return logits, summary

    def forward_actor(self, flat: Tensor) -> Tensor:
        return self.forward(flat)[0]

    def forward_critic(self, flat: Tensor) -> Tensor:
        return self.forward(flat)[1]


class PassThrough(BaseFeaturesExtractor):
    """Leaves observations as they are."""

    def __init__(self, observation_space: spaces.Box) -> None:
        super().__init__(observation_space, int(observation_space.shape[0]))

    def forward(self, observations: Tensor) -> Tensor:
        return observations


class ScorerPolicy(MaskableActorCriticPolicy):
    """`Scorer` as a policy for MaskablePPO."""

    def __init__(self, *args: Any, hidden: int = 64, prior: float = 3.0, **kwargs: Any) -> None:
        self.hidden, self.prior = hidden, prior
        super().__init__(*args, features_extractor_class=PassThrough, **kwargs)

    @property
    def scorer(self) -> Scorer:
        """The network that is exported."""
        extractor: Any = self.mlp_extractor
        scorer: Scorer = extractor.scorer
        return scorer

    def _build(self, lr_schedule: Schedule) -> None:
        n_candidates = int(self.action_space.n)  # type: ignore[attr-defined]
        self.mlp_extractor: Any = _Latents(Scorer(self.hidden, self.prior), n_candidates, self.hidden)
        self.action_net: Any = nn.Identity()
        self.value_net = nn.Linear(self.hidden, 1)
        self.optimizer = self.optimizer_class(self.parameters(), lr=lr_schedule(1), **self.optimizer_kwargs)
