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
from rl.belief import Array, BeliefParameters
from rl.network import N_CRITIC, flat_size
from rl.observer import Look, Observer
from rl.teachers.privileged import PrivilegedObserver

Floats = NDArray[np.float32]
LOOK_AHEAD = 8  # practices in a row that the privileged teacher of the imitation thinks ahead
WORTH_LIMITS = (-1.0, 6.0)  # between which true worths are kept, in units of the family's good exercise
UNLOCKING = 0.2  # what the privileged teacher gives for the goals that wait behind a skill, see `true_worth`


class BeliefVecEnv(VecEnv):
    """A `TutoringVectorEnv` (SAME_STEP autoreset) seen through beliefs.

    Observation: features, mask and context of N candidates and what only the critic sees, flat (see
    `rl.network.unflatten`). Action: a candidate. Reward: the *expected* change of the test score by the exercise, given
    the hidden state before it, in units of its family (`rl.scales`) times `reward_scale`. The luck of learning averages
    out of it, so its mean over episodes is the environment's, and the noise is less. An info at an episode's end holds
    `episode`: the true gain, the length.
    """

    render_mode = None

    def __init__(
        self,
        env: TutoringVectorEnv,
        parameters: BeliefParameters,
        max_candidates: int,
        reward_scale: float,
        seed: int,
        scales: Array | None = None,
    ) -> None:
        if env.metadata.get("autoreset_mode") != AutoresetMode.SAME_STEP:
            raise ValueError(f"autoreset mode must be SAME_STEP, not {env.metadata.get('autoreset_mode')}")
        self.env, self.reward_scale = env, reward_scale
        self._scales = np.ones(len(env.core.learners.families)) if scales is None else scales
        observation, _ = env.reset(seed=seed)
        self.observer = self._make_observer(env, parameters, max_candidates)
        n = self.observer.n_candidates
        space = spaces.Box(-np.inf, np.inf, (flat_size(n),), np.float32)
        super().__init__(env.num_envs, space, spaces.Discrete(n))
        self._rows = np.arange(env.num_envs)
        self._returns = np.zeros(env.num_envs)
        self._lengths = np.zeros(env.num_envs, dtype=np.int64)
        self._actions = np.zeros(env.num_envs, dtype=np.int64)
        self._hidden: dict[str, Array] | None = None
        self._critic: Floats | None = None
        self._take(observation)

    def _make_observer(self, env: TutoringVectorEnv, parameters: BeliefParameters, max_candidates: int) -> Observer:
        return Observer(env.courses, parameters, max_candidates)

    def reset(self) -> Floats:
        """The current observation: episodes go on across SB3's resets, so that a resumed run loses none."""
        return _flat(self.look, self.critic, self._rows)

    def reseed(self, seed: int) -> None:
        """Start all episodes anew from a seed, which makes what follows depend on nothing else."""
        observation, _ = self.env.reset(seed=seed)
        self.observer.restart(self._rows, self.env.courses)
        self._returns[:] = 0.0
        self._lengths[:] = 0
        self._take(observation)

    def step_async(self, actions: NDArray[np.integer]) -> None:
        """Note the chosen candidates (L,)."""
        self._actions = np.asarray(actions)

    def step_wait(self) -> tuple[Floats, Floats, NDArray[np.bool_], list[dict[str, Any]]]:
        """Observations (L, flat), rewards (L,), ends (L,), infos."""
        actions = self.observer.actions(self.look, self._actions)
        expected = self.hidden["gain"].reshape(self.num_envs, -1)[self._rows, actions]
        expected *= self.reward_scale / self._unit() * self.observer.view.n_skills
        before, critic = self.look, self.critic
        observation, reward, terminated, truncated, _ = self.env.step(actions)
        done: NDArray[np.bool_] = terminated | truncated
        self._returns += reward
        self._lengths += 1
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        ended = np.flatnonzero(done)
        last = _flat(before, critic, ended)
        for at, row in enumerate(ended.tolist()):
            infos[row]["episode"] = {"r": float(self._returns[row]), "l": int(self._lengths[row]), "t": 0.0}
            infos[row]["terminal_observation"] = last[at]
            infos[row]["TimeLimit.truncated"] = False
        self._returns[ended] = 0.0
        self._lengths[ended] = 0
        self._go_on(observation, ended)
        return _flat(self.look, self.critic, self._rows), expected.astype(np.float32), done, infos

    def practise(self, actions: NDArray[np.integer]) -> None:
        """`step` without rewards and the critic, which cost as much as everything else."""
        observation, _, terminated, truncated, _ = self.env.step(self.observer.actions(self.look, actions))
        self._go_on(observation, np.flatnonzero(terminated | truncated))

    def action_masks(self) -> NDArray[np.bool_]:
        """(L, N) candidates that may be chosen."""
        return self.look.mask

    def true_worth(self) -> Floats:
        """(L, N) what each candidate of the look is truly worth an exercise, for an average skill, in family units.

        That is its own rise at the test, weighed by its goal and by UNLOCKING times the goals it helps to unlock, the
        nearer and the less known the more, as these can only rise afterwards.
        """
        core, view = self.env.core, self.observer.view
        waiting = 0.0 if view.descent is None else np.matvec(view.descent, view.goal * (1.0 - core.scores))
        gain = core.prospect(LOOK_AHEAD, UNLOCKING * waiting)[self._rows[:, None], self.look.skills]
        gain = gain.reshape(self.num_envs, -1)
        worth = gain * (self.observer.view.n_skills / self._unit())[:, None]
        return np.clip(worth, *WORTH_LIMITS).astype(np.float32)

    @property
    def hidden(self) -> dict[str, Array]:
        """The hidden state of the moment; computed when asked for."""
        if self._hidden is None:
            self._hidden = self.env.core.hidden()
        return self._hidden

    @property
    def critic(self) -> Floats:
        """(L, M) what the critic alone sees."""
        if self._critic is None:
            self._critic = critic_features(self.env, self.hidden, self._unit())
        return self._critic

    def _unit(self) -> Array:
        """(L,) what a good exercise is worth in each learner's family."""
        y: Array = self._scales[self.env.core.learners.family]
        return y

    def _go_on(self, observation: dict[str, Any], ended: NDArray[np.intp]) -> None:
        self.observer.restart(ended, self.env.courses)
        self._take(observation)

    def _take(self, observation: dict[str, Any]) -> None:
        self.observer.take(observation)
        self.look: Look = self.observer.look()
        self._hidden = self._critic = None

    def close(self) -> None:
        """Close the environment."""
        self.env.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The attribute, once for each index."""
        return [getattr(self, attr_name)] * len(self._indices(indices))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:  # noqa: ARG002 - SB3's signature
        """Refused: learners share one environment."""
        raise AttributeError(f"attribute '{attr_name}' cannot be set: learners share one environment")

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:  # noqa: ARG002
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


class PrivilegedVecEnv(BeliefVecEnv):
    """The same for a reference that is shown the truth in place of beliefs."""

    def _make_observer(self, env: TutoringVectorEnv, parameters: BeliefParameters, max_candidates: int) -> Observer:
        return PrivilegedObserver(env.courses, parameters, max_candidates, env.core.hidden)


def _flat(look: Look, critic: Floats, rows: NDArray[np.intp]) -> Floats:
    """(R, flat) of some rows; see `rl.network.unflatten`."""
    features = look.features[rows].reshape(len(rows), look.features[0].size)
    return np.concatenate((features, look.mask[rows].astype(np.float32), look.context[rows], critic[rows]), axis=1)


def critic_features(env: TutoringVectorEnv, hidden: dict[str, Array], unit: Array) -> Floats:
    """(L, M) of the hidden state: what a baseline of the return can be told, and a policy cannot.

    `unit` (L,) is what a good exercise is worth in the learner's family.
    """
    core, rows = env.core, np.arange(env.num_envs)
    n_skills = core.courses.n_skills
    left = core.exercises_left(rows).astype(np.float64)
    gain = hidden["gain"].max(axis=2) * (n_skills / unit)[:, None]
    best = -np.partition(-gain, min(7, gain.shape[1] - 1), axis=1)[:, :8]
    to_test = np.maximum(core.calendars.test_at - core.days, 0.0)
    out = np.empty((env.num_envs, N_CRITIC), dtype=np.float32)
    out[:, 0] = core.value
    out[:, 1] = hidden["motivation"]
    out[:, 2] = core.learners.family / max(len(core.learners.families) - 1, 1)
    out[:, 3] = 0.3 * np.log1p(left)
    out[:, 4] = left / 50.0
    out[:, 5] = 0.3 * np.log1p(to_test)
    out[:, 6] = gain.max(axis=1)
    out[:, 7] = np.minimum(left, n_skills) * best.mean(axis=1) / n_skills
    return out
