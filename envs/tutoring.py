"""`Tutoring-v0` for one learner."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from content.course import Course
from envs.calendar import CalendarPlan, plan_of
from envs.core import Settings, TutoringCore
from envs.spaces import action_space, observation_space
from simulators.noise import Ints
from simulators.population import Population

_ONE: Ints = np.zeros(1, dtype=np.int64)


class TutoringEnv(gym.Env[dict[str, np.ndarray], np.int64]):
    """Teach one simulated learner one course, over a calendar of sessions that ends with a delayed test.

    ## Description
    Every episode draws a course (size, prerequisite graph, difficulties, goal), a calendar and a learner anew. In every
    turn the teacher gives one exercise: a candidate, that is a skill in a difficulty band. What the learner knows is
    hidden; the teacher sees answers, times and hints.

    K is the largest course (padded), B the number of bands. D is 365 and E 1,000, or more where the plan needs it.

    ## Action space
    `Discrete(K * B)`; action `skill * B + band`.

    | action | what happens |
    | --- | --- |
    | in the mask | the learner answers one exercise of that skill and band |
    | outside the mask | no exercise; the turn and its pause pass, reward 0, `info["invalid_action"]` is True |

    A number outside the space raises ValueError. Prerequisites are not in the mask: whether to respect them is the
    teacher's business.

    ## Observation space
    `Dict`:

    | key | index | what | unit | range |
    | --- | --- | --- | --- | --- |
    | mask | skill * B + band | the course has this candidate | | 0 or 1 |
    | last | 0 | the last turn gave an exercise; if 0, so are the others | | 0 or 1 |
    | last | 1 | its skill | index | 0 to K - 1 |
    | last | 2 | its band | index | 0 to B - 1 |
    | last | 3 | score | | 0 to 1 |
    | last | 4 | time taken; 0 where it is not known (answered on a second device) | seconds | 0 to 600 |
    | last | 5 | hints asked for | count | 0 to 10 |
    | clock | 0 | time since the episode began | days | 0 to D |
    | clock | 1 | time to the test; always 30 where no date is known | days | 0 to D |
    | clock | 2 | exercises still planned, this session included; -1 where no date is known | count | -1 to E |
    | clock | 3 | exercises left in this session | count | 0 to E |
    | clock | 4 | time since the last answer (since the start before the first) | days | 0 to D |
    | clock | 5 | no date is known (rolling horizon) | | 0 or 1 |

    ## Info
    At reset: `course`, the static arrays of the course without padding removed: `n_skills` (), `prerequisites` (K, K),
    `difficulty`, `guess`, `available` (K, B), and `goal` (K,), the weights of the skills, which sum to 1.
    At every step: `invalid_action`. At the end: `summary` with `gain`, `start_score`, `end_score`, `normalised_gain`
    (gain over what was missing), `n_exercises`, `dropped_out`, and the places of the
    learner's `family` in `simulators.families.FAMILIES` and `group` in `simulators.groups.GROUPS`.

    ## Reward
    The change of V, the goal-weighted expected score on an open-response test at a fixed date after the last planned
    session, were teaching to stop now. Undiscounted rewards of an episode sum to V(end) - V(start). Forgetting until
    the test is in V from the start, so waiting costs nothing by itself, and a drop-out keeps what will be left.

    ## Starting state
    Some skills may be known, early ones more likely. Time 0 is the start of the first session.

    ## End of the episode
    Terminated: the learner drops out, the last session that is kept is over, or the day of the test has come (a true
    end: the test follows).
    Truncated: `max_steps` turns, where the calendar would go on.

    Args:
        family: which student models, see `simulators.families.families_of`.
        skills: (low, high) sizes of the courses drawn.
        n_bands: B.
        max_skills: K; None for the high end of `skills`.
        max_steps: turns before truncation; None for as many as the longest calendar has exercises.
        population: distributions of the learners' parameters.
        course: teach this course in every episode, with a goal drawn anew; it settles `skills` and `n_bands`.
        plan: a CalendarPlan, or the name of one in `envs.calendar.PLANS`.
        groups: which sub-populations, see `simulators.groups.groups_of`.
        render_mode: "ansi" or None.
    """

    metadata = {  # noqa: RUF012 gymnasium declares it on the instance
        "render_modes": ["ansi"],
        "render_fps": 1,
    }

    def __init__(
        self,
        family: str = "mixed",
        skills: tuple[int, int] = (8, 40),
        n_bands: int = 3,
        max_skills: int | None = None,
        max_steps: int | None = None,
        population: Population | None = None,
        course: Course | None = None,
        plan: CalendarPlan | str = "usual",
        groups: str = "usual",
        render_mode: str | None = None,
    ) -> None:
        settings = Settings(
            family, (skills[0], skills[1]), n_bands, max_skills, max_steps, population, course, plan_of(plan), groups
        )
        self.core = TutoringCore(1, settings)
        self.observation_space = observation_space(settings)
        self.action_space = action_space(settings)
        self.render_mode = render_mode
        self._under_way = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Draw a new episode; `seed` restarts the learner's generator, `options` has no keys."""
        super().reset(seed=seed, options=options)
        self.core.begin(_ONE, [self.np_random])
        self._under_way = True
        course = {name: values[0] for name, values in self.core.courses.arrays(_ONE).items()}
        return self._observation(), {"course": course}

    def step(self, action: np.int64 | int) -> tuple[dict[str, np.ndarray], float, bool, bool, dict[str, Any]]:
        """Give one exercise.

        Raises:
            ValueError: an action outside the space, or no episode under way.
        """
        if not self._under_way:
            raise ValueError("no episode is under way; call reset before step")
        turn = self.core.step(_ONE, np.asarray([action], dtype=np.int64))
        terminated, truncated = bool(turn.terminated[0]), bool(turn.truncated[0])
        info: dict[str, Any] = {"invalid_action": bool(turn.invalid[0])}
        if terminated or truncated:
            self._under_way = False
            info["summary"] = {name: values[0].item() for name, values in self.core.summary(_ONE).items()}
        return self._observation(), float(turn.reward[0]), terminated, truncated, info

    def action_masks(self) -> np.ndarray:
        """(K * B,) bool mask of the candidates, under the name that sb3-contrib looks for."""
        mask: np.ndarray = self.core.observe(_ONE)["mask"][0].astype(np.bool_)
        return mask

    def render(self) -> str | None:
        """One line on the learner and the clock, for render_mode "ansi"."""
        if self.render_mode != "ansi":
            return None
        value, days, done = self.core.value[0], self.core.days[0], self.core.n_exercises[0]
        return f"day {days:.1f}, {done} exercises, expected test score {value:.3f}"

    def _observation(self) -> dict[str, np.ndarray]:
        return {name: values[0] for name, values in self.core.observe(_ONE).items()}
