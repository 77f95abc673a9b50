"""The vector form: equal to single environments in every autoreset mode, seeded, truncating, picklable."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv

import envs
from envs.tutoring import TutoringEnv
from envs.tutoring_vector import TutoringVectorEnv

KIND: dict[str, Any] = {"skills": (3, 12), "max_steps": 30}
MODES = [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP]


def actions_for(observation: dict[str, np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Mostly allowed actions, one in ten any."""
    mask = np.where(rng.random((len(observation["mask"]), 1)) < 0.1, 1, observation["mask"])
    return (rng.random(mask.shape) * mask).argmax(axis=1)


def without_courses(info: dict[str, Any]) -> dict[str, Any]:
    """Infos that some row has; after an autoreset single environments give the course where ours says `new_episode`."""
    keys = [key for key in info if not key.startswith("_") and key not in ("course", "new_episode")]
    return {name: info[name] for key in keys if info[f"_{key}"].any() for name in (key, f"_{key}")}


def same(ours: Any, theirs: Any) -> None:
    """Equal in structure; integers and flags exactly, floats to the last bits that vectorisation may change."""
    if isinstance(ours, dict):
        assert set(ours) == set(theirs)
        for key in ours:
            same(ours[key], theirs[key])
    elif isinstance(ours, np.ndarray) and ours.dtype == object:
        for one, other in zip(ours, theirs, strict=True):
            same(one, other)
    elif ours is None:
        assert theirs is None
    else:
        np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("family", ["strength", "markov", "mixed"])
@pytest.mark.parametrize("mode", MODES)
def test_it_equals_single_environments(family: str, mode: AutoresetMode) -> None:
    ours = TutoringVectorEnv(5, family=family, autoreset_mode=mode, **KIND)
    singles = SyncVectorEnv([lambda: TutoringEnv(family=family, **KIND)] * 5, autoreset_mode=mode)
    assert ours.observation_space == singles.observation_space
    assert ours.action_space == singles.action_space
    (observation, info), (reference, reference_info) = ours.reset(seed=11), singles.reset(seed=11)
    same(observation, reference)
    same(info, reference_info)
    rng, ended = np.random.default_rng(0), 0
    for _ in range(120):
        actions = actions_for(observation, rng)
        step, reference_step = ours.step(actions), singles.step(actions)
        for mine, theirs in zip(step[:4], reference_step[:4], strict=True):
            same(mine, theirs)
        same(without_courses(step[4]), without_courses(reference_step[4]))
        for row, env in enumerate(singles.envs):
            same(ours.courses.arrays(np.array([row])), env.unwrapped.core.courses.arrays())
        observation, ended = step[0], ended + int(np.sum(step[2] | step[3]))
    assert ended >= 10


@pytest.mark.parametrize("mode", MODES)
def test_observations_lie_in_the_space_and_are_not_shared(mode: AutoresetMode) -> None:
    env = TutoringVectorEnv(8, autoreset_mode=mode, **KIND)
    observation, _ = env.reset(seed=0)
    rng = np.random.default_rng(1)
    for _ in range(60):
        kept = {key: value.copy() for key, value in observation.items()}
        following = env.step(actions_for(observation, rng))[0]
        assert following in env.observation_space
        assert data_equivalence(observation, kept, exact=True)
        observation = following


def test_the_next_step_after_an_end_resets_and_ignores_the_action() -> None:
    env = TutoringVectorEnv(6, **KIND)
    observation, _ = env.reset(seed=3)
    rng = np.random.default_rng(1)
    while True:
        observation, _, terminated, truncated, info = env.step(actions_for(observation, rng))
        ended = terminated | truncated
        if ended.any():
            break
    assert info["_summary"].tolist() == ended.tolist()
    assert "final_obs" not in info
    observation, reward, terminated, truncated, info = env.step(actions_for(observation, rng))
    assert info["new_episode"].tolist() == ended.tolist()
    assert info["_invalid_action"].tolist() == (~ended).tolist()
    assert not reward[ended].any()
    assert not (terminated | truncated)[ended].any()
    assert not observation["clock"][ended, 0].any()
    assert not observation["last"][ended].any()


def test_the_same_step_keeps_the_last_observation_and_starts_anew() -> None:
    env = TutoringVectorEnv(6, autoreset_mode="SameStep", **KIND)
    observation, _ = env.reset(seed=3)
    rng, total = np.random.default_rng(1), np.zeros(6)
    for _ in range(100):
        observation, reward, terminated, truncated, info = env.step(actions_for(observation, rng))
        total += reward
        ended = terminated | truncated
        if not ended.any():
            assert "final_obs" not in info
            continue
        assert info["_final_obs"].tolist() == info["_final_info"].tolist() == ended.tolist()
        for row in range(6):
            if not ended[row]:
                assert info["final_obs"][row] is None
                continue
            final = info["final_obs"][row]
            assert final in env.single_observation_space
            assert final["clock"][0] > 0
            assert info["final_info"]["summary"]["gain"][row] == pytest.approx(total[row], abs=1e-12)
            total[row] = 0.0
        assert not observation["clock"][ended, 0].any()


def test_disabled_resets_only_what_is_asked_for() -> None:
    env = TutoringVectorEnv(4, autoreset_mode=AutoresetMode.DISABLED, **KIND)
    observation, _ = env.reset(seed=3)
    rng, ended = np.random.default_rng(1), np.zeros(4, np.bool_)
    while not ended.any():
        observation, _, terminated, truncated, _ = env.step(actions_for(observation, rng))
        ended = terminated | truncated
    with pytest.raises(ValueError, match="are over; reset them"):
        env.step(actions_for(observation, rng))
    fresh, info = env.reset(options={"reset_mask": ended})
    assert info["_course"].tolist() == ended.tolist()
    assert not fresh["clock"][ended, 0].any()
    assert np.array_equal(fresh["clock"][~ended], observation["clock"][~ended])
    env.step(actions_for(fresh, rng))


def test_truncation_is_told_apart_from_a_true_end() -> None:
    env = TutoringVectorEnv(64, skills=(20, 20), max_steps=12, autoreset_mode="SameStep")
    observation, _ = env.reset(seed=0)
    rng = np.random.default_rng(0)
    for turn in range(12):
        observation, _, terminated, truncated, _ = env.step(actions_for(observation, rng))
        assert truncated.any() == (turn == 11)
        assert not np.any(terminated & truncated)


def test_the_same_seed_gives_the_same_rollout_and_another_a_different() -> None:
    def rollout(seed: int | list[int | None]) -> list[Any]:
        env = TutoringVectorEnv(4, **KIND)
        observation, _ = env.reset(seed=seed)
        rng, trace = np.random.default_rng(0), [observation]
        for _ in range(50):
            step = env.step(actions_for(observation, rng))
            trace.append(step)
            observation = step[0]
        return trace

    assert data_equivalence(rollout(5), rollout(5), exact=True)
    assert data_equivalence(rollout(5), rollout([5, 6, 7, 8]), exact=True)
    assert not data_equivalence(rollout(5)[-1], rollout(9)[-1])


def test_a_reset_without_a_seed_draws_new_episodes() -> None:
    env = TutoringVectorEnv(3, **KIND)
    first = env.reset(seed=1)[1]["course"]["difficulty"]
    second = env.reset()[1]["course"]["difficulty"]
    assert not np.array_equal(first, second)
    assert np.array_equal(env.reset(seed=1)[1]["course"]["difficulty"], first)


@pytest.mark.parametrize("mode", MODES)
def test_a_pickle_goes_on_identically(mode: AutoresetMode) -> None:
    env = TutoringVectorEnv(6, autoreset_mode=mode, **KIND)
    observation, _ = env.reset(seed=2)
    rng = np.random.default_rng(0)
    for _ in range(25):
        observation = env.step(actions_for(observation, rng))[0]
    twin = pickle.loads(pickle.dumps(env))
    for _ in range(60):
        actions = actions_for(observation, rng)
        ours, theirs = env.step(actions), twin.step(actions)
        assert data_equivalence(ours, theirs, exact=True)
        observation = ours[0]


@pytest.mark.parametrize("mode", ["vector_entry_point", "sync"])
def test_make_vec_makes_it_without_warnings(mode: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gym.make_vec(envs.TUTORING_ID, num_envs=3, vectorization_mode=mode, family="markov", skills=(4, 4))
        assert isinstance(env, VectorEnv)
        observation, _ = env.reset(seed=0)
        assert observation in env.observation_space
        observation, reward, *_ = env.step(observation["mask"].argmax(axis=1))
    assert reward.shape == (3,)
    assert env.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP


def test_courses_and_days_are_public() -> None:
    env = TutoringVectorEnv(3, **KIND)
    observation, info = env.reset(seed=0)
    assert np.array_equal(env.courses.goal, info["course"]["goal"])
    env.step(observation["mask"].argmax(axis=1))
    assert env.days.shape == (3,)
    assert np.all(env.days > 0)


def test_misuse_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="num_envs must be at least 1, got 0"):
        TutoringVectorEnv(0)
    with pytest.raises(ValueError, match="Sometimes"):
        TutoringVectorEnv(2, autoreset_mode="Sometimes")
    env = TutoringVectorEnv(3, **KIND)
    with pytest.raises(ValueError, match="call reset before step"):
        env.step(np.zeros(3, dtype=np.int64))
    with pytest.raises(ValueError, match="need 3 seeds, one a row, got 2"):
        env.reset(seed=[1, 2])
    with pytest.raises(ValueError, match="first reset must reset every row"):
        env.reset(options={"reset_mask": np.array([True, False, False])})
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"shape \(3,\), got \(2,\)"):
        env.step(np.zeros(2, dtype=np.int64))
    with pytest.raises(ValueError, match="3 booleans"):
        env.reset(options={"reset_mask": np.array([False, False, False])})
