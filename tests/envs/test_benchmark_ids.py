"""Every id of the benchmark can be made, says what it is, and keeps gymnasium's contract."""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Iterator

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import envs
from envs.calendar import PLANS
from envs.ids import SIZES
from simulators.families import FAMILIES

IDS = envs.benchmark_ids()


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_there_is_an_id_for_every_family_and_size() -> None:
    assert len(IDS) == len(set(IDS)) == (len(FAMILIES) + 1) * len(SIZES)
    assert "pacer/Tutoring-markov-small-v0" in IDS
    assert all(id in gym.registry for id in IDS)


@pytest.mark.parametrize("id", IDS)
def test_it_is_made_one_by_one_and_together(id: str) -> None:
    env = gym.make(id)
    observation, _ = env.reset(seed=0)
    assert observation in env.observation_space
    vector = gym.make_vec(id, num_envs=2)
    observations, _ = vector.reset(seed=0)
    for key, values in observation.items():
        assert np.allclose(observations[key][0], values, rtol=1e-6)
    actions = observations["mask"].argmax(axis=1)
    assert np.isfinite(vector.step(actions)[1]).all()
    assert np.isfinite(env.step(actions[0])[1])


@pytest.mark.parametrize("id", [id for id in IDS if "small" in id] + ["pacer/Tutoring-mixed-large-v0"])
def test_gymnasiums_checker_is_silent(id: str) -> None:
    check_env(gym.make(id).unwrapped)


@pytest.mark.parametrize("id", IDS)
def test_its_docstring_is_its_specification(id: str) -> None:
    env = gym.make(id).unwrapped
    text = re.sub(r"\s+", " ", type(env).__doc__ or "")
    _, family, size, _ = id.split("-")
    low, high = env.core.settings.skills
    assert f"`{id}`" in text
    assert f"{low} to {high} skills in {env.core.settings.n_bands} difficulty bands" in text
    assert env.core.settings.plan == PLANS[SIZES[size].plan]
    assert env.core.settings.family == family
    exercises = env.core.settings.plan.exercises
    assert f"{exercises[0]} to {exercises[1]} exercises" in text


def test_what_an_id_fixes_can_be_overridden_and_a_pickle_keeps_it() -> None:
    env = gym.make("pacer/Tutoring-strength-medium-v0", skills=(5, 5)).unwrapped
    twin = pickle.loads(pickle.dumps(env))
    assert env.core.settings.skills == twin.core.settings.skills == (5, 5)
    assert env.core.settings.family == "strength"
    assert np.array_equal(env.reset(seed=1)[0]["mask"], twin.reset(seed=1)[0]["mask"])
