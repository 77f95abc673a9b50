"""The environment as stable-baselines3 wants it, with belief and features on the agent's side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from envs.tutoring_vector import TutoringVectorEnv
from rl.belief import BeliefParameters
from rl.network import flat_size
from rl.observer import Look, Observer


class BeliefVecEnv(VecEnv):
    """A `TutoringVectorEnv` (SAME_STEP autoreset) seen through beliefs.

    Observation: features, mask and context of N candidates, flat (see `rl.network.unflatten`). Action: a candidate.
    Reward: the environment's times `reward_scale`. An info at an episode's end holds `episode` (return, length) and `summary`.
    """

    def __init__(
        self,
        env: TutoringVectorEnv,
        parameters: BeliefParameters,
        max_candidates: int,
        reward_scale: float,
        seed: int,
        observer_class: type[Observer] = Observer,
    ) -> None:
        if env.metadata.get("autoreset_mode") != AutoresetMode.SAME_STEP:
            raise ValueError(f"autoreset mode must be SAME_STEP, not {env.metadata.get('autoreset_mode')}")
        self.env, self.reward_scale = env, reward_scale
        observation, _ = env.reset(seed=seed)
        self.observer = observer_class(env.courses, parameters, max_candidates)
        n = self.observer.n_candidates
        space = spaces.Box(-np.inf, np.inf, (flat_size(n),), np.float32)
        super().__init__(env.num_envs, space, spaces.Discrete(n))
        self._take(observation)
        self._returns = np.zeros(env.num_envs)
        self._lengths = np.zeros(env.num_envs, dtype=np.int64)
        self._actions = np.zeros(env.num_envs, dtype=np.int64)

    def reset(self) -> NDArray[np.float32]:
        """The current observation: episodes go on across SB3's resets, so that a resumed run loses none."""
        return self._flat(self._look)

    def reseed(self, seed: int) -> None:
        """Start all episodes anew from a seed, which makes what follows depend on nothing else."""
        observation, _ = self.env.reset(seed=seed)
        self.observer.restart(np.arange(self.num_envs), self.env.courses)
        self._returns[:] = 0.0
        self._lengths[:] = 0
        self._take(observation)

    def step_async(self, actions: NDArray[np.integer]) -> None:
        """Note the chosen candidates (L,)."""
        self._actions = np.asarray(actions)

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Observations (L, flat), rewards (L,), ends (L,), infos."""
        before = self._look
        observation, reward, terminated, truncated, info = self.env.step(self.observer.actions(before, self._actions))
        done = terminated | truncated
        self._returns += reward
        self._lengths += 1
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        ended = np.flatnonzero(done)
        for row in ended.tolist():
            infos[row]["episode"] = {"r": float(self._returns[row]), "l": int(self._lengths[row]), "t": 0.0}
            infos[row]["terminal_observation"] = self._flat_row(before, row)
            infos[row]["TimeLimit.truncated"] = False
        self._returns[ended] = 0.0
        self._lengths[ended] = 0
        self.observer.restart(ended, self.env.courses)
        self._take(observation)
        return self._flat(self._look), (reward * self.reward_scale).astype(np.float32), done, infos

    def action_masks(self) -> NDArray[np.bool_]:
        """(L, N) candidates that may be chosen."""
        return self._look.mask

    def _take(self, observation: dict[str, Any]) -> None:
        self.observer.take(observation)
        self._look: Look = self.observer.look()

    def _flat(self, look: Look) -> NDArray[np.float32]:
        n_learners = look.mask.shape[0]
        parts = (look.features.reshape(n_learners, -1), look.mask.astype(np.float32), look.context)
        return np.concatenate(parts, axis=1)

    def _flat_row(self, look: Look, row: int) -> NDArray[np.float32]:
        parts = (look.features[row].ravel(), look.mask[row].astype(np.float32), look.context[row])
        return np.concatenate(parts)

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The attribute, once for each index."""
        return [getattr(self, attr_name)] * len(self._indices(indices))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Refused: learners share one environment."""
        raise AttributeError(f"attribute '{attr_name}' cannot be set: learners share one environment")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
        """Only `action_masks`, by row."""
        if method_name != "action_masks":
            raise AttributeError(f"method '{method_name}' is not offered; only 'action_masks' is")
        masks = self.action_masks()
        return [masks[i] for i in self._indices(indices)]

    def has_attr(self, attr_name: str) -> bool:
        """Whether learners have it; `action_masks` is what MaskablePPO asks for."""
        return hasattr(self, attr_name)

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:  # noqa: ARG002 - SB3's signature
        """Nothing is wrapped."""
        return [False] * len(self._indices(indices))

    def _indices(self, indices: Any) -> Sequence[int]:
        if indices is None:
            return range(self.num_envs)
        return [indices] if isinstance(indices, int) else list(indices)
