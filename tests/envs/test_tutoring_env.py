"""`Tutoring-v0` for one learner keeps gymnasium's and stable-baselines3's contracts."""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env, data_equivalence

import envs
from envs.tutoring import TutoringEnv
from simulators.families import FAMILIES

pytest.importorskip("stable_baselines3")

KINDS: list[dict[str, Any]] = [
    {},
    {"family": "strength", "skills": (1, 4), "n_bands": 1},
    {"family": "markov", "skills": (10, 20), "max_skills": 30, "n_bands": 2},
]


def play(env: TutoringEnv, seed: int, n_steps: int = 40) -> list[Any]:
    """A rollout of random allowed actions, over several episodes."""
    rng = np.random.default_rng(seed)
    trace: list[Any] = [env.reset(seed=seed)]
    for _ in range(n_steps):
        step = env.step(int(rng.choice(np.flatnonzero(trace[-1][0]["mask"]))))
        trace.append(step)
        if step[2] or step[3]:
            trace.append(env.reset())
    return trace


@pytest.mark.parametrize("kind", KINDS)
def test_gymnasiums_checker_is_silent(kind: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make(envs.TUTORING_ID, **kind).unwrapped)


@pytest.mark.parametrize("kind", KINDS)
def test_stable_baselines_checker_is_silent(kind: dict[str, Any]) -> None:
    from stable_baselines3.common.env_checker import check_env as check_for_stable_baselines

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_for_stable_baselines(TutoringEnv(**kind))


def test_it_is_registered_once_and_made_without_warnings() -> None:
    envs.register()
    env = gym.make(envs.TUTORING_ID, family="markov", skills=(4, 4))
    assert isinstance(env.unwrapped, TutoringEnv)
    observation, info = env.reset(seed=0)
    assert observation in env.observation_space
    assert set(info["course"]) == {"n_skills", "prerequisites", "difficulty", "guess", "available", "goal"}


@pytest.mark.parametrize("kind", KINDS)
def test_whole_episodes_stay_inside_the_spaces(kind: dict[str, Any]) -> None:
    env = TutoringEnv(**kind)
    for item in play(env, 1, 300):
        assert item[0] in env.observation_space
        if len(item) == 5:
            assert isinstance(item[1], float)
            assert -1 <= item[1] <= 1


def test_the_same_seed_gives_the_same_rollout_and_another_a_different() -> None:
    assert data_equivalence(play(TutoringEnv(), 3), play(TutoringEnv(), 3), exact=True)
    assert not data_equivalence(play(TutoringEnv(), 3)[:1], play(TutoringEnv(), 4)[:1])


def test_episodes_differ_without_a_new_seed() -> None:
    env = TutoringEnv()
    first = env.reset(seed=1)[1]["course"]["difficulty"].copy()
    assert not np.array_equal(env.reset()[1]["course"]["difficulty"], first)


def test_the_summary_comes_at_the_end_and_sums_the_rewards() -> None:
    env = TutoringEnv(skills=(6, 6))
    observation, _ = env.reset(seed=5)
    total, info, done = 0.0, {}, False
    rng = np.random.default_rng(0)
    while not done:
        assert "summary" not in info
        observation, reward, terminated, truncated, info = env.step(
            int(rng.choice(np.flatnonzero(observation["mask"])))
        )
        total, done = total + reward, terminated or truncated
    summary = info["summary"]
    assert summary["gain"] == pytest.approx(total, abs=1e-12)
    assert summary["end_score"] - summary["start_score"] == pytest.approx(total, abs=1e-12)
    assert summary["normalised_gain"] == pytest.approx(total / (1 - summary["start_score"]))
    assert summary["n_exercises"] > 0
    assert summary["family"] in range(len(FAMILIES))
    assert summary["group"] == 0
    assert isinstance(summary["dropped_out"], bool)


def test_an_action_outside_the_mask_is_told() -> None:
    env = TutoringEnv(skills=(4, 4), max_skills=6)
    observation, _ = env.reset(seed=0)
    observation, reward, _, _, info = env.step(5 * 3)
    assert info["invalid_action"] is True
    assert reward == 0.0
    assert not observation["last"].any()
    assert env.step(int(observation["mask"].argmax()))[4]["invalid_action"] is False


def test_a_pickle_or_a_copy_goes_on_identically() -> None:
    env = TutoringEnv()
    play(env, 2, 25)
    for twin in (pickle.loads(pickle.dumps(env)), copy.deepcopy(env)):
        original = copy.deepcopy(env)
        for action in range(0, 90, 2):
            ours, theirs = original.step(action), twin.step(action)
            assert data_equivalence(ours, theirs, exact=True)
            if ours[2] or ours[3]:
                assert data_equivalence(original.reset(), twin.reset(), exact=True)


def test_there_is_no_step_without_an_episode() -> None:
    env = TutoringEnv(skills=(4, 4), max_steps=1)
    with pytest.raises(ValueError, match="call reset before step"):
        env.step(0)
    env.reset(seed=0)
    assert env.step(0)[3]
    with pytest.raises(ValueError, match="call reset before step"):
        env.step(0)


def test_the_action_mask_is_the_observed_one() -> None:
    env = TutoringEnv()
    observation, _ = env.reset(seed=0)
    assert env.action_masks().dtype == np.bool_
    assert np.array_equal(env.action_masks(), observation["mask"] == 1)


def test_it_renders_a_line_of_text() -> None:
    env = TutoringEnv(render_mode="ansi")
    env.reset(seed=0)
    assert str(env.render()).startswith("day 0.0, 0 exercises")
    assert TutoringEnv().render() is None
