"""What imitation learns from: worths beside each other, in units of a family, with what waits behind a skill."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gymnasium.vector import AutoresetMode

from envs.tutoring_vector import TutoringVectorEnv
from rl.belief import BeliefParameters
from rl.imitation import Imitator, _loss
from rl.network import Scorer
from rl.vecenv import BeliefVecEnv


def environment(family: str, n_learners: int = 64) -> BeliefVecEnv:
    env = TutoringVectorEnv(n_learners, family=family, skills=(6, 12), autoreset_mode=AutoresetMode.SAME_STEP)
    return BeliefVecEnv(env, BeliefParameters(), 48, 0.1, 3)


@pytest.fixture(scope="module")
def gated() -> BeliefVecEnv:
    return environment("gated")


def test_advantages_are_about_zero_and_of_the_order_of_one_in_every_family() -> None:
    env = environment("gated,fsrs", 128)
    advantages = Imitator(Scorer(8))._advantages(env)
    mask, family = env.look.mask, env.env.core.learners.family
    np.testing.assert_allclose(advantages.sum(axis=1, where=mask), 0.0, atol=1e-3)
    for number in (0, 1):
        rows = family == number
        assert np.square(advantages[rows]).mean(where=mask[rows]) == pytest.approx(1.0, abs=0.3)


def test_a_skill_is_worth_more_if_goals_wait_behind_it(gated: BeliefVecEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    view, rows = gated.observer.view, np.arange(64)[:, None]
    assert view.descent is not None
    waiting = np.matvec(view.descent, view.goal)[rows, gated.look.skills] > 0
    worth = gated.true_worth().reshape(*waiting.shape, -1).max(axis=2)
    monkeypatch.setattr("rl.vecenv.UNLOCKING", 0.0)
    alone = gated.true_worth().reshape(*waiting.shape, -1).max(axis=2)
    np.testing.assert_array_equal(worth[~waiting], alone[~waiting])
    gains = waiting & (alone > 0)
    assert gains.any()
    assert np.all(worth[gains] > alone[gains])


def test_the_loss_falls_as_the_better_candidate_is_preferred() -> None:
    scorer = Scorer(8)
    mask = torch.tensor([[True, True, False]])
    advantage = torch.tensor([[1.0, -1.0, 50.0]])
    features = torch.randn(1, 3, scorer.candidate.in_features)
    context = torch.zeros(1, scorer.context.in_features)
    optimizer = torch.optim.Adam(scorer.parameters(), 1e-2)
    losses = []
    for _ in range(200):
        loss = _loss(scorer, features, mask, context, advantage, torch.ones(1))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] == pytest.approx(-1.0, abs=0.05)
    assert losses[-1] < losses[0]
