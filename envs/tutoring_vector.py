"""`Tutoring-v0` for many learners at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from content.course import Course
from envs.calendar import CalendarPlan, plan_of
from envs.core import Settings, Turn, TutoringCore
from envs.courses import CourseBatch
from envs.spaces import action_space, observation_space
from simulators.noise import Flags, Ints, Reals
from simulators.population import Population

Observation = dict[str, np.ndarray]


class TutoringVectorEnv(VectorEnv[Observation, Ints, np.ndarray]):
    """`num_envs` episodes of `TutoringEnv`, stepped together; row i with seed s + i is `TutoringEnv` with that seed.

    Spaces, rewards and ends are those of `TutoringEnv`, batched. All autoreset modes of gymnasium are supported:

    - NEXT_STEP: the step after an end ignores the action of that row, resets it, and gives reward 0.
    - SAME_STEP: the row is reset at once; `info["final_obs"]` (an object array of observations) and
      `info["final_info"]` hold what the episode ended with.
    - DISABLED: the caller resets, with `reset(options={"reset_mask": bool array})`.

    Infos follow gymnasium's vector form: `info[key]` is an array over rows, `info["_" + key]` says which rows have it.
    `invalid_action` comes with every step, `summary` with an end. `reset` gives `course`; as copying whole graphs at
    every autoreset would be slow, an autoreset only sets `new_episode` for the row, and `courses` holds the arrays.

    Args:
        num_envs: L.
        autoreset_mode: an AutoresetMode or its value.
        Others as for `TutoringEnv`.
    """

    def __init__(
        self,
        num_envs: int = 1,
        family: str = "mixed",
        skills: tuple[int, int] = (8, 40),
        n_bands: int = 3,
        max_skills: int | None = None,
        max_steps: int | None = None,
        population: Population | None = None,
        course: Course | None = None,
        plan: CalendarPlan | str = "usual",
        groups: str = "usual",
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: str | None = None,
    ) -> None:
        if num_envs < 1:
            raise ValueError(f"num_envs must be at least 1, got {num_envs}")
        settings = Settings(
            family, (skills[0], skills[1]), n_bands, max_skills, max_steps, population, course, plan_of(plan), groups
        )
        self.num_envs = num_envs
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {"render_modes": [], "autoreset_mode": self.autoreset_mode}
        self.render_mode = render_mode
        self.single_observation_space = observation_space(settings)
        self.single_action_space = action_space(settings)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.core = TutoringCore(num_envs, settings)
        self._rows: Ints = np.arange(num_envs)
        self._generators: list[np.random.Generator] = []
        self._over: Flags = np.zeros(num_envs, dtype=np.bool_)

    @property
    def courses(self) -> CourseBatch:
        """The courses being taught now."""
        return self.core.courses

    @property
    def days(self) -> Reals:
        """(L,) days since the start of each episode."""
        return self.core.days

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Draw new episodes for all rows, or for those in `options["reset_mask"]`.

        Args:
            seed: row i gets seed + i; or one seed a row, None keeping that row's generator; None keeps all.
            options: may hold `reset_mask`, (L,) bool.

        Raises:
            ValueError: a list of seeds, or a mask, that does not fit the rows.
        """
        mask = np.ones(self.num_envs, dtype=np.bool_) if not options else self._reset_mask(options)
        self._seed(seed, mask)
        rows = np.flatnonzero(mask)
        self._begin(rows)
        course: dict[str, Any] = {}
        for name, values in self.courses.arrays().items():
            course[name], course[f"_{name}"] = values, mask.copy()
        return self.core.observe(self._rows), {"course": course, "_course": mask}

    def step(self, actions: Ints) -> tuple[Observation, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Give one exercise to every learner.

        Raises:
            ValueError: actions of another shape or kind or outside the space, no reset before, or a row that is over
                in mode DISABLED.
        """
        actions = np.asarray(actions)
        self._check(actions)
        reborn = self._over & (self.autoreset_mode is AutoresetMode.NEXT_STEP)
        played = self._rows[~reborn]
        turn = self._play(played, actions)
        if reborn.any():
            self._begin(np.flatnonzero(reborn))
        infos: dict[str, Any] = {"invalid_action": turn.invalid, "_invalid_action": ~reborn}
        ended = turn.terminated | turn.truncated
        if reborn.any():
            infos |= {"new_episode": reborn, "_new_episode": reborn.copy()}
        self._over = ended.copy()
        if ended.any():
            self._finish(infos, np.flatnonzero(ended), ended)
        return self.core.observe(self._rows), turn.reward, turn.terminated, turn.truncated, infos

    def _check(self, actions: Ints) -> None:
        if not self._generators:
            raise ValueError("call reset before step")
        if actions.shape != (self.num_envs,):
            raise ValueError(f"actions must have shape ({self.num_envs},), got {actions.shape}")
        if actions.dtype.kind not in "iu":
            raise ValueError(f"actions must be integers, got {actions.dtype}")
        if self.autoreset_mode is AutoresetMode.DISABLED and self._over.any():
            raise ValueError(f"rows {np.flatnonzero(self._over).tolist()} are over; reset them with reset_mask first")

    def _play(self, played: Ints, actions: Ints) -> Turn:
        """Step the rows `played`; the others get a turn of nothing."""
        if len(played) == self.num_envs:
            return self.core.step(played, actions)
        full = Turn(np.zeros(self.num_envs), *(np.zeros(self.num_envs, dtype=np.bool_) for _ in range(3)))
        if len(played):
            turn = self.core.step(played, actions[played])
            for name in ("reward", "terminated", "truncated", "invalid"):
                getattr(full, name)[played] = getattr(turn, name)
        return full

    def _finish(self, infos: dict[str, Any], rows: Ints, ended: Flags) -> None:
        """Add the summaries of ended episodes; in mode SAME_STEP keep their last observation and begin anew."""
        summary: dict[str, Any] = {}
        for name, values in self.core.summary(rows).items():
            summary[name] = np.zeros(self.num_envs, dtype=values.dtype)
            summary[name][rows] = values
            summary[f"_{name}"] = ended.copy()
        if self.autoreset_mode is not AutoresetMode.SAME_STEP:
            infos |= {"summary": summary, "_summary": ended.copy()}
            return
        last = self.core.observe(rows)
        final = np.full(self.num_envs, None, dtype=object)
        for position, row in enumerate(rows):
            final[row] = {name: values[position].copy() for name, values in last.items()}
        final_info = {"summary": summary, "_summary": ended.copy()}
        final_info |= {"invalid_action": infos["invalid_action"] & ended, "_invalid_action": ended.copy()}
        infos |= {"final_obs": final, "_final_obs": ended.copy(), "final_info": final_info, "_final_info": ended.copy()}
        infos |= {"new_episode": ended.copy(), "_new_episode": ended.copy()}
        infos["invalid_action"] = infos["invalid_action"] & ~ended
        infos["_invalid_action"] = infos["_invalid_action"] & ~ended
        self._begin(rows)

    def _begin(self, rows: Ints) -> None:
        self._over[rows] = False
        self.core.begin(rows, [self._generators[row] for row in rows])

    def _seed(self, seed: int | Sequence[int | None] | None, mask: Flags) -> None:
        first = not self._generators
        if isinstance(seed, int | np.integer):
            super().reset(seed=int(seed))
            seeds: list[int | None] = [int(seed) + row for row in range(self.num_envs)]
        else:
            seeds = [None] * self.num_envs if seed is None else list(seed)
        if len(seeds) != self.num_envs:
            raise ValueError(f"need {self.num_envs} seeds, one a row, got {len(seeds)}")
        if first:
            self._generators = [seeding.np_random(one)[0] for one in seeds]
            return
        for row in np.flatnonzero(mask):
            if seeds[row] is not None:
                self._generators[row] = seeding.np_random(seeds[row])[0]

    def _reset_mask(self, options: dict[str, Any]) -> Flags:
        mask = options.get("reset_mask", np.ones(self.num_envs, dtype=np.bool_))
        mask = np.asarray(mask)
        if mask.shape != (self.num_envs,) or mask.dtype != np.bool_ or not mask.any():
            raise ValueError(f"reset_mask must be {self.num_envs} booleans, at least one True, got {mask}")
        if not self._generators and not mask.all():
            raise ValueError("the first reset must reset every row")
        return mask
